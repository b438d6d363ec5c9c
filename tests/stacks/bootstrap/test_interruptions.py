"""A run of `roast bootstrap` that ends between two of its commands is finished by the next one."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from azsandbox.paths import Project
from azsandbox.pulumi import toolchain
from azsandbox.session import session
from roastery.bootstrap.arm import ManagementClient
from roastery.bootstrap.engine import Engine, resources
from roastery.bootstrap.errors import BootstrapError, PlanError, RightMissingError
from roastery.bootstrap.plan import BootstrapPlan, read
from roastery.bootstrap.run import bootstrap

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("bootstrap"),
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]


class EndedError(Exception):
    """The process was killed."""


@dataclass(frozen=True, kw_only=True)
class EndingEngine(Engine):
    """Pulumi, until its process is killed before a certain command in the store or on this machine."""

    command: str
    in_store: bool

    def run(self, backend: str, *arguments: str, cwd: Path | None = None) -> str:
        in_store = backend.startswith("azblob://")
        if " ".join(arguments[:2]).startswith(self.command) and in_store == self.in_store:
            raise EndedError
        return super().run(backend, *arguments, cwd=cwd)


@pytest.fixture(scope="module")
def environment(checkout: Project) -> Generator[Mapping[str, str]]:
    with session(checkout, api=True) as variables:
        yield variables


@pytest.fixture(scope="module")
def plan(checkout: Project) -> BootstrapPlan:
    return read("prod", checkout.root)


@pytest.fixture
def run(
    checkout: Project, environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[BootstrapPlan, Engine], bool]:
    """Runs the steps, signed in to the session; whether the state was moved."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    arm = ManagementClient.of_environment()

    def steps(plan: BootstrapPlan, engine: Engine) -> bool:
        return bootstrap(plan, engine, checkout.root, arm, lambda _: None, every=1, seconds=5).moved

    return steps


def test_every_interruption_is_finished_by_the_next_run(
    checkout: Project,
    plan: BootstrapPlan,
    environment: Mapping[str, str],
    run: Callable[[BootstrapPlan, Engine], bool],
) -> None:
    folder = checkout.root / ".roast" / "bootstrap" / "test" / "prod"
    for command, in_store in (
        ("up", False),
        ("stack init", True),
        ("stack import", True),
        ("up", True),
    ):
        engine = EndingEngine(
            folder=folder, stack="prod", environment=environment, command=command, in_store=in_store
        )
        with pytest.raises(EndedError):
            run(plan, engine)
        assert engine.local_state.is_file()
    whole = Engine(folder=folder, stack="prod", environment=environment)

    assert run(plan, whole) is True

    assert not whole.local_state.exists()
    stored = resources(whole.export(plan.state))
    assert len(stored) > 15
    assert run(plan, whole) is False


def test_another_machine_finds_the_state_in_the_store(
    checkout: Project,
    plan: BootstrapPlan,
    environment: Mapping[str, str],
    run: Callable[[BootstrapPlan, Engine], bool],
) -> None:
    elsewhere = checkout.root / ".roast" / "bootstrap" / "elsewhere" / "prod"
    engine = Engine(folder=elsewhere, stack="prod", environment=environment)

    assert run(plan, engine) is False


def test_an_owner_outside_of_the_group_can_not_use_the_state(
    checkout: Project,
    plan: BootstrapPlan,
    environment: Mapping[str, str],
    run: Callable[[BootstrapPlan, Engine], bool],
) -> None:
    """Owner has no data actions."""
    file = checkout.root / "Pulumi.prod.yaml"
    before = file.read_text()
    content = yaml.safe_load(before)
    content["config"]["azsandbox:deployer"] = {"groups": []}
    file.write_text(yaml.safe_dump(content))
    engine = Engine(folder=checkout.root / "outside", stack="prod", environment=environment)
    try:
        with pytest.raises(RightMissingError, match="are you a member of the group 55555555") as refused:
            run(plan, engine)
    finally:
        file.write_text(before)

    assert "AuthorizationPermissionMismatch" in str(refused.value)


def test_two_different_states_are_refused(
    checkout: Project,
    plan: BootstrapPlan,
    environment: Mapping[str, str],
    run: Callable[[BootstrapPlan, Engine], bool],
) -> None:
    folder = checkout.root / ".roast" / "bootstrap" / "test" / "prod"
    moved = next(folder.glob("state.moved-*"))
    (folder / "state").rename(folder / "empty")
    moved.rename(folder / "state")
    engine = Engine(folder=folder, stack="prod", environment=environment)
    state = json.loads(engine.local_state.read_text())
    state["checkpoint"]["latest"]["resources"].pop()
    engine.local_state.write_text(json.dumps(state))

    with pytest.raises(BootstrapError, match=r"(holds another state|already exist)"):
        run(plan, engine)


def test_a_store_that_lets_nobody_in_is_refused_before_anything_is_made(
    checkout: Project,
    plan: BootstrapPlan,
    environment: Mapping[str, str],
    run: Callable[[BootstrapPlan, Engine], bool],
) -> None:
    engine = Engine(folder=checkout.root / "new", stack="prod", environment=environment)
    nobody = plan.model_copy(update={"allowed_addresses": (), "account": f"{plan.account}2"})

    with pytest.raises(PlanError, match="allowed_addresses is empty"):
        run(nobody, engine)
    closed = plan.model_copy(update={"closed": True, "account": f"{plan.account}2"})
    with pytest.raises(PlanError, match="closed is true"):
        run(closed, engine)
