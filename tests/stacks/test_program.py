"""The real program on the genuine engine: production and development side by side, from up to destroy."""

from collections.abc import Callable

import pytest

from roastery.sandbox import commands, drift, toolchain
from roastery.sandbox.arm.subscription import Subscription
from roastery.sandbox.commands import Outcome
from roastery.sandbox.errors import SandboxError
from roastery.sandbox.paths import Places

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("program"),
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]


@pytest.fixture(scope="module")
def both_up(run: Callable[..., Outcome]) -> dict[str, int]:
    """Number of resources of each stack, just created."""
    made = {}
    for stack in ("prod", "dev"):
        done = run("up", stack)
        assert (done.exit_code, done.errors) == (0, [])
        assert list(done.changes) == ["create"]
        made[stack] = done.changes["create"]
    return made


@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_a_second_up_changes_nothing(
    stack: str, both_up: dict[str, int], run: Callable[..., Outcome]
) -> None:
    done = run("up", stack, "--expect-no-changes")

    assert (done.exit_code, done.changes) == (0, {"same": both_up[stack]})


@pytest.mark.usefixtures("both_up")
def test_production_warns_about_nothing(run: Callable[..., Outcome]) -> None:
    assert run("preview", "prod").warnings == []


def test_drift_is_found_by_a_refresh_and_mended_by_an_up(
    both_up: dict[str, int], project: Places, run: Callable[..., Outcome]
) -> None:
    subscription = Subscription.open(project.model)
    vault = next(one.id for one in subscription.of_kind("Microsoft.KeyVault/vaults") if "prod" in one.id)
    drift.drift(subscription, vault, "properties.publicNetworkAccess=Enabled")
    subscription.close()

    found, mended = run("refresh", "prod"), run("up", "prod")

    assert found.changes["update"] == 1
    assert mended.changes == {"same": both_up["prod"] - 1, "update": 1}
    assert [one["type"] for one in mended.resources] == ["azure-native:keyvault:Vault"]


@pytest.mark.usefixtures("both_up")
def test_production_is_protected_until_somebody_says_otherwise_and_then_leaves_nothing(
    project: Places, run: Callable[..., Outcome]
) -> None:
    before = commands.resources_in_state(project, "prod")
    with pytest.raises(SandboxError, match="protects aks, cr, dls, kv, log, mlw, st: nothing was deleted"):
        run("destroy", "prod")
    assert commands.resources_in_state(project, "prod") == before

    assert run("destroy", "prod", unprotect=True).exit_code == 0
    assert run("destroy", "dev").exit_code == 0

    assert Subscription.open(project.model).all() == []
    assert commands.resources_in_state(project, "prod") == []
