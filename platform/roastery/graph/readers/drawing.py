"""Reads a whole state: each reader draws the resources it knows, and the others are counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from roastery.graph.inventory import Inventory, key
from roastery.graph.labels import clean
from roastery.graph.model import Drawing, DrawnCard, DrawnCluster, DrawnEndpoints, DrawnGroup
from roastery.graph.readers.cluster import read_clusters
from roastery.graph.readers.context import Context, group_of
from roastery.graph.readers.identity import people_with_roles, read_principals
from roastery.graph.readers.network import read_networks
from roastery.graph.readers.operations import lock_of, read_operations
from roastery.graph.readers.services import label_services, read_services
from roastery.graph.state import StateResource

_GROUP = "azure-native:resources:ResourceGroup"
_NO_REGION = {"", "global"}


def read_drawing(resources: Sequence[StateResource]) -> Drawing:
    """What a drawing of this state shows; the state must have at least one resource."""
    context = Context.of(Inventory(resources))
    services = read_services(context)
    label_services(context, services)
    by_subnet: dict[str, list[DrawnCluster]] = defaultdict(list)
    for subnet, cluster in read_clusters(context):
        by_subnet[subnet].append(cluster)
    networks = read_networks(context, by_subnet)
    subnets = [subnet for network in networks for subnet in network.subnets]
    in_subnets = {id(cluster) for subnet in subnets for cluster in subnet.clusters}
    declared = {service.id for card in services for service in (card, *card.inner)}
    endpoints = [row for subnet in subnets for row in subnet.endpoints]
    principals = read_principals(context)
    groups = _groups(context)
    operations = read_operations(context)
    project, stack = _names(resources[0])
    return Drawing(
        project=project,
        stack=stack,
        regions=_regions(resources),
        groups=groups,
        people=people_with_roles(principals),
        networks=networks,
        services=(*_undeclared(endpoints, declared), *services),
        clusters=tuple(
            cluster
            for clusters in by_subnet.values()
            for cluster in clusters
            if id(cluster) not in in_subnets
        ),
        principals=principals,
        operations=operations,
        undrawn=dict(sorted(context.inventory.undrawn().items())),
        total=len(context.inventory.resources),
    )


def _names(resource: StateResource) -> tuple[str, str]:
    """Project and stack, which every urn names: urn:pulumi:<stack>::<project>."""
    head, project = resource.urn.split("::")[:2]
    return clean(project), clean(head.rsplit(":", 1)[-1])


def _regions(resources: Sequence[StateResource]) -> tuple[str, ...]:
    regions = {
        resource.text("location")
        for resource in resources
        if resource.custom and resource.type.startswith("azure-native:")
    }
    return tuple(sorted(clean(region) for region in regions - _NO_REGION))


def _groups(context: Context) -> tuple[DrawnGroup, ...]:
    members = Counter(key(group_of(resource)) for resource in context.inventory.resources)
    groups = context.inventory.of(_GROUP)
    context.inventory.mark_drawn(*groups)
    return tuple(
        DrawnGroup(
            name=clean(group.name),
            tag=context.short(group.name),
            region=clean(group.text("location")),
            lock=lock_of(context, group.id),
            resource_count=members[key(group.name)] - 1,
        )
        for group in groups
    )


def _undeclared(endpoints: Sequence[DrawnEndpoints], declared: set[str]) -> list[DrawnCard]:
    """Targets of private endpoints that this state does not contain."""
    names = {row.target: row.target_name for row in endpoints if row.target not in declared}
    return [
        DrawnCard(title="Outside this stack", name=name, id=identifier, count=0)
        for identifier, name in names.items()
    ]
