"""What leads out of the stack: networks that are joined, and copies and streams of data to other places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any, cast

from roastery.naming import KINDS
from roastery.policies import tokens as t
from roastery.policies.model import (
    DeclaredResource,
    DeclaredStack,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.values import PropertyNode, UnprovenError, texts_below

_NETWORK = "azure-native:network:"
# Where each kind names the network at its other end.
_JOINS: dict[str, tuple[str, ...]] = {
    t.PEERING: ("remoteVirtualNetwork.id",),
    t.NETWORK: ("virtualNetworkPeerings.remoteVirtualNetwork.id",),
    f"{_NETWORK}HubVirtualNetworkConnection": ("remoteVirtualNetwork.id",),
    f"{_NETWORK}VirtualNetworkGatewayConnection": (
        "virtualNetworkGateway2.id",
        "localNetworkGateway2.id",
        "peer.id",
    ),
    f"{_NETWORK}VpnConnection": ("remoteVpnSite.id",),
    f"{_NETWORK}ExpressRouteConnection": ("expressRouteCircuitPeering.id",),
    f"{_NETWORK}ExpressRouteCircuitConnection": ("peerExpressRouteCircuitPeering.id",),
    f"{_NETWORK}VirtualNetworkTap": ("destinationNetworkInterfaceIPConfiguration.id",),
    t.ZONE_LINK: ("virtualNetwork.id",),
}
# Where each kind names the place that data goes to, or that clients reach.
_COPIES: dict[str, tuple[str, ...]] = {
    t.REPLICATION: ("destinationAccount", "sourceAccount"),
    "azure-native:containerregistry:ExportPipeline": ("target.uri",),
    "azure-native:containerregistry:ConnectedRegistry": ("parent.id",),
    "azure-native:operationalinsights:DataExport": ("destination.resourceId", "resourceId"),
    "azure-native:eventhub:DisasterRecoveryConfig": ("partnerNamespace",),
    "azure-native:storage:DataShare": ("",),
    "azure-native:storage:Connector": ("",),
}
# Streams whose other end has to be in the stack's own subscription.
_STREAMS: dict[str, tuple[str, ...]] = {
    t.ENDPOINT: (
        "privateLinkServiceConnections.privateLinkServiceId",
        "manualPrivateLinkServiceConnections.privateLinkServiceId",
    ),
    t.DIAGNOSTICS: (
        "workspaceId",
        "storageAccountId",
        "eventHubAuthorizationRuleId",
        "marketplacePartnerId",
    ),
}
for _event in ("EventSubscription", "SystemTopicEventSubscription", "TopicEventSubscription"):
    _STREAMS[f"azure-native:eventgrid:{_event}"] = (
        "destination.resourceId",
        "destination.endpointUrl",
        "destination.endpointBaseUrl",
        "deliveryWithResourceIdentity.destination.resourceId",
        "deliveryWithResourceIdentity.destination.endpointUrl",
    )
_STREAMS["azure-native:monitor:ActionGroup"] = (
    "webhookReceivers.serviceUri",
    "logicAppReceivers.resourceId",
    "azureFunctionReceivers.functionAppResourceId",
    "eventHubReceivers.subscriptionId",
)
_SUBSCRIPTION = re.compile(r"^/subscriptions/([^/]+)/", re.IGNORECASE)


def ends(resource: DeclaredResource, path: str) -> Iterator[PropertyNode]:
    """The values at a path; a list on the way stands for each of its elements."""
    nodes = [resource.properties]
    for part in path.split(".") if path else ():
        nodes = [
            item
            for node in nodes
            for item in (node.at(part).each() if isinstance(node.at(part).value, list) else [node.at(part)])
        ]
    yield from nodes


def _own(stack: DeclaredStack, node: PropertyNode, resource: DeclaredResource, path: str) -> bool:
    """Whether the stack declares what a value names, by id or, for an account, by name."""
    name = str(node.value).lower().rstrip("/")
    ids = {other.id.lower().rstrip("/") for other in stack.resources if other.id}
    if not ids and any(urn in stack.by_urn for urn in resource.sources_of(path.partition(".")[0])):
        return True  # a preview, and the engine's own analysis of a state, know no ids
    if name in ids:
        return True
    accounts = {account.inputs.get("accountName") for account in stack.of(t.STORAGE)}
    return "/" not in name and name in {str(account).lower() for account in accounts if account}


def _leads(table: dict[str, tuple[str, ...]], setting: str, what: str) -> Any:
    def check(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
        for type_, paths in table.items():
            for resource in stack.of(type_):
                for path in paths:
                    yield from _foreign(stack, resource, path, settings[setting])

    def _foreign(
        stack: DeclaredStack, resource: DeclaredResource, path: str, allowed: list[str]
    ) -> Iterator[Violation]:
        for node in _known(ends(resource, path)):
            value = str(node.value or "")
            if not path:
                yield Violation("", f"{what} a place that this stack does not declare", resource.urn)
                continue
            listed = any(fnmatch(value.lower(), pattern.lower()) for pattern in allowed)
            if value and not listed and not _own(stack, node, resource, path):
                message = f"{what} {value}, which this stack does not declare"
                yield Violation(node.path, message, resource.urn)

    return check


def _known(nodes: Iterator[PropertyNode]) -> Iterator[PropertyNode]:
    """An unknown value names a resource of this stack: one of another stack would be known."""
    while True:
        try:
            node = next(nodes, None)
            if node is None:
                return
            yield PropertyNode(node.known, node.path)
        except UnprovenError:
            return


def _shared(stack: DeclaredStack, target: str) -> bool:
    """Whether a target is the registry of all environments of this workload, by `roastery.naming`.

    It is declared once, by one environment, and may be in that one's subscription.
    """
    name = target.lower().rpartition("/microsoft.containerregistry/registries/")[2]
    workloads = {str(tags.get("workload", "")) for group in stack.of(t.GROUP) if (tags := _tags(group))}
    start = KINDS["shared registry"].abbreviation
    return any(workload and name.startswith(f"{start}{workload}".lower()) for workload in workloads)


def _tags(group: DeclaredResource) -> dict[str, Any]:
    tags = group.inputs.get("tags")
    return cast("dict[str, Any]", tags) if isinstance(tags, dict) else {}


def _subscriptions(stack: DeclaredStack) -> Counter[str]:
    """How often subscriptions are named: in the ids of resources, or where none is known, in their inputs."""
    matches = (_SUBSCRIPTION.match(resource.id) for resource in stack.resources)
    counted = Counter(match[1].lower() for match in matches if match)
    if not counted:
        texts = (text for resource in stack.resources for _, _, text in texts_below(resource.properties))
        counted.update(match[1].lower() for text in texts if (match := _SUBSCRIPTION.match(text)))
    return counted


def _streams(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
    own = {subscription.lower() for subscription in settings["subscriptions"]}
    own |= {subscription for subscription, _ in _subscriptions(stack).most_common(1)}
    for type_, paths in _STREAMS.items():
        for resource in stack.of(type_):
            for path in paths:
                for node in _known(ends(resource, path)):
                    value = str(node.value or "")
                    match = _SUBSCRIPTION.match(value)
                    if match and own and match[1].lower() not in own and not _shared(stack, value):
                        message = f"leads to subscription {match[1]}, which is not this stack's"
                        yield Violation(node.path, message, resource.urn)
                    elif "://" in value and not any(fnmatch(value, host) for host in settings["addresses"]):
                        yield Violation(node.path, "sends to an address outside of Azure", resource.urn)


def _listed(description: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}, "default": [], "description": description}


POLICIES = (
    Policy(
        id="network-foreign",
        title="Networks are joined only with networks of the stack, or with listed ones",
        reason="Whoever owns the other network is inside: security groups count it as VirtualNetwork.",
        fix="Remove the peering, link or connection, or list the other network's id in `networks`.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-1",),
        types=tuple(_JOINS),
        check_stack=_leads(_JOINS, "networks", "joins"),
        config={"networks": _listed("Patterns of ids of networks that may be joined, such as the hub's.")},
    ),
    Policy(
        id="data-foreign",
        title="Data is copied only to places of the stack, or to listed ones",
        reason="A replica in another account has the rights and the network of that account.",
        fix="Remove the replication or export, or list the other account's id in `accounts`.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB DP-2", "MCSB NS-2"),
        types=tuple(_COPIES),
        check_stack=_leads(_COPIES, "accounts", "copies to or from"),
        config={"accounts": _listed("Patterns of ids of accounts that data may be copied to.")},
    ),
    Policy(
        id="stream-foreign",
        title="Private endpoints, logs and events lead to the stack's own subscription",
        reason="An endpoint, a log stream or an event to a stranger's resource carries data out unseen.",
        fix="Use a resource of this subscription, or list the other subscription in `subscriptions`.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB DP-2", "MCSB NS-2"),
        types=tuple(_STREAMS),
        check_stack=_streams,
        config={
            "subscriptions": _listed("Ids of other subscriptions that may be used, such as the hub's."),
            "addresses": _listed("Patterns of addresses that events may be sent to."),
        },
    ),
)
