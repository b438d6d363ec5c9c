"""Repair a stack's state after Pulumi was killed in the middle of a create.

Pulumi leaves a lock and a pending operation behind, so the next `up` fails twice: on the lock, and then on
`cannot create already existing resource`. The repair removes each pending create from the list of operations
and, where the resource exists, adds it to the state with its id; a refresh then fills in its outputs.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from azsandbox import files
from azsandbox.arm.provider import DEFAULT_SUBSCRIPTION
from azsandbox.arm.subscription import Subscription
from azsandbox.commands import operate
from azsandbox.errors import SandboxError
from azsandbox.kubernetes.provider import RELEASE
from azsandbox.paths import Project
from azsandbox.pulumi.stackfile import setting
from azsandbox.services import all_types
from azsandbox.session import session

_PROVIDER = "azure-native:"


@dataclass
class Recovery:
    """What happened to the pending operations, by URN."""

    adopted: list[str] = field(default_factory=list)  # created before Pulumi was killed: now in the state
    dropped: list[str] = field(default_factory=list)  # not created: the next up does it
    refreshed: bool = False


def recover(project: Project, stack: str) -> Recovery:
    """Unlock the stack, resolve every pending operation, refresh.

    Raises:
        SandboxError: the state can't be read or written.
    """
    result = Recovery()
    with session(project) as environment:
        _pulumi(
            ["cancel", stack, "--yes"], project, environment, may_fail=True
        )  # it fails when the stack is not locked
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
            _resolve(operation, resources, subscription, scope, result)
        subscription.close()
        file = Path(environment["AZSANDBOX_SESSION"]) / "recovered.json"
        files.write_json(file, state)
        _pulumi(["stack", "import", "--stack", stack, "--file", str(file)], project, environment)
    result.refreshed = operate(project, "refresh", stack, quiet=True).exit_code == 0
    return result


def _resolve(
    operation: dict[str, Any],
    resources: list[dict[str, Any]],
    subscription: Subscription,
    scope: str,
    result: Recovery,
) -> None:
    resource = operation["resource"]
    urn = str(resource["urn"])
    if operation.get("type") != "creating":
        result.dropped.append(urn)  # an update or delete: the refresh reads its result
        return
    identifier = _created_id(resource, subscription, scope)
    if identifier is None or any(other["urn"] == urn for other in resources):
        result.dropped.append(urn)
        return
    stored = subscription.get(identifier)
    resources.append({**resource, "id": identifier, "outputs": stored.outputs if stored else {}})
    result.adopted.append(urn)


def _created_id(resource: dict[str, Any], subscription: Subscription, scope: str) -> str | None:
    """The id of the resource that the operation creates, if the subscription has it."""
    token = str(resource["type"])
    spec = all_types().find(token) if token.startswith(_PROVIDER) and token != RELEASE else None
    if spec is None:
        return None
    with contextlib.suppress(KeyError):  # an input of the id is missing: the resource can't have been created
        identifier = spec.id(scope, resource.get("inputs") or {})
        stored = subscription.get(identifier)
        return stored.id if stored else None
    return None


def _pulumi(
    arguments: list[str], project: Project, environment: dict[str, str], *, may_fail: bool = False
) -> str:
    command = ["pulumi", *arguments, "--non-interactive"]
    process = subprocess.run(
        command, cwd=project.root, env=environment, capture_output=True, text=True, check=False
    )
    if process.returncode and not may_fail:
        lines = process.stderr.strip().splitlines()
        raise SandboxError(
            f"pulumi {arguments[0]} {arguments[1]} failed: {lines[-1] if lines else 'no output'}"
        )
    return process.stdout
