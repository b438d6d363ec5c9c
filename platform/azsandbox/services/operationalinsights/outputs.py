"""What a Log Analytics workspace reports."""

from __future__ import annotations

from azsandbox.arm import identities
from azsandbox.arm.model import Request, Values


def workspace(request: Request) -> Values:
    return {"customerId": identities.made_up("customer", request.id), "createdDate": "2026-01-01T00:00:00Z"}
