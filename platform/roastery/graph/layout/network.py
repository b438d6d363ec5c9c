"""A virtual network between the people at its left and the services at its right.

    people │ machines, NAT, DNS │ private endpoints │ services
           │           the cluster's subnet         │

Each private endpoint is drawn beside the service that it connects to, so that every private link is one
straight line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from roastery.graph.labels import listing, plural
from roastery.graph.layout.cards import GAP, PAD, Painter, PlacedCard, frame
from roastery.graph.layout.cluster import draw_cluster
from roastery.graph.layout.measure import text_width
from roastery.graph.layout.scene import DETAIL, NAME, TITLE, Rect, Scene
from roastery.graph.model import DrawnCard, DrawnEndpoints, DrawnNetwork, DrawnSubnet

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
class PlacedNetwork:
    """What the page needs to know of a network that has been drawn."""

    bottom: float
    services_bottom: float
    bastions: list[PlacedCard]
    nat_gateways: list[PlacedCard]


def draw_network(
    painter: Painter, network: DrawnNetwork, services: Mapping[str, DrawnCard], columns: Columns, y: float
) -> PlacedNetwork:
    """Draws a network, and beside it those services behind its endpoints that are not drawn yet."""
    scene = painter.scene
    number = scene.reserve_box()
    x, width = columns.vnet
    _head(painter, network, number, columns, y)
    top = y + _VNET_HEAD
    left = _machines(painter, network, columns, top)
    right, services_bottom = _endpoints(painter, network, services, columns, top, least=left.bottom)
    bottom = max(left.bottom, right, top)
    for subnet in network.subnets:
        if subnet.clusters:
            bottom = _cluster_subnet(
                painter, subnet, x + PAD + 2, bottom + GAP, width - 2 * PAD - 4, group=network.card.group
            )
    rect = Rect(x=x, y=y, w=width, h=bottom + PAD - y)
    frame(scene, number, rect, "vnet", title=f"virtual network {network.card.name}", count=network.card.count)
    return replace(left, bottom=rect.bottom, services_bottom=services_bottom)


def _head(painter: Painter, network: DrawnNetwork, number: int, columns: Columns, y: float) -> None:
    scene, card = painter.scene, network.card
    x, width = columns.vnet
    taken = painter.tag(card.group, Rect(x=x, y=y + 2, w=width, h=0))
    scene.add_text(x + PAD + 2, y + PAD, card.title, TITLE, box=number, limit=width / 2)
    shift = text_width(card.title, TITLE.size, bold=True) + _SPACE
    label = "  ".join((card.name, *card.details))
    scene.add_text(
        x + PAD + 2 + shift, y + PAD, label, NAME, box=number, limit=width - 3 * PAD - shift - taken
    )


def _subnet_head(scene: Scene, subnet: DrawnSubnet, x: float, y: float, width: float) -> int:
    """Draws the head of a subnet; returns the number of its box, which gets its size later."""
    number = scene.reserve_box()
    room = width - 2 * PAD
    scene.add_text(x + PAD, y + PAD - 2, subnet.name, TITLE, box=number, limit=room)
    top = y + PAD - 2 + TITLE.line
    scene.add_text(x + PAD, top, subnet.cidr, NAME, box=number, limit=room * 0.5)
    shift = min(text_width(subnet.cidr, NAME.size, mono=True), room * 0.5) + _SPACE
    scene.add_text(x + PAD + shift, top, ", ".join(subnet.facts), DETAIL, box=number, limit=room - shift)
    return number


def _machines(painter: Painter, network: DrawnNetwork, columns: Columns, top: float) -> PlacedNetwork:
    """The left column: subnets with machines or with nothing yet, NAT gateways, DNS zones."""
    scene = painter.scene
    x, width = columns.machines
    bastions: list[PlacedCard] = []
    above: PlacedCard | None = None
    for subnet in network.subnets:
        if subnet.endpoints or subnet.clusters:
            continue
        number = _subnet_head(scene, subnet, x, top, width - _LANE if above else width)
        inside = top + _HEAD
        for card in subnet.cards:
            inside = (
                painter.card(card, x + PAD, inside, width - 2 * PAD, within=network.card.group).bottom + GAP
            )
        rect = Rect(x=x, y=top, w=width, h=inside + (PAD - GAP if subnet.cards else 0) - top)
        frame(scene, number, rect, "subnet", title=f"subnet {subnet.name}", count=subnet.count)
        in_subnet = [painter.placed[card.id] for card in subnet.cards if card.title == "Bastion"]
        machine = next(
            (painter.placed[card.id] for card in subnet.cards if card.title == "Virtual machine"), None
        )
        if above and machine and subnet.bastion_allowed:
            lane = machine.rect.right - _LANE / 2
            points = [(lane, above.rect.bottom), (lane, machine.rect.y)]
            scene.add_link(
                points, "way", "Bastion opens sessions here", start=above.number, end=machine.number
            )
        above = in_subnet[0] if in_subnet else None
        bastions += in_subnet
        top = rect.bottom + GAP
    nat_gateways: list[PlacedCard] = []
    for card in network.nat_gateways:
        top = painter.card(card, x, top, width, within=network.card.group).bottom + GAP
        nat_gateways.append(painter.placed[card.id])
    if network.dns_zones:
        top = painter.card(network.dns_zones, x, top, width, style="quiet").bottom + GAP
    return PlacedNetwork(bottom=top - GAP, services_bottom=top, bastions=bastions, nat_gateways=nat_gateways)


def _endpoints(
    painter: Painter,
    network: DrawnNetwork,
    services: Mapping[str, DrawnCard],
    columns: Columns,
    top: float,
    *,
    least: float,
) -> tuple[float, float]:
    """The right column, at least down to `least`, with the services beside it; returns the bottom of both."""
    bottom = top
    beside = top
    x, width = columns.endpoints
    linked = [subnet for subnet in network.subnets if subnet.endpoints]
    for subnet in linked:
        number = _subnet_head(painter.scene, subnet, x, top, width)
        inside = top + _HEAD
        for row in _ordered(subnet.endpoints, services):
            bottom, beside = _row(painter, row, services, columns, inside)
            inside = max(bottom, beside) + GAP + 4
        for card in () if subnet.clusters else subnet.cards:
            inside = (
                painter.card(card, x + PAD, inside, width - 2 * PAD, within=network.card.group).bottom
                + GAP
                + 4
            )
        end = inside - 4 + PAD - GAP
        bottom = max(end, least) if subnet is linked[-1] else end
        rect = Rect(x=x, y=top, w=width, h=bottom - top)
        frame(painter.scene, number, rect, "subnet", title=f"subnet {subnet.name}", count=subnet.count)
        top = bottom + GAP
    return bottom, beside


def _ordered(rows: Sequence[DrawnEndpoints], services: Mapping[str, DrawnCard]) -> list[DrawnEndpoints]:
    order = list(services)
    return sorted(rows, key=lambda row: (order.index(row.target) if row.target in order else -1, row.target))


def _row(
    painter: Painter, row: DrawnEndpoints, services: Mapping[str, DrawnCard], columns: Columns, top: float
) -> tuple[float, float]:
    """The endpoints to one target, the target, and the link between them; returns the bottom of both."""
    x, width = columns.endpoints
    service_x, service_width = columns.services
    target = services[row.target]
    if row.target in painter.placed:
        target = DrawnCard(
            title=target.title, name=target.name, details=("drawn above",), group=target.group, count=0
        )
    own = DrawnCard(
        title=plural(row.number, "private endpoint"),
        marks=(listing(row.groups),) if row.groups else (),
        count=row.count,
    )
    height = painter.height(own, width - 2 * PAD)
    target_height = painter.height(target, service_width)
    middle = top + max(height, target_height) / 2
    start = len(painter.scene.boxes)
    left = painter.card(own, x + PAD, middle - height / 2, width - 2 * PAD, style="endpoint")
    end = len(painter.scene.boxes)
    style = "card" if target.id and target.title != "Outside this stack" else "reference"
    right = painter.card(target, service_x, middle - target_height / 2, service_width, style=style)
    painter.scene.add_link(
        [(left.right, middle), (right.x, middle)],
        "private",
        f"private link to {target.title} {target.name}",
        start=start,
        end=end,
    )
    return left.bottom, right.bottom


def _cluster_subnet(
    painter: Painter, subnet: DrawnSubnet, x: float, y: float, width: float, *, group: str
) -> float:
    number = _subnet_head(painter.scene, subnet, x, y, width)
    top = y + _HEAD
    for drawn_cluster in subnet.clusters:
        top = draw_cluster(painter, drawn_cluster, x + PAD, top, width - 2 * PAD, within=group).bottom + GAP
    for card in subnet.cards:
        top = painter.card(card, x + PAD, top, width - 2 * PAD, within=group).bottom + GAP
    rect = Rect(x=x, y=y, w=width, h=top + PAD - GAP - y)
    frame(painter.scene, number, rect, "subnet", title=f"subnet {subnet.name}", count=subnet.count)
    return rect.bottom
