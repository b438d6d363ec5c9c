"""What private DNS refuses about zones and their links to virtual networks."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids, regions
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services import kinds


def location_is_global(inputs: Values) -> Iterator[Problem]:
    location = inputs.get("location")
    if isinstance(location, str) and regions.canonical(location) != "global":
        yield Problem("location", f"is {location!r}, but must be 'global' for private DNS", code="region")


def network_linked_once_per_zone_name(request: Request) -> None:
    """Two zones of one name can't both answer in a network: the second link is refused."""
    network = ids.key(str(request.at("virtualNetwork.id")))
    zone = ids.parse(request.id).names[0].lower()
    for other in request.subscription.of_kind(kinds.PRIVATE_DNS_ZONE_LINK):
        if ids.key(other.id) == ids.key(request.id) or ids.parse(other.id).names[0].lower() != zone:
            continue
        linked_network = other.inputs.get("virtualNetwork", {}).get("id", "")
        if ids.key(linked_network) == network:
            raise ArmError(
                409,
                "Conflict",
                f"The virtual network '{request.at('virtualNetwork.id')}' is already linked to a zone named "
                f"'{zone}' by '{other.id}'.",
            )
