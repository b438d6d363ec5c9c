"""`roast bootstrap`, step by step; each step does nothing where its result stands already."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from roastery.bootstrap import registration
from roastery.bootstrap.arm import ManagementClient
from roastery.bootstrap.engine import Engine, resources
from roastery.bootstrap.errors import BootstrapError, OutOfReachError, PlanError, RightMissingError
from roastery.bootstrap.plan import BootstrapPlan

STORAGE_VERSION = "2025-06-01"
IDENTITY_VERSION = "2024-11-30"
_PROPAGATION = (
    900  # seconds; learn.microsoft.com/azure/role-based-access-control/troubleshooting: up to 10 minutes
)
_AGAIN = 15
Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Bootstrapped:
    """What a run of the command did."""

    registered: int
    changes: bool
    moved: bool
    granted: bool


def bootstrap(
    plan: BootstrapPlan,
    engine: Engine,
    root: Path,
    arm: ManagementClient,
    progress: Progress,
    *,
    every: float = _AGAIN,
    seconds: float = _PROPAGATION,
) -> Bootstrapped:
    """Registers, deploys the bootstrap program, and moves its state into the store that it made.

    Args:
        plan: of the stack.
        engine: Pulumi on the bootstrap program.
        root: the checkout.
        arm: signed in as an owner of the subscription.
        progress: takes each line of progress.
        every: seconds between two attempts while new roles take effect.
        seconds: how long to wait for that.

    Raises:
        BootstrapError: a step failed; the same command goes on from there.
    """
    _refuse_foreign_store(plan)
    registered = registration.register(
        arm, plan.subscription, plan.namespaces, plan.features, progress, every=every
    )
    grant = arm.exists(plan.runner, IDENTITY_VERSION)
    engine.prepare(root, plan, grant=grant)
    stands = arm.exists(plan.account, STORAGE_VERSION)
    moved = False
    if stands and not engine.local_state.is_file():
        _wait_for_access(plan, engine, progress, every, seconds)
        if not engine.has_stack(plan.state):
            raise BootstrapError(
                f"{plan.account.rpartition('/')[2]} exists, but neither it nor this machine holds the "
                f"state of {plan.stack}'s bootstrap",
                f"go on where it was begun, which has {engine.local_state}",
            )
        changes = _up(engine, plan.state, progress)
    else:
        _refuse_closed(plan)
        if not engine.local_state.is_file():
            engine.run(engine.local, "stack", "init", engine.stack, "--secrets-provider", "passphrase")
        changes = _up(engine, engine.local, progress)
        _wait_for_access(plan, engine, progress, every, seconds)
        _move(plan, engine, progress, every, seconds)
        moved = True
    return Bootstrapped(registered=registered, changes=changes, moved=moved, granted=grant)


def _refuse_foreign_store(plan: BootstrapPlan) -> None:
    if not plan.own_state:
        raise PlanError(
            f"roastery:workflows.state is {plan.state}, a store that bootstrap does not make",
            "remove workflows.state from the stack file, or make no bootstrap",
        )


def _refuse_closed(plan: BootstrapPlan) -> None:
    if plan.closed:
        raise PlanError(
            "roastery:bootstrap.closed is true, but the store does not stand yet",
            "set it after the platform's private endpoints exist, and run this from inside the network",
        )
    if not plan.allowed_addresses:
        raise PlanError(
            "roastery:bootstrap.allowed_addresses is empty: the store would let nobody in",
            "name the public address that you deploy from, as a range such as 203.0.113.7/32",
        )


def _up(engine: Engine, backend: str, progress: Progress) -> bool:
    """Deploys the program; whether anything changed."""
    progress("deploying the bootstrap program")
    output = engine.run(backend, "up", "--stack", engine.stack, "--yes", "--skip-preview")
    return any(word in output for word in (" created", " updated", " deleted", " replaced"))


def _wait_for_access(
    plan: BootstrapPlan, engine: Engine, progress: Progress, every: float, seconds: float
) -> None:
    """Until the store lets this identity read: a new role takes minutes to take effect."""
    _until_allowed(plan, lambda: engine.has_stack(plan.state), progress, every, seconds)


def _until_allowed(
    plan: BootstrapPlan, attempt: Callable[[], object], progress: Progress, every: float, seconds: float
) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            attempt()
        except (RightMissingError, OutOfReachError) as error:
            if time.monotonic() >= end:
                raise _in_vain(plan, error) from None
            progress("waiting until new roles, network rules and names take effect: up to 10 minutes")
            time.sleep(every)
        else:
            return


def _in_vain(plan: BootstrapPlan, error: BootstrapError) -> BootstrapError:
    """The error of the last attempt, with what else may be its cause."""
    if isinstance(error, OutOfReachError):
        return error
    return RightMissingError(
        error.message,
        f"are you a member of the group {plan.administrators}? It has the data roles, Owner has "
        "none: set bootstrap.administrators, or become a member and sign in again",
    )


def _move(plan: BootstrapPlan, engine: Engine, progress: Progress, every: float, seconds: float) -> None:
    """The local state into the store, compared, and used once before the local one is set aside."""
    here = engine.export(engine.local)
    progress(f"moving the state to {plan.state}")
    if not engine.has_stack(plan.state):
        _until_allowed(
            plan,
            lambda: engine.run(
                plan.state, "stack", "init", engine.stack, "--secrets-provider", plan.secrets_provider
            ),
            progress,
            every,
            seconds,
        )
    there = resources(engine.export(plan.state))
    if there and there != resources(here):
        raise BootstrapError(
            f"{plan.state} holds another state of {engine.stack}'s bootstrap than {engine.local_state}",
            "find out which one is right: pulumi stack export on both; then remove the other",
        )
    if not there:
        file = engine.folder / "moving.json"
        engine.run(engine.local, "stack", "export", "--stack", engine.stack, "--file", str(file))
        engine.run(plan.state, "stack", "import", "--stack", engine.stack, "--file", str(file))
        file.unlink()
    if resources(engine.export(plan.state)) != resources(here):
        raise BootstrapError(f"the state in {plan.state} is not the one that was moved", "run this again")
    # Also writes the state anew, with its secrets under the key of the vault.
    engine.run(plan.state, "up", "--stack", engine.stack, "--yes", "--skip-preview", "--expect-no-changes")
    (engine.folder / "state").rename(engine.folder / f"state.moved-{time.time_ns()}")
