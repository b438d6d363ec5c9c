"""The state that a command works on: an exported file, or the sandbox's state of a stack."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from roastery.cli.options import print_progress
from roastery.errors import RoasteryError

if TYPE_CHECKING:
    from roastery.policies.model import DeclaredStack
    from roastery.targets import Target


class NothingToCheckError(RoasteryError):
    """Neither a stack nor a state is named, or they contradict each other."""

    exit_code = 2


class DeploymentFailedError(RoasteryError):
    """The stack could not be deployed into the sandbox, so there is no complete state to check."""


def read_state(stack: str | None, file: Path | None, *, no_up: bool, quiet: bool) -> DeclaredStack:
    """The state that a command works on: a file, or the sandbox's, where the stack is deployed first.

    Raises:
        NothingToCheckError: neither is named, or there is no such stack.
        DeploymentFailedError: the stack could not be deployed into the sandbox.
        StateError: the file is not a state.
    """
    from roastery import targets
    from roastery.policies import state

    if file is not None:
        exported = state.read(file)
        if stack is not None and exported.facts.stack != stack:
            raise NothingToCheckError(
                f"{file} is of stack {exported.facts.stack}, not {stack}", "leave out --stack"
            )
        return exported
    if stack is None:
        raise NothingToCheckError("name what to check", "--stack STACK, or --state FILE")
    target = targets.find()
    if not (target.root / f"Pulumi.{stack}.yaml").is_file():
        stacks = sorted(path.name.split(".")[1] for path in target.root.glob("Pulumi.*.yaml"))
        raise NothingToCheckError(f"there is no Pulumi.{stack}.yaml", f"the stacks are {', '.join(stacks)}")
    if not no_up:
        _up(target, stack, quiet=quiet)
    elif not target.resources(stack):
        raise NothingToCheckError(f"stack {stack} is not deployed in the sandbox", "leave out --no-up")
    return state.parse(target.export_state(stack), f"the sandbox's state of {stack}")


def declared_urns(stack: str, *, quiet: bool) -> list[str]:
    """URNs of what the program declares for a stack, from a preview in an empty sandbox.

    Raises:
        DeploymentFailedError: the program can't be run.
    """
    from roastery import targets

    if not quiet:
        print_progress(f"previewing {stack} in the sandbox")
    events: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="roast-program-") as folder:
        target = targets.find()
        with target.isolated(Path(folder)):
            outcome = target.operate("preview", stack, events=events)
    if outcome.exit_code:
        raise DeploymentFailedError(
            f"the program of {stack} can't be previewed: {(*outcome.errors, 'no message')[0]}"
        )
    metas = [(event.get("resourcePreEvent") or {}).get("metadata") or {} for event in events]
    # What is only read belongs to others; the providers that the engine makes have versions in their names.
    return [
        str(meta["urn"])
        for meta in metas
        if meta and meta["op"] != "read" and not str(meta["type"]).startswith("pulumi:providers:")
    ]


def _up(target: Target, stack: str, *, quiet: bool) -> None:
    """Always: a state that is older than the program says nothing about the program."""
    if not quiet:
        print_progress(f"bringing {stack} up in the sandbox")
    outcome = target.operate("up", stack)
    if outcome.exit_code:
        reason = outcome.errors[0] if outcome.errors else "see roast sandbox up"
        raise DeploymentFailedError(f"stack {stack} can't be deployed into the sandbox: {reason}")
