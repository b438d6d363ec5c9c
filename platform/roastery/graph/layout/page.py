"""The page: people and resource groups at the left, networks, services at the right, identities below."""

from __future__ import annotations

from roastery.graph.layout.captions import describe, drawn_count, legend, subtitle
from roastery.graph.layout.cards import GAP, PAD, Painter, PlacedCard, Tags
from roastery.graph.layout.cluster import draw_cluster
from roastery.graph.layout.identity import draw_principals
from roastery.graph.layout.measure import wrap
from roastery.graph.layout.network import Columns, PlacedNetwork, draw_network
from roastery.graph.layout.scene import DETAIL, HEADING, NAME, SECTION, TAG, Rect, Scene
from roastery.graph.model import Drawing, DrawnCard, DrawnGroup

_WIDTH = 1080
_MARGIN = 24
_SPACE = 18  # between bands
_PEOPLE = (24.0, 136.0)
_VNET = (196.0, 552.0)
_COLUMNS = Columns(vnet=_VNET, machines=(208.0, 272.0), endpoints=(496.0, 240.0), services=(804.0, 252.0))
_GUTTER = 776.0  # where lines from the services go down


def lay_out(drawing: Drawing) -> Scene:
    """Everything that is drawn, with its position."""
    scene = Scene(width=_WIDTH)
    scene.title = f"Platform {drawing.project}, stack {drawing.stack}"
    scene.description = describe(drawing)
    painter = Painter(scene, Tags(tags={group.name: group.tag for group in drawing.groups}))
    room = _WIDTH - 2 * _MARGIN
    top = scene.add_text(
        _MARGIN, _MARGIN - 4, f"{drawing.project} · {drawing.stack}", HEADING, box=None, limit=room
    )
    top = scene.add_text(_MARGIN, top, subtitle(drawing), DETAIL, box=None, limit=room) + _SPACE - 4
    top = _body(painter, drawing, top) + _SPACE
    if drawing.principals:
        top = scene.add_text(_MARGIN, top, "Identity → role → scope", SECTION, box=None, limit=room) + 6
        top = draw_principals(painter, drawing.principals, _MARGIN, top, room) + _SPACE
    captions = [legend()] if drawing.networks else []
    for line in (
        line for text in (*captions, drawn_count(drawing)) for line in wrap(text, room, DETAIL.size, lines=6)
    ):
        top = scene.add_text(_MARGIN, top, line, DETAIL, box=None, limit=room)
    scene.height = round(top + _MARGIN - 6)
    return scene


def _body(painter: Painter, drawing: Drawing, top: float) -> float:
    services = {service.id: service for service in drawing.services}
    start = side = bottom = top
    placed_networks: list[PlacedNetwork] = []
    for network in drawing.networks:
        placed_network = draw_network(painter, network, services, _COLUMNS, top)
        placed_networks.append(placed_network)
        side = max(side, placed_network.services_bottom)
        bottom = placed_network.bottom
        top = max(bottom, side) + _SPACE
    for cluster in drawing.clusters:
        bottom = draw_cluster(
            painter, cluster, _VNET[0], bottom + (_SPACE if drawing.networks else 0), _VNET[1]
        ).bottom
    rest = [service for service in drawing.services if service.id not in painter.placed]
    side = _stack(painter, rest, side + (GAP if drawing.networks else 0))
    side = _stack(painter, drawing.operations, side + GAP, style="quiet")
    _workspace_links(painter, drawing)
    return max(bottom, side, _left(painter, drawing, placed_networks, start))


def _stack(
    painter: Painter, cards: tuple[DrawnCard, ...] | list[DrawnCard], top: float, *, style: str = "card"
) -> float:
    """Draws cards below each other in the services' column; returns where the last one ends."""
    x, width = _COLUMNS.services
    for card in cards:
        top = painter.card(card, x, top, width, style=style).bottom + GAP + 2
    return top - GAP - 2 if cards else top


def _left(painter: Painter, drawing: Drawing, placed_networks: list[PlacedNetwork], top: float) -> float:
    """People beside Bastion, the Internet beside the NAT gateway, and the legend of the resource groups."""
    people = DrawnCard(title="People", details=("Entra ID",), marks=drawing.people, count=0)
    internet = DrawnCard(title="Internet", details=("outbound, by NAT",), count=0)
    if drawing.people and not any(placed_network.bastions for placed_network in placed_networks):
        top = painter.card(people, _PEOPLE[0], top, _PEOPLE[1], style="actor").bottom + _SPACE
    for placed_network in placed_networks:
        if drawing.people and placed_network.bastions:
            top = _beside(painter, people, placed_network.bastions[0], top, inwards=True)
        if placed_network.nat_gateways:
            top = _beside(painter, internet, placed_network.nat_gateways[0], top, inwards=False)
    if drawing.groups:
        x, width = _PEOPLE
        top = painter.scene.add_text(x, top, "Resource groups", DETAIL, box=None, limit=width) + 2
    for group in drawing.groups:
        top = _group(painter, group, top) + GAP
    return top


def _group(painter: Painter, group: DrawnGroup, top: float) -> float:
    """A resource group below the tag of its boxes; returns where it ends."""
    scene = painter.scene
    x, width = _PEOPLE
    room = width - 2 * PAD
    facts = [f"holds {group.resource_count}", group.region, *([f"lock {group.lock}"] if group.lock else [])]
    lines = [(NAME, line) for line in wrap(group.name, room, NAME.size, mono=True)]
    lines += [(DETAIL, line) for text in facts for line in wrap(text, room, DETAIL.size)]
    height = TAG.line + 2 * PAD + sum(text_style.line for text_style, _ in lines)
    rect = Rect(x=x, y=top, w=width, h=height)
    number = scene.add_box(rect, "quiet", f"resource group {group.name}", count=1)
    painter.tag(group.name, rect, left=x + PAD - 2)
    top += TAG.line + PAD + 2
    for text_style, line in lines:
        top = scene.add_text(x + PAD, top, line, text_style, box=number, limit=room)
    return rect.bottom


def _beside(
    painter: Painter, card: DrawnCard, counterpart: PlacedCard, top: float, *, inwards: bool
) -> float:
    """A card of the left column at the height of its counterpart, and the line between them."""
    x, width = _PEOPLE
    y = max(top, counterpart.rect.middle - painter.height(card, width) / 2)
    number = len(painter.scene.boxes)
    rect = painter.card(card, x, y, width, style="actor", height=counterpart.rect.middle + PAD - y)
    ends = [(rect.right, counterpart.rect.middle), (counterpart.rect.x, counterpart.rect.middle)]
    if rect.y > counterpart.rect.middle:  # the column is already full at that height
        return rect.bottom + _SPACE
    if inwards:
        painter.scene.add_link(ends, "way", "the way in", start=number, end=counterpart.number)
    else:
        painter.scene.add_link(ends[::-1], "way", "the way out", start=counterpart.number, end=number)
    return rect.bottom + _SPACE


def _workspace_links(painter: Painter, drawing: Drawing) -> None:
    """A line from each workspace to its attached compute, along the gutter where no other line is there."""
    in_subnets = [
        cluster for network in drawing.networks for subnet in network.subnets for cluster in subnet.clusters
    ]
    for cluster in [*in_subnets, *drawing.clusters]:
        owner = painter.placed.get(cluster.workspace_id)
        prefix = f"{cluster.workspace_id}/computes/"
        compute = next(
            (placed_card for name, placed_card in painter.placed.items() if name.startswith(prefix)), None
        )
        if not cluster.workspace_id or owner is None or compute is None:
            continue
        y, middle = owner.rect.bottom - PAD, compute.rect.middle
        points = [(owner.rect.x, y), (_GUTTER, y), (_GUTTER, middle), (compute.rect.right, middle)]
        taken = any(
            min(y, middle) - PAD < index < max(y, middle) + PAD
            for link in painter.scene.links
            for (x, index) in link.points
            if x > _GUTTER or link.css_class == "job"
        )
        if not taken:
            painter.scene.add_link(points, "job", "runs jobs on", start=owner.number, end=compute.number)
