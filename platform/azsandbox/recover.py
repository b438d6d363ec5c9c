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
from azsandbox.commands import operate, state_file
from azsandbox.errors import SandboxError
from azsandbox.kubernetes import addresses
from azsandbox.kubernetes.provider import RELEASE
from azsandbox.paths import Project
from azsandbox.pulumi.stackfile import setting
from azsandbox.services import all_types
from azsandbox.session import session

_PROVIDER, _KUBERNETES = "azure-native:", "kubernetes:"
_OTHER = "/kubernetes/"  # ids in clusters that are not of AKS


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
        restore_torn(state_file(project, stack))
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


def restore_torn(file: Path) -> bool:
    """Puts Pulumi's backup in the place of a state that was not written to its end; whether it had to.

    Raises:
        SandboxError: neither is complete.
    """
    backup = file.with_name(f"{file.name}.bak")
    if not file.is_file() or _is_complete(file):
        return False
    if not _is_complete(backup):
        raise SandboxError(f"{file.name} is not complete, nor is {backup.name}: destroy and create the stack")
    file.replace(file.with_name(f"{file.name}.torn"))
    files.write_text(file, backup.read_text(encoding="utf-8"))
    return True


def _is_complete(file: Path) -> bool:
    try:
        return isinstance(json.loads(file.read_text(encoding="utf-8")), dict)
    except (OSError, ValueError):
        return False


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
    created = _created(resource, subscription, scope)
    if created is None or any(other["urn"] == urn for other in resources):
        result.dropped.append(urn)
        return
    name, outputs = created
    resources.append({**resource, "id": name, "outputs": outputs})
    result.adopted.append(urn)


def _created(
    resource: dict[str, Any], subscription: Subscription, scope: str
) -> tuple[str, dict[str, Any]] | None:
    """Pulumi's id and the outputs of the resource that the operation creates, if the sandbox has it."""
    token = str(resource["type"])
    if token.startswith(_KUBERNETES):
        return _created_object(resource, subscription, scope)
    identifier = _created_id(resource, subscription, scope)
    stored = subscription.get(identifier) if identifier else None
    return (stored.id, stored.outputs) if stored else None


def _created_object(
    resource: dict[str, Any], subscription: Subscription, scope: str
) -> tuple[str, dict[str, Any]] | None:
    """The same of an object of a cluster, or of a Helm release, in the stack's subscription.

    Which cluster it is, only the provider's kubeconfig says, which the state encrypts: an object that two
    clusters of the subscription have is not adopted.
    """
    token = str(resource["type"])
    inputs: dict[str, Any] = dict(resource.get("inputs") or {})
    if token == RELEASE:
        api, kind = "helm.sh/v3", "Release"
        namespace, name = str(inputs.get("namespace") or ""), inputs.get("name")
    else:
        inputs.setdefault("kind", token.rpartition(":")[2])
        api, kind, namespace, _ = addresses.address(inputs)
        name = (inputs.get("metadata") or {}).get("name")
    if not isinstance(name, str):
        return None
    end = f"/{api.replace('/', '!')}/{kind}/{namespace or '-'}/{name}"
    stored = [
        item
        for item in subscription.of_kind(f"kubernetes/{kind}")
        if item.id.endswith(end)
        and item.token == token
        and item.id.startswith((f"/subscriptions/{scope}/", _OTHER))
    ]
    return (f"{namespace}/{name}" if namespace else name, stored[0].outputs) if len(stored) == 1 else None


def _created_id(resource: dict[str, Any], subscription: Subscription, scope: str) -> str | None:
    """The id of the resource that the operation creates, if the subscription has it."""
    token = str(resource["type"])
    spec = all_types().find(token) if token.startswith(_PROVIDER) else None
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
