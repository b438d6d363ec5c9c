"""An audit: what was changed, what the program would change, and what policies say about what is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from roastery.audit import format as formats
from roastery.audit.events import changes
from roastery.audit.model import AuditError, LiveChange
from roastery.audit.run import audit
from roastery.audit.sources import PulumiDeployment
from roastery.policies import tokens as t

ACCOUNT = "azure-native:storage/v20240101:StorageAccount"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "x"}


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::p::{kind}::{name}"


def event(kind: str, name: str, operation: str, *, pre: bool = False, **more: Any) -> dict[str, Any]:
    """An event as the engine writes it; `more`: the inputs `old` and `new`, and the `paths` that differ."""
    meta = {
        "op": operation,
        "urn": urn(kind, name),
        "type": kind,
        "old": {"inputs": more.get("old", {})},
        "new": {"inputs": more.get("new", {})},
        "detailedDiff": {path: {"diffKind": "update", "inputDiff": True} for path in more.get("paths", ())},
    }
    return {"resourcePreEvent" if pre else "resOutputsEvent": {"metadata": meta}}


OPENED = event(
    ACCOUNT,
    "st",
    "update",
    old={"publicNetworkAccess": "Disabled"},
    new={"publicNetworkAccess": "Enabled"},
    paths=["publicNetworkAccess"],
)


class Deployed:
    """A stack whose answers are given."""

    def __init__(self, drift: list[Any], plan: list[Any], *resources: dict[str, Any]) -> None:
        self.drift, self.plan, self.refreshed = drift, plan, 0
        root = {"urn": urn("pulumi:pulumi:Stack", "p-dev"), "type": "pulumi:pulumi:Stack", "custom": False}
        budget = {
            "urn": urn(t.BUDGET, "b"),
            "type": t.BUDGET,
            "custom": True,
            "id": "/b",
            "inputs": {"amount": 5, "notifications": {"a": {}}},
        }
        self.resources = [root, budget, *resources]

    def refresh(self, stack: str) -> list[Any]:
        assert stack == "dev"
        self.refreshed += 1
        return self.drift

    def preview(self, stack: str) -> list[Any]:
        assert stack == "dev"
        return self.plan

    def state(self, stack: str) -> dict[str, Any]:
        assert stack == "dev"
        return {"deployment": {"resources": self.resources}}


def test_a_stack_as_declared_ends_with_0() -> None:
    report = audit(Deployed([event(ACCOUNT, "st", "same")], []), "dev")
    assert report.exit_code == 0
    assert list(formats.lines(report))[-1] == "audit of dev: as declared"


def test_what_was_changed_beside_pulumi_ends_with_10() -> None:
    report = audit(Deployed([OPENED], []), "dev")
    assert report.exit_code == 10
    text = "\n".join(formats.lines(report))
    assert "StorageAccount st: publicNetworkAccess: Disabled → Enabled" in text
    assert (
        "| `st` (StorageAccount) | update | `publicNetworkAccess` | Disabled | Enabled |"
        in formats.markdown(report)
    )


def test_a_violation_of_what_is_there_ends_with_1() -> None:
    role = {"urn": urn(t.ROLE_DEFINITION, "r"), "type": t.ROLE_DEFINITION, "custom": True, "id": "/r",
            "inputs": {"permissions": [{"actions": ["*"]}]}}  # fmt: skip
    report = audit(Deployed([OPENED], [], role), "dev")
    assert report.exit_code == 1
    content = json.loads(json.dumps(formats.as_json(report)))
    assert "role-escalation" in {finding["policy"] for finding in content["policies"]["findings"]}
    assert [change["after"] for change in content["drift"]] == ["Enabled"]


def test_a_resource_that_is_gone_or_not_there_yet_is_a_change() -> None:
    deleted = event(t.AKS, "aks", "delete")
    created = event(t.AKS, "aks", "create", pre=True)
    report = audit(Deployed([deleted], [created]), "dev")
    assert [change.describe() for change in report.changes] == [
        "delete ManagedCluster aks",
        "create ManagedCluster aks",
    ]


NOISE = [
    (t.AKS, "agentPoolProfiles[0].count", 2, 5),
    (t.POOL, "count", 0, 3),
    (t.MACHINES, "sku.capacity", 0, 1),
    (t.AKS, "kubernetesVersion", "1.35", "1.35.4"),
    (t.AKS, "agentPoolProfiles[1].orchestratorVersion", "1.35.1", "1.35.4"),
    (t.VAULT, "provisioningState", "a", "b"),
    ("kubernetes:core/v1:Service", "metadata.resourceVersion", "1", "2"),
]
SIGNAL = [
    (t.AKS, "kubernetesVersion", "1.35.1", "1.36.0"),
    (t.AKS, "agentPoolProfiles[0].vmSize", "a", "b"),
    (t.AKS, "agentPoolProfiles[0].maxCount", 5, 50),
    (t.STORAGE, "count", 1, 2),
    ("kubernetes:core/v1:Service", "metadata.annotations.azure-load-balancer-internal", "true", "false"),
    ("kubernetes:core/v1:Service", "spec.type", "ClusterIP", "LoadBalancer"),
]


def change(kind: str, path: str, before: Any, after: Any) -> LiveChange:
    def nested(value: Any) -> Any:
        for part in reversed(path.replace("]", "").replace("[", ".").split(".")):
            value = [None] * int(part) + [value] if part.isdigit() else {part: value}
        return value

    changed = event(kind, "x", "update", old=nested(before), new=nested(after), paths=[path])
    (only,) = changes([changed], refresh=True)
    return only


@pytest.mark.parametrize(("kind", "path", "before", "after"), NOISE)
def test_what_azure_changes_by_itself_is_noise(kind: str, path: str, before: Any, after: Any) -> None:
    assert change(kind, path, before, after).noise


@pytest.mark.parametrize(("kind", "path", "before", "after"), SIGNAL)
def test_what_a_person_changes_is_no_noise(kind: str, path: str, before: Any, after: Any) -> None:
    assert change(kind, path, before, after).noise == ""


def test_noise_is_listed_with_its_reason_and_does_not_count() -> None:
    drift = event(t.POOL, "jobs", "update", old={"count": 0}, new={"count": 3}, paths=["count"])
    report = audit(Deployed([drift], []), "dev")
    assert report.exit_code == 0
    assert "  AgentPool jobs: count: 0 → 3 (the cluster autoscaler sets it)" in list(formats.lines(report))
    assert "1 changes that Azure makes by itself" in formats.markdown(report)


def test_no_report_shows_a_secret() -> None:
    hidden = {"properties": SECRET}
    drift = event(t.VAULT_SECRET, "s", "update", old=hidden, new=hidden, paths=["properties.value"])
    report = audit(Deployed([drift], []), "dev")
    assert report.drift[0].after == "[secret]"


def test_without_a_refresh_the_state_is_taken_as_it_is() -> None:
    deployed = Deployed([OPENED], [])
    report = audit(deployed, "dev", refresh=False)
    assert (report.exit_code, deployed.refreshed) == (0, 0)
    assert list(formats.lines(report))[-1].endswith("as declared, as far as the state knows")


PULUMI = """#!/bin/sh
if [ "$1" = stack ]; then echo '{"deployment": {"resources": []}}'; exit; fi
if [ "$3" = broken ]; then echo "error: the backend is locked by somebody" >&2; exit 255; fi
while [ "$1" != --event-log ]; do shift; done
echo '{"resOutputsEvent": {"metadata": {"op": "delete", "type": "a:b:C", "urn": "u::c"}}}' >"$2"
"""


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PulumiDeployment:
    program = tmp_path / "pulumi"
    program.write_text(PULUMI)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return PulumiDeployment(tmp_path)


def test_the_events_of_pulumi_are_read(pulumi: PulumiDeployment) -> None:
    assert [item.describe() for item in changes(pulumi.refresh("dev"), refresh=True)] == ["delete C c"]
    assert pulumi.state("dev") == {"deployment": {"resources": []}}


def test_a_failure_of_pulumi_is_one_line(pulumi: PulumiDeployment) -> None:
    with pytest.raises(AuditError, match="pulumi refresh of broken failed: error: the backend is locked"):
        pulumi.refresh("broken")
