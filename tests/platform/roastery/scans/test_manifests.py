"""Exported objects: their schemas, and the pods that controllers create from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from azsandbox.target import Sandbox
from roastery.scans import manifests

SANDBOX = Sandbox(Path(__file__))
SAFE: dict[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def _template(context: dict[str, Any], volumes: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": {"name": "train", "namespace": "roastery"},
        "spec": {
            "entrypoint": "main",
            "volumes": volumes or [],
            "templates": [{"name": "main", "container": {"image": "i", "securityContext": context}}],
        },
    }


def test_the_committed_workflows_and_triggers_are_valid_by_their_schemas_and_the_restricted_profile(
    project: Path,
) -> None:
    objects = manifests.load_manifests(project / "tests" / "golden" / "argo")
    workloads = manifests.derive_workloads(SANDBOX, objects)
    assert len(workloads) > 10
    assert manifests.check_schemas(SANDBOX, objects, "prod").findings == ()
    assert manifests.check_pods(workloads, "prod").findings == ()


@pytest.mark.parametrize(
    ("changed", "check"),
    [
        ({"runAsNonRoot": False}, "pod-non-root"),
        ({"allowPrivilegeEscalation": True}, "pod-escalation"),
        ({"privileged": True}, "pod-privileged"),
        ({"capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]}}, "pod-capabilities"),
        ({"seccompProfile": {"type": "Unconfined"}}, "pod-seccomp"),
    ],
)
def test_a_step_that_pod_security_would_refuse_is_found(changed: dict[str, Any], check: str) -> None:
    outcome = manifests.check_pods(manifests.derive_workloads(SANDBOX, [_template(SAFE | changed)]), "prod")
    assert [finding.check for finding in outcome.findings] == [check]
    assert outcome.findings[0].resource == "Job.roastery.train-main"
    assert outcome.passed == 0


def test_a_host_path_volume_is_found() -> None:
    template = _template(SAFE, [{"name": "disks", "hostPath": {"path": "/"}}])
    outcome = manifests.check_pods(manifests.derive_workloads(SANDBOX, [template]), "prod")
    assert {finding.check for finding in outcome.findings} == {"pod-privileged", "pod-volumes"}


def test_a_misspelt_field_and_an_unknown_type_are_found() -> None:
    metadata = {"name": "x", "namespace": "roastery"}
    wrong = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "dta": {}}
    unknown = {"apiVersion": "example.com/v1", "kind": "Coffee", "metadata": metadata}
    outcome = manifests.check_schemas(SANDBOX, [wrong, unknown], "prod")
    assert [finding.check for finding in outcome.findings] == ["schema", "unknown-type"]
    assert "dta" in outcome.findings[0].message


def test_derived_pods_are_written_for_scanners(tmp_path: Path) -> None:
    manifests.write_workloads(manifests.derive_workloads(SANDBOX, [_template(SAFE)]), tmp_path / "pods")
    (file,) = (tmp_path / "pods").iterdir()
    assert json.loads(file.read_text(encoding="utf-8"))["kind"] == "Job"
