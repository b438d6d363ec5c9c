"""The page: who comes in at the left, the networks, the services at the right, identities below."""

from __future__ import annotations

from typing import Final

from roastery.graph.layout.cards import GAP, PAD, Painter, Placed, Tags
from roastery.graph.layout.cluster import cluster
from roastery.graph.layout.identity import principals
from roastery.graph.layout.measure import wrap
from roastery.graph.layout.network import Columns, Landed, network
from roastery.graph.layout.scene import DETAIL, HEADING, SECTION, Scene
from roastery.graph.layout.words import also, describe, key, subtitle
from roastery.graph.model import Card, Drawing, Group

_WIDTH: Final = 1080
_MARGIN: Final = 24
_SPACE: Final = 18  # between bands
_PEOPLE: Final = (24.0, 136.0)
_VNET: Final = (196.0, 552.0)
_COLUMNS: Final = Columns(
    vnet=_VNET, machines=(208.0, 272.0), endpoints=(496.0, 240.0), services=(804.0, 252.0)
)
_GUTTER: Final = 776.0  # where lines from the services go down


def lay_out(drawing: Drawing) -> Scene:
    """Everything that is drawn, with its place."""
    scene = Scene(width=_WIDTH)
    scene.title = f"Platform {drawing.project}, stack {drawing.stack}"
    scene.description = describe(drawing)
    painter = Painter(scene, Tags(tags={one.name: one.tag for one in drawing.groups}))
    room = _WIDTH - 2 * _MARGIN
    top = scene.text(
        _MARGIN, _MARGIN - 4, f"{drawing.project} · {drawing.stack}", HEADING, box=None, limit=room
    )
    top = scene.text(_MARGIN, top, subtitle(drawing), DETAIL, box=None, limit=room) + _SPACE - 4
    top = _body(painter, drawing, top) + _SPACE
    if drawing.principals:
        top = scene.text(_MARGIN, top, "Identity → role → scope", SECTION, box=None, limit=room) + 6
        top = principals(painter, drawing.principals, _MARGIN, top, room) + _SPACE
    said = [key()] if drawing.networks else []
    for line in (line for text in (*said, also(drawing)) for line in wrap(text, room, DETAIL.size, lines=6)):
        top = scene.text(_MARGIN, top, line, DETAIL, box=None, limit=room)
    scene.height = round(top + _MARGIN - 6)
    return scene


def _body(painter: Painter, drawing: Drawing, top: float) -> float:
    services = {one.id: one for one in drawing.services}
    start = side = bottom = top
    landed: list[Landed] = []
    for net in drawing.networks:
        found = network(painter, net, services, _COLUMNS, top)
        landed.append(found)
        side = max(side, found.services_bottom)
        bottom = found.bottom
        top = max(bottom, side) + _SPACE
    for one in drawing.clusters:
        bottom = cluster(
            painter, one, _VNET[0], bottom + (_SPACE if drawing.networks else 0), _VNET[1]
        ).bottom
    rest = [one for one in drawing.services if one.id not in painter.placed]
    side = _stack(painter, rest, side + (GAP if drawing.networks else 0))
    side = _stack(painter, drawing.operations, side + GAP, style="quiet")
    _workspace_links(painter, drawing)
    return max(bottom, side, _left(painter, drawing, landed, start))


def _stack(
    painter: Painter, cards: tuple[Card, ...] | list[Card], top: float, *, style: str = "card"
) -> float:
    """Paints cards below each other in the services' column; where the last one ends."""
    x, wide = _COLUMNS.services
    for card in cards:
        top = painter.card(card, x, top, wide, style=style).bottom + GAP + 2
    return top - GAP - 2 if cards else top


def _left(painter: Painter, drawing: Drawing, landed: list[Landed], top: float) -> float:
    """The way in and the way out, each beside the box that it meets, and the key of the resource groups."""
    x, wide = _PEOPLE
    doors = [one for found in landed for one in found.ways_in]
    exits = [one for found in landed for one in found.exits]
    if drawing.people:
        card = Card(title="People", details=("Entra ID",), marks=drawing.people, count=0)
        top = _beside(painter, card, doors[:1], top, inwards=True)
    if exits:
        card = Card(title="Internet", details=("outbound only",), count=0)
        top = _beside(painter, card, exits[:1], top, inwards=False)
    for group in drawing.groups:
        top = painter.card(_group(group), x, top, wide, style="quiet").bottom + GAP
    return top


def _group(group: Group) -> Card:
    details = (f"{group.region}, holds {group.holds}", *([f"lock {group.lock}"] if group.lock else []))
    return Card(title="Resource group", name=group.name, details=details, group=group.name)


def _beside(painter: Painter, card: Card, doors: list[Placed], top: float, *, inwards: bool) -> float:
    """A card of the left column at the height of its door, and the line between them."""
    x, wide = _PEOPLE
    high = painter.height(card, wide)
    if not doors:
        return painter.card(card, x, top, wide, style="actor").bottom + _SPACE
    door = doors[0]
    y = max(top, door.rect.middle - high / 2)
    number = len(painter.scene.boxes)
    rect = painter.card(card, x, y, wide, style="actor", high=door.rect.middle + PAD - y)
    ends = [(rect.right, door.rect.middle), (door.rect.x, door.rect.middle)]
    if inwards:
        painter.scene.link(ends, "way", "the way in", start=number, end=door.number)
    else:
        painter.scene.link(ends[::-1], "way", "the way out", start=door.number, end=number)
    return rect.bottom + _SPACE


def _workspace_links(painter: Painter, drawing: Drawing) -> None:
    """From the lowest workspace down the gutter to the compute that it has attached."""
    found = [one for net in drawing.networks for subnet in net.subnets for one in subnet.clusters]
    for one in [*found, *drawing.clusters]:
        owner = painter.placed.get(one.compute_of)
        prefix = f"{one.compute_of}/computes/"
        compute = next((place for name, place in painter.placed.items() if name.startswith(prefix)), None)
        if not one.compute_of or owner is None or compute is None:
            continue
        y = owner.rect.bottom - PAD
        points = [(owner.rect.x, y), (_GUTTER, y), (_GUTTER, compute.rect.middle)]
        points.append((compute.rect.right, compute.rect.middle))
        painter.scene.link(points, "way", "runs jobs on", start=owner.number, end=compute.number)
        return
