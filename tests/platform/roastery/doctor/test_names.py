"""Global names: free, taken, soft-deleted, or the stack's own."""

from __future__ import annotations

from typing import Any

import pytest

from roastery.doctor.checks.names import TYPES
from roastery.doctor.model import Status
from roastery.naming import KINDS

pytestmark = pytest.mark.xdist_group("doctor")


def test_names_of_an_empty_subscription_are_free(trial: Any) -> None:
    assert {finding.status for finding in trial.findings("names")} == {Status.OK}


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_a_name_that_somebody_else_has_is_named(trial: Any, kind: str) -> None:
    name = trial.names.of(kind)
    trial.configure({"taken_names": [name]})
    (wrong,) = [finding for finding in trial.findings("names") if finding.status is Status.ERROR]
    assert wrong.seen.startswith(f"{kind} {name} is taken: The name '{name}' is already in use.")
    assert "roastery:workload" in wrong.todo


def test_every_global_name_of_the_platform_is_asked_for() -> None:
    assert set(TYPES) == {kind for kind, rule in KINDS.items() if rule.unique}


def test_a_shared_registry_of_another_stack_is_not_asked_for(trial: Any) -> None:
    trial.configure(settings={"bootstrap.registry": "/subscriptions/s/resourceGroups/rg/…"})
    assert not any("shared registry" in finding.seen for finding in trial.findings("names"))


@pytest.mark.parametrize("kind", ["key vault", "state vault"])
def test_a_soft_deleted_vault_is_in_the_way(trial: Any, kind: str) -> None:
    name = trial.names.of(kind)
    trial.configure({"deleted_vaults": [name]})
    (wrong,) = [finding for finding in trial.findings("names") if finding.status is Status.ERROR]
    assert f"{name} is soft-deleted" in wrong.seen
    assert f"az keyvault recover --name {name}" in wrong.todo
    assert f"az keyvault purge --name {name}" in wrong.todo


def test_a_name_of_the_stacks_own_resource_is_in_order(trial: Any) -> None:
    trial.group()
    trial.storage(trial.names.of("storage account"))
    findings = trial.findings("names")
    assert {finding.status for finding in findings} == {Status.OK}
    assert any(finding.seen.endswith("exists, in rg") for finding in findings)
