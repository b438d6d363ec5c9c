"""The ids that Azure gives to machines and scale sets."""

from __future__ import annotations

from azsandbox.arm import identities
from azsandbox.arm.model import Request, Values


def virtual_machine(request: Request) -> Values:
    return {"vmId": identities.made_up("machine", request.id), "timeCreated": "2026-01-01T00:00:00Z"}


def scale_set(request: Request) -> Values:
    return {"uniqueId": identities.made_up("scale set", request.id)}
