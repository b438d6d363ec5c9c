"""What private DNS refuses about zones and their links to virtual networks."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids, regions
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services import kinds

_MOST_LABELS = 34
# "What is an Azure Private DNS zone?", restrictions, read 2026-12-01
_RESERVED = frozenset(
    [
        "azclient.ms",
        "azure.com",
        "cloudapp.net",
        "core.windows.net",
        "microsoft.com",
        "msidentity.com",
        "trafficmanager.net",
        "windows.net",
        "azclient.us",
        "azure.us",
        "usgovcloudapp.net",
        "core.usgovcloudapi.net",
        "microsoft.us",
        "msidentity.us",
        "usgovtrafficmanager.net",
        "azclient.cn",
        "azure.cn",
        "chinacloudapp.cn",
        "core.chinacloudapi.cn",
        "microsoft.cn",
        "msidentity.cn",
        "trafficmanager.cn",
    ]
)


def location_is_global(inputs: Values) -> Iterator[Problem]:
    location = inputs.get("location")
    if isinstance(location, str) and regions.canonical(location) != "global":
        yield Problem("location", f"is {location!r}, but must be 'global' for private DNS", code="region")


def zone_name_is_free(inputs: Values) -> Iterator[Problem]:
    """The zone is none that Azure keeps for itself, and has at most 34 labels."""
    name = inputs.get("privateZoneName")
    if not isinstance(name, str):
        return
    if name.lower() in _RESERVED:
        yield Problem(
            "privateZoneName",
            f"{name!r} is reserved for Azure's services (Azure Private DNS zone: restrictions)",
        )
    labels = name.count(".") + 1
    if labels > _MOST_LABELS:
        yield Problem("privateZoneName", f"has {labels} labels, but a zone has at most {_MOST_LABELS}")


def network_is_named(inputs: Values) -> Iterator[Problem]:
    if walk.value(inputs, "virtualNetwork.id") is None:
        yield Problem("virtualNetwork.id", "is required: a link leads to a virtual network", code="required")


def fallback_is_for_private_link(inputs: Values) -> Iterator[Problem]:
    """Only zones of private link fall back to public DNS: virtualNetworkLinks.resolutionPolicy."""
    zone = inputs.get("privateZoneName")
    labels = zone.lower().split(".") if isinstance(zone, str) else ["privatelink"]
    if inputs.get("resolutionPolicy") == "NxDomainRedirect" and "privatelink" not in labels:
        yield Problem(
            "resolutionPolicy", f"'NxDomainRedirect' is for privatelink zones only, but the zone is {zone!r}"
        )


def _network_of(inputs: Values) -> str:
    network = walk.value(inputs, "virtualNetwork.id")
    return ids.key(network) if isinstance(network, str) else ""


def network_linked_once_per_zone_name(request: Request) -> None:
    """Two zones of one name can't both answer in a network: the second link is refused."""
    network = _network_of(request.inputs)
    zone = ids.parse(request.id).names[0].lower()
    for other in request.subscription.of_kind(kinds.PRIVATE_DNS_ZONE_LINK):
        if ids.key(other.id) == ids.key(request.id) or ids.parse(other.id).names[0].lower() != zone:
            continue
        if network and _network_of(other.inputs) == network:
            raise ArmError(
                409,
                "Conflict",
                "A virtual network cannot be linked to multiple zones with overlapping namespaces, or "
                "twice to one: "
                f"'{request.at('virtualNetwork.id')}' is already linked to a zone named '{zone}' by "
                f"'{other.id}'.",
            )


def network_registers_in_a_single_zone(request: Request) -> None:
    """Azure's own refusal: github.com/Azure/terraform-azurerm-caf-enterprise-scale/issues/157."""
    if request.inputs.get("registrationEnabled") is not True:
        return
    network = _network_of(request.inputs)
    for other in request.subscription.of_kind(kinds.PRIVATE_DNS_ZONE_LINK):
        registers = other.inputs.get("registrationEnabled") is True
        if registers and ids.key(other.id) != ids.key(request.id) and _network_of(other.inputs) == network:
            raise ArmError(
                409,
                "Conflict",
                "A virtual network can only be linked to 1 Private DNS zone(s) with auto-registration "
                "enabled; "
                f"conflicting Private DNS zone is '{ids.parent_of(other.id)}'.",
            )
