"""Private endpoints and the names that lead to them: rules over the whole stack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from roastery.policies import tokens as t
from roastery.policies.checks import refers
from roastery.policies.model import Level, Policy, Problem, Resource, Settings, Severity, Stack
from roastery.policies.values import Unproven

NEEDED = {
    t.STORAGE: ("blob",),
    t.VAULT: ("vault",),
    t.REGISTRY: ("registry",),
    t.ML_WORKSPACE: ("amlworkspace",),
    t.EVENT_HUBS: ("namespace",),
    t.EVENT_TOPIC: ("topic",),
    t.LINK_SCOPE: ("azuremonitor",),
}
# learn.microsoft.com/azure/private-link/private-endpoint-dns
ZONES = {
    "amlworkspace": ("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"),
    "registry": ("privatelink.azurecr.io",),
    "blob": ("privatelink.blob.core.windows.net",),
    "file": ("privatelink.file.core.windows.net",),
    "queue": ("privatelink.queue.core.windows.net",),
    "table": ("privatelink.table.core.windows.net",),
    "dfs": ("privatelink.dfs.core.windows.net",),
    "vault": ("privatelink.vaultcore.azure.net",),
    "namespace": ("privatelink.servicebus.windows.net",),
    "topic": ("privatelink.eventgrid.azure.net",),
    "azuremonitor": (
        "privatelink.monitor.azure.com",
        "privatelink.oms.opinsights.azure.com",
        "privatelink.ods.opinsights.azure.com",
        "privatelink.agentsvc.azure-automation.net",
    ),
}


def groups_of(endpoint: Resource) -> Iterator[tuple[str, str]]:
    """Group ids of an endpoint, each with the ARM id it leads to (empty where that is not known)."""
    for name in ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections"):
        for connection in endpoint.each(name):
            try:
                target = connection.word("privateLinkServiceId")
            except Unproven:
                target = ""
            for group in connection.each("groupIds"):
                yield str(group.known), target


def _leads_to(endpoint: Resource, target: Resource) -> bool:
    ids = {id_ for _, id_ in groups_of(endpoint)}
    if target.id and ids - {""}:
        return target.id.lower() in ids
    return target.urn in endpoint.leans_on("privateLinkServiceConnections")


def _present(stack: Stack, settings: Settings) -> Iterator[Problem]:
    del settings
    endpoints = stack.of(t.ENDPOINT)
    for service in stack.of(*NEEDED):
        have = {group for one in endpoints if _leads_to(one, service) for group, _ in groups_of(one)}
        for group in NEEDED[service.type]:
            if group not in have:
                yield Problem("", f"has no private endpoint for {group}", service.urn)


def _zones_of(stack: Stack, group: Resource) -> list[Resource]:
    """The zones that a zone group names."""
    named: set[str] = set()
    for config in group.each("privateDnsZoneConfigs"):
        try:
            named.add(config.word("privateDnsZoneId"))
        except Unproven:
            continue
    by_source = group.leans_on("privateDnsZoneConfigs")
    return [
        zone
        for zone in stack.of(t.ZONE)
        if (named and any(_is(zone, id_) for id_ in named)) or (not named and zone.urn in by_source)
    ]


def _is(zone: Resource, id_: str) -> bool:
    """The engine does not tell ids, but a zone's id ends in its name."""
    if zone.id:
        return zone.id.lower() == id_
    return id_.endswith(f"/{zone.word('privateZoneName')}")


def _zone_groups(stack: Stack, endpoint: Resource) -> Sequence[Resource]:
    return [
        one
        for one in stack.of(t.ZONE_GROUP)
        if one.parent == endpoint.urn or refers(one, "privateEndpointName", endpoint)
    ]


def _linked(stack: Stack, zone: Resource) -> bool:
    return any(refers(link, "privateZoneName", zone) for link in stack.of(t.ZONE_LINK))


def _resolves(stack: Stack, settings: Settings) -> Iterator[Problem]:
    del settings
    for endpoint in stack.of(t.ENDPOINT):
        zones = [zone for one in _zone_groups(stack, endpoint) for zone in _zones_of(stack, one)]
        names = {zone.word("privateZoneName"): zone for zone in zones}
        for group, _ in groups_of(endpoint):
            for needed in ZONES.get(group, ()):
                if needed not in names:
                    yield Problem("", f"has no record in zone {needed} for group {group}", endpoint.urn)
                elif not _linked(stack, names[needed]):
                    yield Problem("", f"is in zone {needed}, which no virtual network uses", endpoint.urn)


POLICIES = (
    Policy(
        id="private-endpoint-present",
        title="Every data service has a private endpoint",
        reason="A closed service that nobody can reach is soon opened to everyone.",
        fix="Add a private endpoint with the group id that the message names.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=(
            "CKV2_AZURE_32",
            "CKV2_AZURE_33",
            "CKV_AZURE_243",
            "CIS Azure 3.0.0: 3.3.7",
            "CIS Azure 3.0.0: 4.9",
            "MCSB NS-2",
        ),
        check_stack=_present,
    ),
    Policy(
        id="private-endpoint-resolves",
        title="Names of private endpoints resolve inside the network",
        reason="Without its private zone a name resolves to the public address, and clients go there.",
        fix="Give the endpoint a zone group with every zone of its group id; link each zone to the network.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB NS-10",),
        check_stack=_resolves,
    ),
)
