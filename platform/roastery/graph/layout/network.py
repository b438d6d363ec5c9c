"""A virtual network between the people at its left and the services at its right.

    people │ machines, NAT, DNS │ private endpoints │ services
           │           the cluster's subnet         │

Each private endpoint stands beside the service that it leads to, so that every private link is one
straight line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from roastery.graph.labels import listing, plural
from roastery.graph.layout.cards import GAP, PAD, Painter, Placed, frame
from roastery.graph.layout.cluster import cluster
from roastery.graph.layout.measure import width
from roastery.graph.layout.scene import DETAIL, NAME, TITLE, Rect, Scene
from roastery.graph.model import Card, Endpoints, Network, Subnet

_SPACE = 10
_HEAD = PAD - 2 + TITLE.line + DETAIL.line + 6  # of a subnet: its name, its facts
_VNET_HEAD = 34
_LANE = 34  # kept free in a subnet's head, for the line from Bastion


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Left edge and width of each column."""

    vnet: tuple[float, float]
    machines: tuple[float, float]
    endpoints: tuple[float, float]
    services: tuple[float, float]


@dataclass(kw_only=True)
class Landed:
    """What the page needs to know of a network that is painted."""

    bottom: float
    services_bottom: float
    ways_in: list[Placed]
    exits: list[Placed]


def network(
    painter: Painter, net: Network, services: Mapping[str, Card], columns: Columns, y: float
) -> Landed:
    """Paints a network, and beside it the services that its endpoints reach and that have no place yet."""
    scene = painter.scene
    number = scene.reserve()
    x, wide = columns.vnet
    _head(painter, net, number, columns, y)
    top = y + _VNET_HEAD
    left = _machines(painter, net, columns, top)
    right, services_bottom = _endpoints(painter, net, services, columns, top, least=left.bottom)
    bottom = max(left.bottom, right, top)
    for subnet in net.subnets:
        if subnet.clusters:
            bottom = _cluster_subnet(
                painter, subnet, x + PAD + 2, bottom + GAP, wide - 2 * PAD - 4, group=net.card.group
            )
    rect = Rect(x=x, y=y, w=wide, h=bottom + PAD - y)
    frame(scene, number, rect, "vnet", title=f"virtual network {net.card.name}", count=net.card.count)
    return replace(left, bottom=rect.bottom, services_bottom=services_bottom)


def _head(painter: Painter, net: Network, number: int, columns: Columns, y: float) -> None:
    scene, card = painter.scene, net.card
    x, wide = columns.vnet
    taken = painter.tag(card.group, Rect(x=x, y=y + 2, w=wide, h=0))
    scene.text(x + PAD + 2, y + PAD, card.title, TITLE, box=number, limit=wide / 2)
    shift = width(card.title, TITLE.size, bold=True) + _SPACE
    said = "  ".join((card.name, *card.details))
    scene.text(x + PAD + 2 + shift, y + PAD, said, NAME, box=number, limit=wide - 3 * PAD - shift - taken)


def _subnet_head(scene: Scene, subnet: Subnet, x: float, y: float, wide: float) -> int:
    """Paints the head of a subnet; the number of the box, which gets its size later."""
    number = scene.reserve()
    room = wide - 2 * PAD
    scene.text(x + PAD, y + PAD - 2, subnet.name, TITLE, box=number, limit=room)
    top = y + PAD - 2 + TITLE.line
    scene.text(x + PAD, top, subnet.cidr, NAME, box=number, limit=room * 0.5)
    shift = min(width(subnet.cidr, NAME.size, mono=True), room * 0.5) + _SPACE
    scene.text(x + PAD + shift, top, ", ".join(subnet.facts), DETAIL, box=number, limit=room - shift)
    return number


def _machines(painter: Painter, net: Network, columns: Columns, top: float) -> Landed:
    """The left column: subnets with machines or with nothing yet, the ways out, the DNS zones."""
    scene = painter.scene
    x, wide = columns.machines
    ways_in: list[Placed] = []
    above: Placed | None = None
    for subnet in net.subnets:
        if subnet.endpoints or subnet.clusters:
            continue
        number = _subnet_head(scene, subnet, x, top, wide - _LANE if above else wide)
        inside = top + _HEAD
        for card in subnet.cards:
            inside = painter.card(card, x + PAD, inside, wide - 2 * PAD, within=net.card.group).bottom + GAP
        rect = Rect(x=x, y=top, w=wide, h=inside + (PAD - GAP if subnet.cards else 0) - top)
        frame(scene, number, rect, "subnet", title=f"subnet {subnet.name}", count=subnet.count)
        doors = [painter.placed[one.id] for one in subnet.cards if one.title == "Bastion"]
        machine = next(
            (painter.placed[one.id] for one in subnet.cards if one.title == "Virtual machine"), None
        )
        if above and machine and subnet.sessions:
            lane = machine.rect.right - _LANE / 2
            points = [(lane, above.rect.bottom), (lane, machine.rect.y)]
            scene.link(points, "way", "Bastion opens sessions here", start=above.number, end=machine.number)
        above = doors[0] if doors else None
        ways_in += doors
        top = rect.bottom + GAP
    exits: list[Placed] = []
    for card in net.exits:
        top = painter.card(card, x, top, wide, within=net.card.group).bottom + GAP
        exits.append(painter.placed[card.id])
    if net.zones:
        top = painter.card(net.zones, x, top, wide, style="quiet").bottom + GAP
    return Landed(bottom=top - GAP, services_bottom=top, ways_in=ways_in, exits=exits)


def _endpoints(
    painter: Painter,
    net: Network,
    services: Mapping[str, Card],
    columns: Columns,
    top: float,
    *,
    least: float,
) -> tuple[float, float]:
    """The right column, at least down to `least`, with the services beside it; the bottom of both."""
    bottom = top
    beside = top
    x, wide = columns.endpoints
    linked = [one for one in net.subnets if one.endpoints]
    for subnet in linked:
        number = _subnet_head(painter.scene, subnet, x, top, wide)
        inside = top + _HEAD
        for row in _ordered(subnet.endpoints, services):
            bottom, beside = _row(painter, row, services, columns, inside)
            inside = max(bottom, beside) + GAP + 4
        for card in () if subnet.clusters else subnet.cards:
            inside = (
                painter.card(card, x + PAD, inside, wide - 2 * PAD, within=net.card.group).bottom + GAP + 4
            )
        end = inside - 4 + PAD - GAP
        bottom = max(end, least) if subnet is linked[-1] else end
        rect = Rect(x=x, y=top, w=wide, h=bottom - top)
        frame(painter.scene, number, rect, "subnet", title=f"subnet {subnet.name}", count=subnet.count)
        top = bottom + GAP
    return bottom, beside


def _ordered(rows: Sequence[Endpoints], services: Mapping[str, Card]) -> list[Endpoints]:
    order = list(services)
    return sorted(rows, key=lambda one: (order.index(one.target) if one.target in order else -1, one.target))


def _row(
    painter: Painter, row: Endpoints, services: Mapping[str, Card], columns: Columns, top: float
) -> tuple[float, float]:
    """The endpoints to one target, the target, and the link between them; the bottom of both."""
    x, wide = columns.endpoints
    service_x, service_wide = columns.services
    target = services[row.target]
    if row.target in painter.placed:
        target = Card(
            title=target.title, name=target.name, details=("drawn above",), group=target.group, count=0
        )
    own = Card(
        title=plural(row.number, "private endpoint"),
        marks=(listing(row.groups),) if row.groups else (),
        count=row.count,
    )
    high = painter.height(own, wide - 2 * PAD)
    target_high = painter.height(target, service_wide)
    middle = top + max(high, target_high) / 2
    start = len(painter.scene.boxes)
    left = painter.card(own, x + PAD, middle - high / 2, wide - 2 * PAD, style="endpoint")
    end = len(painter.scene.boxes)
    style = "card" if target.id and target.title != "Outside this stack" else "reference"
    right = painter.card(target, service_x, middle - target_high / 2, service_wide, style=style)
    painter.scene.link(
        [(left.right, middle), (right.x, middle)],
        "private",
        f"private link to {target.title} {target.name}",
        start=start,
        end=end,
    )
    return left.bottom, right.bottom


def _cluster_subnet(
    painter: Painter, subnet: Subnet, x: float, y: float, wide: float, *, group: str
) -> float:
    number = _subnet_head(painter.scene, subnet, x, y, wide)
    top = y + _HEAD
    for found in subnet.clusters:
        top = cluster(painter, found, x + PAD, top, wide - 2 * PAD, within=group).bottom + GAP
    for card in subnet.cards:
        top = painter.card(card, x + PAD, top, wide - 2 * PAD, within=group).bottom + GAP
    rect = Rect(x=x, y=y, w=wide, h=top + PAD - GAP - y)
    frame(painter.scene, number, rect, "subnet", title=f"subnet {subnet.name}", count=subnet.count)
    return rect.bottom
