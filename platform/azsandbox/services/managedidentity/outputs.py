"""The ids that Entra gives to an identity."""

from __future__ import annotations

from azsandbox.arm import identities
from azsandbox.arm.model import Request, Values


def user_assigned_identity(request: Request) -> Values:
    return {
        "principalId": identities.made_up("principal", request.id),
        "clientId": identities.made_up("client", request.id),
        "tenantId": request.tenant,
    }
