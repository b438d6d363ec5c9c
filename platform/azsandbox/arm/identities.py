"""Made-up but stable ids for what Entra and Azure would make up: a resource gets the same ones again."""

from __future__ import annotations

import uuid
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.subscription import Subscription
from azsandbox.schema.values import UNKNOWN

_SPACE = uuid.UUID("6f7a3c0e-8d7b-4f6c-9a52-0d1c2b3a4e5f")  # ours; any would do


def made_up(purpose: str, identifier: str) -> str:
    """A UUID for one purpose (principal, client, workspace…) of one resource."""
    return str(uuid.uuid5(_SPACE, f"{purpose}:{ids.key(identifier)}"))


def of_resource(
    identifier: str, identity: Any, subscription: Subscription, tenant: str, *, known: bool = True
) -> dict[str, Any]:
    """The `identity` output of a resource whose inputs ask for one."""
    kind = str(identity.get("type", ""))
    result: dict[str, Any] = {"type": kind}
    if "systemassigned" in kind.lower():
        result |= {"principalId": made_up("principal", identifier) if known else UNKNOWN, "tenantId": tenant}
    assigned: Any = identity.get("userAssignedIdentities")
    if assigned:
        result["userAssignedIdentities"] = {
            str(one): _assigned(str(one), subscription) for one in assigned if one is not UNKNOWN
        }
    return result


def _assigned(identifier: str, subscription: Subscription) -> dict[str, Any]:
    found = subscription.get(identifier)
    outputs = found.outputs if found else {}
    return {"principalId": outputs.get("principalId"), "clientId": outputs.get("clientId")}
