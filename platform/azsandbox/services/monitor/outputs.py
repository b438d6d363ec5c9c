"""What Azure adds to private link scopes."""

from __future__ import annotations

from azsandbox.arm.model import Request, Values


def private_link_scope(_: Request) -> Values:
    return {"privateEndpointConnections": []}
