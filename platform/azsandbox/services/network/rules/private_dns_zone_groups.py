"""What Azure refuses about the DNS zones of a private endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Request
from azsandbox.errors import ArmError
from azsandbox.services import kinds
from azsandbox.services.network.private_link import zones_of


def _declared_zones(request: Request) -> Iterator[str]:
    """The ids of the zones that the group names."""
    for configuration in request.inputs.get("privateDnsZoneConfigs") or []:
        yield str(configuration.get("privateDnsZoneId", ""))


def zones_match_group_id(request: Request) -> None:
    needed = set(zones_of(request.parent.inputs)) if request.parent else set[str]()
    declared = {ids.parse(zone).name.lower() for zone in _declared_zones(request)}
    if not needed or declared == needed:
        return
    wrong, missing = sorted(declared - needed), sorted(needed - declared)
    reasons = [
        *([f"{', '.join(wrong)} does not belong to it"] if wrong else []),
        *([f"{', '.join(missing)} is missing"] if missing else []),
    ]
    raise ArmError(
        400,
        "PrivateDnsZoneGroupNotValid",
        f"The zones of '{request.id}' do not match its endpoint: {'; '.join(reasons)}.",
    )


def zones_are_linked_to_network(request: Request) -> None:
    endpoint = request.parent
    subnet = str((endpoint.inputs.get("subnet") or {}).get("id", "")) if endpoint else ""
    network = ids.parent_of(subnet) if subnet else None
    if not network:
        return
    links = request.subscription.of_kind(kinds.PRIVATE_DNS_ZONE_LINK)
    links_to_network = [
        link.id
        for link in links
        if ids.key((link.inputs.get("virtualNetwork") or {}).get("id", "")) == ids.key(network)
    ]
    for zone in _declared_zones(request):
        if not any(ids.below(link, zone) for link in links_to_network):
            raise ArmError(
                400,
                "PrivateDnsZoneNotLinked",
                f"Zone '{zone}' is not linked to '{network}': there, names of '{ids.parent_of(request.id)}' "
                "would resolve to public addresses. Link the zone first (depends_on the link).",
            )
