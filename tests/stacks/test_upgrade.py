"""A state that an earlier version wrote is read by this one: nothing that stands is replaced or deleted."""

from __future__ import annotations

import tarfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from azsandbox import commands, paths
from azsandbox.commands import Outcome
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]

STATES = Path(__file__).parent / "upgrade"
VERSIONS = (
    "azure-native:machinelearningservices:ComponentVersion",
    "azure-native:machinelearningservices:EnvironmentVersion",
)
"""Assets whose version is a hash of their content: new code is a new version, and the old one is retained."""
SERVING = (
    "azure-native:machinelearningservices:OnlineEndpoint",
    "azure-native:machinelearningservices:OnlineDeployment",
)
"""0.1.0 declared an endpoint on Kubernetes that takes Entra tokens, which Azure refuses: none stands."""

_FEDERATION = "roastery:identity:WorkloadIdentity$azure-native:managedidentity:FederatedIdentityCredential"
_NAMESPACE = "roastery:argo:Argo$roastery:argo:Namespace$kubernetes:core/v1:Namespace"
REMOVED = {
    ("delete", f"{_FEDERATION}::fc-jobs-azureml-jobs-default"),
    ("delete", f"{_FEDERATION}::fc-argo-roastery-sa-argo-events"),
    ("delete", f"{_NAMESPACE}$kubernetes:networking.k8s.io/v1:NetworkPolicy::argo-allow-own"),
}
"""Every pod in the namespace of jobs could act as their identity by the first (docs/decisions/0022); no flow
needs the other two: sensors use no identity, and Argo's pods have rules of their own."""
MOVED = {
    (operation, f"{owner}$azure-native:authorization:RoleAssignment::{role}")
    for operation in ("create-replacement", "replace", "delete-replaced")
    for owner, role in (
        ("roastery:cluster:Aks", "role-kubelet-pull"),
        ("roastery:workspace:Workspace", "role-jobs-pull"),
    )
}
"""Images come from the registry of the bootstrap, so the right to pull them is one on that registry."""
CHOICES: dict[str, dict[str, Any]] = {
    "network": {"egress": "tags"},
    "workflows": {"trigger": "webhook", "push_senders": ["20.41.6.0/23"]},
}
"""What 0.1.0 had no key for: with its own choices nothing that stands goes. Moving to a firewall is a step of
its own, in docs/runbook.md."""


@pytest.fixture(scope="module")
def previewed(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Outcome, list[dict[str, Any]]]:
    """A preview of production on the state of 0.1.0, with the engine's events."""
    file = project.root / "Pulumi.prod.yaml"
    content = yaml.safe_load(file.read_text())
    for section, values in CHOICES.items():
        content["config"][f"roastery:{section}"] |= values
    del content["config"]["roastery:network"]["subnets"]["firewall"]
    file.write_text(yaml.safe_dump(content))
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(STATES / "prod-0.1.0.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    events: list[dict[str, Any]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.DIRECTORY, str(folder))
        outcome = commands.operate(project, "preview", "prod", quiet=True, events=events)
    return outcome, events


def test_the_state_is_read(previewed: tuple[Outcome, list[dict[str, Any]]]) -> None:
    outcome, _ = previewed
    assert (outcome.exit_code, outcome.errors) == (0, [])
    assert outcome.changes["same"] > 200


def test_nothing_but_versions_of_code_is_replaced_and_nothing_is_deleted(
    previewed: tuple[Outcome, list[dict[str, Any]]],
) -> None:
    _, events = previewed
    steps = [event["resourcePreEvent"]["metadata"] for event in events if "resourcePreEvent" in event]
    operations = Counter(step["op"] for step in steps)
    changed = {
        (step["op"], step["urn"].split("::", 2)[2])
        for step in steps
        if step["op"] not in {"same", "update", "read", "create"}
        and step["type"] not in {*VERSIONS, *SERVING}
    }
    assert changed == REMOVED | MOVED, f"all operations: {dict(operations)}"
