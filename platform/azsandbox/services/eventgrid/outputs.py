"""The address that a topic comes with, and the events that a subscription takes by itself."""

from __future__ import annotations

from azsandbox.arm import ids, regions
from azsandbox.arm.model import Request, Values


def topic(request: Request) -> Values:
    region = regions.canonical(str(request.inputs.get("location", "")))
    return {"endpoint": f"https://{request.name.lower()}.{region}-1.eventgrid.azure.net/api/events"}


_DEFAULT_EVENTS = {  # recorded on 2021-05-27
    "microsoft.storage/storageaccounts": ["Microsoft.Storage.BlobCreated", "Microsoft.Storage.BlobDeleted"]
}


def subscription(request: Request) -> Values:
    source = ids.parse(str(request.inputs.get("scope") or "")).kind.lower()
    chosen = request.inputs.get("filter")
    events = _DEFAULT_EVENTS.get(source)
    if events is None or (isinstance(chosen, dict) and chosen.get("includedEventTypes") is not None):
        return {}
    return {"filter": {**(chosen if isinstance(chosen, dict) else {}), "includedEventTypes": events}}
