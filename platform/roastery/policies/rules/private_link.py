"""Private endpoints and their DNS records: rules over the whole stack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from roastery.policies import tokens as t
from roastery.policies.checks import refers_to
from roastery.policies.model import (
    DeclaredResource,
    DeclaredStack,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.values import UnprovenError

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


def groups_of(endpoint: DeclaredResource) -> Iterator[tuple[str, str]]:
    """Group ids of an endpoint, each with the ARM id of its target (empty where unknown)."""
    for name in ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections"):
        for connection in endpoint.each(name):
            try:
                target = connection.lower_text("privateLinkServiceId")
            except UnprovenError:
                target = ""
            for group in connection.each("groupIds"):
                yield str(group.known), target


def _targets(endpoint: DeclaredResource, target: DeclaredResource) -> bool:
    ids = {id_ for _, id_ in groups_of(endpoint)}
    if target.id and ids - {""}:
        return target.id.lower() in ids
    return target.urn in endpoint.sources_of("privateLinkServiceConnections")


def _present(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    endpoints = stack.of(t.ENDPOINT)
    for service in stack.of(*NEEDED):
        have = {
            group for endpoint in endpoints if _targets(endpoint, service) for group, _ in groups_of(endpoint)
        }
        for group in NEEDED[service.type]:
            if group not in have:
                yield Violation("", f"has no private endpoint for {group}", service.urn)


def _zones_of(stack: DeclaredStack, group: DeclaredResource) -> list[DeclaredResource]:
    """The private DNS zones of a zone group."""
    named: set[str] = set()
    for config in group.each("privateDnsZoneConfigs"):
        try:
            named.add(config.lower_text("privateDnsZoneId"))
        except UnprovenError:
            continue
    by_source = group.sources_of("privateDnsZoneConfigs")
    return [
        zone
        for zone in stack.of(t.ZONE)
        if (named and any(_is(zone, id_) for id_ in named)) or (not named and zone.urn in by_source)
    ]


def _is(zone: DeclaredResource, id_: str) -> bool:
    """By id, or by the name at its end: the engine passes no ids to policies."""
    if zone.id:
        return zone.id.lower() == id_
    return id_.endswith(f"/{zone.lower_text('privateZoneName')}")


def _zone_groups(stack: DeclaredStack, endpoint: DeclaredResource) -> Sequence[DeclaredResource]:
    return [
        zone_group
        for zone_group in stack.of(t.ZONE_GROUP)
        if zone_group.parent == endpoint.urn or refers_to(zone_group, "privateEndpointName", endpoint)
    ]


def _linked(stack: DeclaredStack, zone: DeclaredResource) -> bool:
    return any(refers_to(link, "privateZoneName", zone) for link in stack.of(t.ZONE_LINK))


def _resolves(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    for endpoint in stack.of(t.ENDPOINT):
        zones = [
            zone for zone_group in _zone_groups(stack, endpoint) for zone in _zones_of(stack, zone_group)
        ]
        names = {zone.lower_text("privateZoneName"): zone for zone in zones}
        for group, _ in groups_of(endpoint):
            for needed in ZONES.get(group, ()):
                if needed not in names:
                    yield Violation("", f"has no record in zone {needed} for group {group}", endpoint.urn)
                elif not _linked(stack, names[needed]):
                    yield Violation(
                        "",
                        f"has a record in zone {needed}, which is not linked to a virtual network",
                        endpoint.urn,
                    )


def _one_after_another(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    for account in stack.of(t.STORAGE):
        of_account = [endpoint for endpoint in stack.of(t.ENDPOINT) if _targets(endpoint, account)]
        endpoints = sorted(of_account, key=lambda endpoint: endpoint.name)  # engines list them in any order
        for index, endpoint in enumerate(endpoints):
            before = _before(stack, endpoint)
            for other in endpoints[:index]:
                if other.urn not in before and endpoint.urn not in _before(stack, other):
                    yield Violation("", f"is created at the same time as {other.name}", endpoint.urn)
                    break


def _before(stack: DeclaredStack, resource: DeclaredResource) -> set[str]:
    """URNs of everything that a resource waits for."""
    earlier: set[str] = set()
    waiting = [*resource.dependencies]
    while waiting:
        urn = waiting.pop()
        if urn not in earlier and urn in stack.by_urn:
            earlier.add(urn)
            waiting += stack.by_urn[urn].dependencies
    return earlier


POLICIES = (
    Policy(
        id="private-endpoint-order",
        title="Private endpoints of one storage account are created one after another",
        reason="Azure refuses the second of two at once: StorageAccountOperationInProgress.",
        fix="Let each endpoint depend on the one before it (depends_on).",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        types=(t.ENDPOINT, t.STORAGE),
        check_stack=_one_after_another,
    ),
    Policy(
        id="private-endpoint-present",
        title="Every data service has a private endpoint",
        reason="Without a private endpoint, a private service can be used only by making it public.",
        fix="Add a private endpoint with the group id that the message names.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=(
            "CKV2_AZURE_32",
            "CKV2_AZURE_33",
            "CKV_AZURE_243",
            "CIS Azure 3.0.0: 3.3.7",
            "CIS Azure 3.0.0: 4.9",
            "MCSB NS-2",
        ),
        types=(*NEEDED, t.ENDPOINT),
        check_stack=_present,
    ),
    Policy(
        id="private-endpoint-resolves",
        title="Private endpoints have DNS records in linked zones",
        reason="Without the private zone, a name resolves to the public address of the service.",
        fix="Add a zone group with every zone of the group id; link each zone to the virtual network.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-10",),
        types=(t.ENDPOINT, t.ZONE, t.ZONE_GROUP, t.ZONE_LINK),
        check_stack=_resolves,
    ),
)
