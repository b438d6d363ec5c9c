"""What Azure adds to a role assignment."""

from __future__ import annotations

from azsandbox.arm.model import Request, Values


def role_assignment(request: Request) -> Values:
    return {
        "scope": request.inputs.get("scope"),
        "principalType": request.inputs.get("principalType", "ServicePrincipal"),
    }
