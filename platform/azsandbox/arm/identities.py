"""Generated ids in place of those that Entra and Azure assign; a resource always gets the same ones."""

from __future__ import annotations

import uuid
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.subscription import Subscription
from azsandbox.schema.values import UNKNOWN

_SPACE = uuid.UUID("6f7a3c0e-8d7b-4f6c-9a52-0d1c2b3a4e5f")  # a namespace of our own


def made_up(purpose: str, identifier: str) -> str:
    """A generated UUID for one purpose (principal, client, workspace…) of one resource, always the same."""
    return str(uuid.uuid5(_SPACE, f"{purpose}:{ids.key(identifier)}"))


def of_resource(
    identifier: str, identity: Any, subscription: Subscription, tenant: str, *, known: bool = True
) -> dict[str, Any]:
    """The `identity` output of a resource whose inputs have an `identity`."""
    kind = str(identity.get("type", ""))
    result: dict[str, Any] = {"type": kind}
    if "systemassigned" in kind.lower():
        result |= {"principalId": made_up("principal", identifier) if known else UNKNOWN, "tenantId": tenant}
    assigned: Any = identity.get("userAssignedIdentities")
    if assigned:
        result["userAssignedIdentities"] = {
            str(identity_id): _assigned(str(identity_id), subscription)
            for identity_id in assigned
            if identity_id is not UNKNOWN
        }
    return result


def _assigned(identifier: str, subscription: Subscription) -> dict[str, Any]:
    identity = subscription.get(identifier)
    outputs = identity.outputs if identity else {}
    return {"principalId": outputs.get("principalId"), "clientId": outputs.get("clientId")}
