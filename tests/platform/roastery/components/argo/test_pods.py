"""Every pod of a workflow passes the restricted namespace, is bounded, and cleaned up after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from roastery.components.argo.errors import ArgoError
from roastery.components.argo.workflows.manifests import manifests
from roastery.components.argo.workflows.plan import WorkflowPlan
from roastery.components.argo.workflows.settings import RuntimeContext
from roastery.components.monitoring.drift import CONNECTION

Flows = dict[str, dict[str, Any]]


def containers(flows: Flows) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, manifest in flows.items():
        for template in manifest.get("spec", {}).get("templates", []):
            if "container" in template:
                yield f"{name}/{template['name']}", template


def templates(flows: Flows) -> dict[str, dict[str, Any]]:
    return {
        name: manifest["spec"] for name, manifest in flows.items() if name.startswith("WorkflowTemplate/")
    }


def test_every_container_is_restricted_those_of_exit_handlers_too(flows: Flows) -> None:
    templates_by_name = dict(containers(flows))
    assert len([name for name in templates_by_name if name.endswith("/notify")]) == len(templates(flows))
    for name, template in templates_by_name.items():
        security = template["container"]["securityContext"]
        assert security == {
            "allowPrivilegeEscalation": False,
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        }, name
        assert template["securityContext"]["runAsNonRoot"] is True, name
        assert template["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name


def test_every_container_may_write_to_its_own_scratch_only(flows: Flows) -> None:
    for name, template in containers(flows):
        kinds = {volume["name"]: volume for volume in template["volumes"]}
        assert "emptyDir" in kinds["tmp"], name
        writable = [
            mount["mountPath"] for mount in template["container"]["volumeMounts"] if not mount.get("readOnly")
        ]
        assert writable == ["/tmp"], name  # noqa: S108 - where its volume is mounted


def test_every_container_asks_for_and_is_bound_to_cpu_and_memory(flows: Flows) -> None:
    for name, template in containers(flows):
        for side in ("requests", "limits"):
            assert set(template["container"]["resources"][side]) == {"cpu", "memory"}, name


def test_every_container_has_a_deadline_of_its_own(flows: Flows) -> None:
    assert [name for name, template in containers(flows) if not template.get("activeDeadlineSeconds")] == []


def test_pods_carry_the_label_of_workload_identity_wherever_they_are_referred_to_from(flows: Flows) -> None:
    label = ("azure.workload.identity/use", "true")
    for name, template in containers(flows):
        assert label in template["metadata"]["labels"].items(), name
    for name, spec in templates(flows).items():
        assert label in spec["podMetadata"]["labels"].items(), name
        assert label in spec["artifactGC"]["podMetadata"]["labels"].items(), name


def test_every_workflow_is_cleaned_up_after(flows: Flows) -> None:
    for name, spec in templates(flows).items():
        assert spec["podGC"]["strategy"] == "OnPodSuccess", name
        assert spec["artifactGC"]["strategy"] == "OnWorkflowDeletion", name
        # Longer than the day for which an event may be delivered again.
        assert spec["ttlStrategy"]["secondsAfterSuccess"] > 24 * 3600, name
        assert spec["activeDeadlineSeconds"] > 0, name


def test_only_transient_failures_are_retried(flows: Flows) -> None:
    for name, template in containers(flows):
        retry = template.get("retryStrategy")
        if retry is None:
            assert name.endswith(("infra/up", "infra/declined")), name
            continue
        assert retry["retryPolicy"] == "Always", name
        assert "lastRetry.exitCode == '75'" in retry["expression"], name
        assert "lastRetry.status == 'Error'" in retry["expression"], name


def test_people_are_notified_of_a_failure_and_not_of_a_success(flows: Flows) -> None:
    for name, spec in templates(flows).items():
        parts = {template["name"]: template for template in spec["templates"]}
        assert spec["onExit"] == "exit", name
        assert parts["exit"]["steps"] == [
            [{"name": "notify", "template": "notify", "when": "{{workflow.status}} != Succeeded"}]
        ], name
        words = parts["notify"]["container"]["args"]
        assert {"{{workflow.name}}", "{{workflow.failures}}", "/mnt/secrets/notify-url"} <= set(words), name


def test_without_an_address_a_failure_is_written_to_azure_monitor_and_no_secret_is_mounted(
    plan: WorkflowPlan,
) -> None:
    """A notice then needs no way to the Internet: Application Insights has a private endpoint."""
    runtime = replace(plan.runtime, notify_file=None)
    silent = replace(plan, runtime=runtime, infra_runtime=runtime)
    flows = {f"{m['kind']}/{m['metadata']['name']}": m for m in manifests(silent)}

    for name, spec in templates(flows).items():
        (notify,) = [template for template in spec["templates"] if template["name"] == "notify"]
        assert notify["container"]["args"][:2] == ["-m", "roastery.jobs.failure_notice"], name
        assert CONNECTION in {variable["name"] for variable in notify["container"]["env"]}, name
        assert not [volume for volume in notify["volumes"] if volume["name"] == "secrets"], name


def test_an_image_without_a_digest_is_refused_with_what_to_write(runtime: RuntimeContext) -> None:
    with pytest.raises(ArgoError, match=r"'runner:latest' is not pinned: write .*@sha256:<64 hex digits>"):
        replace(runtime, image="runner:latest")


def test_no_variable_of_a_container_is_a_secret(flows: Flows) -> None:
    """Secrets are files of Key Vault; a variable would show in the pod's description."""
    for name, template in containers(flows):
        for variable in template["container"]["env"]:
            assert variable.get("valueFrom", {}).keys() <= {"configMapKeyRef"}, name


def test_only_the_drift_check_gets_the_connection_string_for_metrics(flows: Flows) -> None:
    variables = {
        (name, variable["name"], variable["valueFrom"]["configMapKeyRef"]["name"])
        for name, template in containers(flows)
        for variable in template["container"]["env"]
        if "valueFrom" in variable
    }
    assert {(variable, source) for _, variable, source in variables} == {(CONNECTION, "telemetry")}
    assert len(variables) == 1
