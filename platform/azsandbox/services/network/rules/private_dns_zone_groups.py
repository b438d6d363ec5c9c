"""What Azure refuses about the DNS zones of a private endpoint, and what is doubtful about them."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services import kinds
from azsandbox.services.network.private_link import zones_of

_OTHER_CLOUDS = (".us", ".cn", "usgovcloudapi.net", "chinacloudapi.cn")


def _declared_zones(request: Request) -> Iterator[str]:
    """The ids of the zones that the group names."""
    for _, zone in walk.values(request.inputs, "privateDnsZoneConfigs[].privateDnsZoneId"):
        if isinstance(zone, str):
            yield zone


def zones_are_named(inputs: Values) -> Iterator[Problem]:
    for path, item in walk.objects(inputs, "privateDnsZoneConfigs[]"):
        for key in ("name", "privateDnsZoneId"):
            if item.get(key) in (None, ""):
                yield Problem(f"{path}.{key}", "is required", code="required")


def endpoint_has_a_single_group(request: Request) -> None:
    """Azure's own refusal: github.com/pulumi/pulumi-azure-native/issues/2179."""
    endpoint = ids.parent_of(request.id) or ""
    for other in request.subscription.below(endpoint):
        if other.kind.endswith("/privatednszonegroups") and ids.key(other.id) != ids.key(request.id):
            raise ArmError(
                400,
                "MoreThanOnePrivateDnsZoneGroupPerPrivateEndpointNotAllowed",
                "Cannot create more than one private dns zone groups in the private endpoint: "
                f"'{other.id}' exists.",
            )


def _names(request: Request) -> tuple[set[str], set[str]]:
    """The names of the zones that the endpoint needs, and of those that are declared."""
    needed = {zone.lower() for zone in zones_of(request.parent.inputs)} if request.parent else set[str]()
    return needed, {ids.parse(zone).name.lower() for zone in _declared_zones(request)}


def zones_belong_to_the_group(request: Request) -> None:
    needed, declared = _names(request)
    wrong = sorted(zone for zone in declared - needed if not zone.endswith(_OTHER_CLOUDS))
    if needed and wrong:
        raise ArmError(
            400,
            "PrivateDnsZoneGroupNotValid",
            f"The zones of '{request.id}' do not match its endpoint: {', '.join(wrong)} does not belong to "
            "it; it needs "
            f"{', '.join(sorted(needed))}.",
        )


def some_zones_are_missing(request: Request) -> Iterator[Problem]:
    needed, declared = _names(request)
    missing = sorted(needed - declared)
    if missing and not any(zone.endswith(_OTHER_CLOUDS) for zone in declared):
        yield Problem(
            "privateDnsZoneConfigs",
            f"{', '.join(missing)} is missing: names of the endpoint in it resolve to public addresses",
            warning=True,
        )


def some_zones_are_not_linked(request: Request) -> Iterator[Problem]:
    """Names in a zone that is not linked to the endpoint's network don't resolve there; Azure accepts it."""
    subnet = walk.value(request.parent.inputs, "subnet.id") if request.parent else None
    network = ids.parent_of(subnet) if isinstance(subnet, str) else None
    if not network:
        return
    linked = [
        link.id
        for link in request.subscription.of_kind(kinds.PRIVATE_DNS_ZONE_LINK)
        if ids.key(str(walk.value(link.inputs, "virtualNetwork.id"))) == ids.key(network)
    ]
    for zone in _declared_zones(request):
        outside = request.subscription.external.covers(zone)
        if not outside and not any(ids.below(link, zone) for link in linked):
            yield Problem(
                "privateDnsZoneConfigs",
                f"zone '{zone}' is not linked to '{network}' yet: until it is, names of the endpoint "
                "resolve to public "
                "addresses there (a resolver in another network may see them)",
                warning=True,
            )
