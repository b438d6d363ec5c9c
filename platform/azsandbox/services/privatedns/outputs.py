"""What zones, links and record sets report."""

from __future__ import annotations

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.services import kinds


def zone(request: Request) -> Values:
    links = [
        link
        for link in request.subscription.of_kind(kinds.PRIVATE_DNS_ZONE_LINK)
        if ids.below(link.id, request.id)
    ]
    return {
        "maxNumberOfRecordSets": 25000,
        "maxNumberOfVirtualNetworkLinks": 1000,
        "maxNumberOfVirtualNetworkLinksWithRegistration": 100,
        "numberOfRecordSets": 1,
        "numberOfVirtualNetworkLinks": len(links),
        "numberOfVirtualNetworkLinksWithRegistration": 0,
    }


def virtual_network_link(_: Request) -> Values:
    return {"virtualNetworkLinkState": "Completed"}


def record_set(request: Request) -> Values:
    return {"fqdn": f"{request.name}.{request.id.split('/')[8]}."}
