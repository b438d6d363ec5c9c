"""Pods, wherever they are declared: workloads, workflows, and those of Argo Events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource

Make = Callable[..., DeclaredResource]
Problems = Callable[..., list[str]]
DIGEST = "@sha256:" + "a" * 64


def _template(container: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"spec": {"templates": [{"name": "main", "container": container}], **spec}}


def test_containers_of_a_workflow_inherit_from_its_defaults(problems: Problems, resource: Make) -> None:
    hardened = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    bare = resource(t.WORKFLOW_TEMPLATE, **_template({"image": f"x{DIGEST}"}))
    assert len(problems("pod-escalation", bare)) == 1
    by_default = _template(
        {"image": f"x{DIGEST}"},
        templateDefaults={"container": {"securityContext": hardened}},
        securityContext={"runAsNonRoot": True},
    )
    inherits = resource(t.WORKFLOW_TEMPLATE, **by_default)
    for policy in ("pod-escalation", "pod-capabilities", "pod-non-root", "image-digest"):
        assert problems(policy, inherits) == [], policy
    overrides = _template(
        {"securityContext": {"runAsNonRoot": False}}, securityContext={"runAsNonRoot": True}
    )
    assert len(problems("pod-non-root", resource(t.WORKFLOW_TEMPLATE, **overrides))) == 1


@pytest.mark.parametrize("part", ["sidecars", "initContainers"])
def test_containers_beside_the_main_one_count_too(problems: Problems, resource: Make, part: str) -> None:
    spec = {"templates": [{"name": "main", part: [{"name": "x", "image": "busybox:latest"}]}]}
    messages = problems("image-digest", resource(t.CRON_WORKFLOW, spec={"workflowSpec": spec}))
    assert len(messages) == 1
    assert messages[0].startswith(f"spec.workflowSpec.templates[0].{part}[0].image is 'busybox:latest'")


def test_a_sensor_is_a_pod_and_may_hold_a_workflow(problems: Problems, resource: Make) -> None:
    workflow = {"templates": [{"name": "main", "container": {"image": "busybox:1"}}]}
    trigger = {"template": {"argoWorkflow": {"source": {"resource": {"spec": workflow}}}}}
    bare = resource(t.SENSOR, spec={"template": {"container": {}}, "triggers": [trigger]})
    inside = "spec.triggers[0].template.argoWorkflow.source.resource.spec.templates[0].container.image"
    assert [message.partition(" ")[0] for message in problems("image-digest", bare)] == [inside]
    assert len(problems("pod-escalation", bare)) == 2
    assert len(problems("pod-service-account", bare)) == 1
    hardened = {"allowPrivilegeEscalation": False}
    fine = {"serviceAccountName": "sa-argo-events", "container": {"securityContext": hardened}}
    by_reference = {"template": {"k8s": {"source": {"resource": {"spec": {"workflowTemplateRef": {}}}}}}}
    good = resource(t.SENSOR, spec={"template": fine, "triggers": [by_reference]})
    for policy in ("image-digest", "pod-escalation", "pod-service-account", "pod-privileged"):
        assert problems(policy, good) == [], policy


def test_the_event_bus_is_a_pod_of_three_containers(problems: Problems, resource: Make) -> None:
    parts = ("containerTemplate", "reloaderContainerTemplate", "metricsContainerTemplate")
    bare = resource(t.EVENT_BUS, spec={"jetstream": {"version": "2.10.10"}})
    for policy in ("pod-escalation", "pod-non-root", "pod-capabilities", "pod-seccomp"):
        paths = [message.partition(".securityContext")[0] for message in problems(policy, bare)]
        assert set(paths) == {f"spec.jetstream.{part}" for part in parts}, policy
    assert len(problems("pod-bounded", bare)) == 12
    assert len(problems("pod-service-account", bare)) == 1
    assert problems("image-digest", bare) == []
    context = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    own = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    jetstream = {
        "serviceAccountName": "bus",
        "securityContext": context,
        **{part: {"securityContext": own} for part in parts},
    }
    good = resource(t.EVENT_BUS, spec={"jetstream": jetstream})
    for policy in (
        "pod-escalation",
        "pod-non-root",
        "pod-capabilities",
        "pod-seccomp",
        "pod-service-account",
    ):
        assert problems(policy, good) == [], policy


@pytest.mark.parametrize("spec", [{"kafka": {"url": "x:9093"}}, {"nats": {"exotic": {"url": "nats://x"}}}])
def test_an_event_bus_outside_the_cluster_has_no_pods(
    problems: Problems, resource: Make, spec: dict[str, Any]
) -> None:
    bus = resource(t.EVENT_BUS, spec=spec)
    for policy in ("pod-escalation", "pod-bounded", "pod-service-account", "pod-privileged"):
        assert problems(policy, bus) == [], policy
