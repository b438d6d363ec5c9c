"""What private DNS refuses."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids, regions
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_LINKS = "Microsoft.Network/privateDnsZones/virtualNetworkLinks"


def zone_is_global(inputs: Values) -> Iterator[Problem]:
    location = inputs.get("location")
    if isinstance(location, str) and regions.canonical(location) != "global":
        yield Problem("location", f"is {location!r}, but private DNS lives in 'global'", code="region")


def zone_outputs(request: Request) -> Values:
    links = [one for one in request.subscription.of_kind(_LINKS) if ids.below(one.id, request.id)]
    return {
        "maxNumberOfRecordSets": 25000,
        "maxNumberOfVirtualNetworkLinks": 1000,
        "maxNumberOfVirtualNetworkLinksWithRegistration": 100,
        "numberOfRecordSets": 1,
        "numberOfVirtualNetworkLinks": len(links),
        "numberOfVirtualNetworkLinksWithRegistration": 0,
    }


def only_one_link_per_network(request: Request) -> None:
    """Two zones of one name can't answer in one network: the second link is refused."""
    network = ids.key(str(request.at("virtualNetwork.id")))
    zone = ids.parse(request.id).names[0].lower()
    for other in request.subscription.of_kind(_LINKS):
        if ids.key(other.id) == ids.key(request.id) or ids.parse(other.id).names[0].lower() != zone:
            continue
        target = other.inputs.get("virtualNetwork", {}).get("id", "")
        if ids.key(target) == network:
            raise ArmError(
                409,
                "Conflict",
                f"The virtual network '{request.at('virtualNetwork.id')}' is already linked to a zone named "
                f"'{zone}' by '{other.id}'.",
            )
