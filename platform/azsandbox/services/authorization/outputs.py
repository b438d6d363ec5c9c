"""What Azure adds to a role assignment."""

from __future__ import annotations

import datetime as dt

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values


def role_assignment(request: Request) -> Values:
    outputs: Values = {
        "scope": request.inputs.get("scope"),
        "principalType": request.inputs.get("principalType", "ServicePrincipal"),
    }
    if ids.key(request.id) in request.subscription.spreading():
        # Programs count from it; without the fault every assignment holds at once.
        outputs["createdOn"] = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
    return outputs
