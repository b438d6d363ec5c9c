"""Bring a stack back after Pulumi was killed in the middle of a create.

Pulumi then keeps a lock and a pending operation, and the next `up` fails twice over: once on the lock, once
on `cannot create already existing resource`. What works is to take each pending create out of the list of
operations and, where the resource came to be, into the resources with its id; a refresh then fills in the
rest.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from azsandbox.arm.catalogue import Types
from azsandbox.arm.provider import DEFAULT_SUBSCRIPTION
from azsandbox.arm.subscription import Subscription
from azsandbox.commands import operate
from azsandbox.errors import SandboxError
from azsandbox.kubernetes.provider import RELEASE
from azsandbox.paths import Project
from azsandbox.pulumi.stackfile import setting
from azsandbox.session import session

_PROVIDER = "azure-native:"


@dataclass
class Recovered:
    """What became of the pending operations."""

    adopted: list[str] = field(default_factory=list)  # made before the kill: now in the state
    dropped: list[str] = field(default_factory=list)  # never made: the next up makes them
    refreshed: bool = False


def recover(project: Project, stack: str) -> Recovered:
    """Unlock, settle every pending operation, refresh.

    Raises:
        SandboxError: the state can't be read or written.
    """
    result = Recovered()
    with session(project) as environment:
        _pulumi(["cancel", stack, "--yes"], project, environment, fails=True)  # fails when nothing is locked
        text = _pulumi(["stack", "export", "--stack", stack], project, environment)
        state = json.loads(text)
        deployment: dict[str, Any] = state["deployment"]
        pending: list[dict[str, Any]] = deployment.pop("pending_operations", None) or []
        if not pending:
            return result
        subscription = Subscription.open(project.model)
        scope = (
            setting(project.root / f"Pulumi.{stack}.yaml", "azure-native:subscriptionId")
            or DEFAULT_SUBSCRIPTION
        )
        resources: list[dict[str, Any]] = deployment.setdefault("resources", [])
        for operation in pending:
            _settle(operation, resources, subscription, scope, result)
        subscription.close()
        file = Path(environment["AZSANDBOX_SESSION"]) / "recovered.json"
        file.write_text(json.dumps(state))
        _pulumi(["stack", "import", "--stack", stack, "--file", str(file)], project, environment)
    result.refreshed = operate(project, "refresh", stack, quiet=True).exit_code == 0
    return result


def _settle(
    operation: dict[str, Any],
    resources: list[dict[str, Any]],
    subscription: Subscription,
    scope: str,
    result: Recovered,
) -> None:
    resource = operation["resource"]
    urn = str(resource["urn"])
    if operation.get("type") != "creating":
        result.dropped.append(urn)  # an update or delete that did not end: the refresh sees how far it came
        return
    identifier = _made(resource, subscription, scope)
    if identifier is None or any(one["urn"] == urn for one in resources):
        result.dropped.append(urn)
        return
    found = subscription.get(identifier)
    resources.append({**resource, "id": identifier, "outputs": found.outputs if found else {}})
    result.adopted.append(urn)


def _made(resource: dict[str, Any], subscription: Subscription, scope: str) -> str | None:
    """The id of what the create was to make, if the subscription has it."""
    token = str(resource["type"])
    spec = Types.load().find(token) if token.startswith(_PROVIDER) and token != RELEASE else None
    if spec is None:
        return None
    with contextlib.suppress(KeyError):  # an input of the id is missing: then nothing can have been made
        identifier = spec.id(scope, resource.get("inputs") or {})
        found = subscription.get(identifier)
        return found.id if found else None
    return None


def _pulumi(
    arguments: list[str], project: Project, environment: dict[str, str], *, fails: bool = False
) -> str:
    command = ["pulumi", *arguments, "--non-interactive"]
    done = subprocess.run(
        command, cwd=project.root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode and not fails:
        lines = done.stderr.strip().splitlines()
        raise SandboxError(
            f"pulumi {arguments[0]} {arguments[1]} failed: {lines[-1] if lines else 'no output'}"
        )
    return done.stdout
