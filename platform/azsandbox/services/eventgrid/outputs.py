"""The address that a topic comes with."""

from __future__ import annotations

from azsandbox.arm import regions
from azsandbox.arm.model import Request, Values


def topic(request: Request) -> Values:
    region = regions.canonical(str(request.inputs.get("location", "")))
    return {"endpoint": f"https://{request.name.lower()}.{region}-1.eventgrid.azure.net/api/events"}
