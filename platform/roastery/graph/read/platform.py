"""Reads a whole state: each reader takes its own, and what is left is counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from roastery.graph.labels import clean
from roastery.graph.ledger import Ledger, key
from roastery.graph.model import Card, Cluster, Drawing, Endpoints, Group
from roastery.graph.read.cluster import clusters
from roastery.graph.read.context import Context, group_of
from roastery.graph.read.identity import people, principals
from roastery.graph.read.network import networks
from roastery.graph.read.operations import lock_of, operations
from roastery.graph.read.services import labels, services
from roastery.graph.state import Resource

_GROUP = "azure-native:resources:ResourceGroup"
_NOWHERE = {"", "global"}


def read(resources: Sequence[Resource]) -> Drawing:
    """What a drawing of this state shows; the state must hold at least one resource."""
    context = Context.of(Ledger(resources))
    offered = services(context)
    labels(context, offered)
    by_subnet: dict[str, list[Cluster]] = defaultdict(list)
    for subnet, found in clusters(context):
        by_subnet[subnet].append(found)
    nets = networks(context, by_subnet)
    placed = {id(one) for net in nets for subnet in net.subnets for one in subnet.clusters}
    reached = {one.id for card in offered for one in (card, *card.inner)}
    links = [one for net in nets for subnet in net.subnets for one in subnet.endpoints]
    who = principals(context)
    groups = _groups(context)
    run = operations(context)
    project, stack = _names(resources[0])
    return Drawing(
        project=project,
        stack=stack,
        regions=_regions(resources),
        groups=groups,
        people=people(who),
        networks=nets,
        services=(*_strangers(links, reached), *offered),
        clusters=tuple(one for many in by_subnet.values() for one in many if id(one) not in placed),
        principals=who,
        operations=run,
        also=dict(sorted(context.ledger.left().items())),
        total=len(context.ledger.resources),
    )


def _names(resource: Resource) -> tuple[str, str]:
    """Project and stack, which every urn names: urn:pulumi:<stack>::<project>."""
    head, project = resource.urn.split("::")[:2]
    return clean(project), clean(head.rsplit(":", 1)[-1])


def _regions(resources: Sequence[Resource]) -> tuple[str, ...]:
    found = {one.text("location") for one in resources if one.custom and one.type.startswith("azure-native:")}
    return tuple(sorted(clean(one) for one in found - _NOWHERE))


def _groups(context: Context) -> tuple[Group, ...]:
    members = Counter(key(group_of(one)) for one in context.ledger.resources)
    found = context.ledger.of(_GROUP)
    context.ledger.take(*found)
    return tuple(
        Group(
            name=clean(one.name),
            tag=context.short(one.name),
            region=clean(one.text("location")),
            lock=lock_of(context, one.id),
            holds=members[key(one.name)] - 1,
        )
        for one in found
    )


def _strangers(links: Sequence[Endpoints], reached: set[str]) -> list[Card]:
    """What private endpoints lead to without being declared here."""
    names = {one.target: one.target_name for one in links if one.target not in reached}
    return [
        Card(title="Outside this stack", name=name, id=identifier, count=0)
        for identifier, name in names.items()
    ]
