"""The page: who comes in at the left, the networks, the services at the right, identities below."""

from __future__ import annotations

from roastery.graph.layout.cards import GAP, PAD, Painter, Placed, Tags
from roastery.graph.layout.cluster import cluster
from roastery.graph.layout.identity import principals
from roastery.graph.layout.measure import wrap
from roastery.graph.layout.network import Columns, Landed, network
from roastery.graph.layout.scene import DETAIL, HEADING, NAME, SECTION, TAG, Rect, Scene
from roastery.graph.layout.words import also, describe, key, subtitle
from roastery.graph.model import Card, Drawing, Group

_WIDTH = 1080
_MARGIN = 24
_SPACE = 18  # between bands
_PEOPLE = (24.0, 136.0)
_VNET = (196.0, 552.0)
_COLUMNS = Columns(vnet=_VNET, machines=(208.0, 272.0), endpoints=(496.0, 240.0), services=(804.0, 252.0))
_GUTTER = 776.0  # where lines from the services go down


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
    """The ways in and out, each beside the box that it meets, and the key of the resource groups."""
    people = Card(title="People", details=("Entra ID",), marks=drawing.people, count=0)
    internet = Card(title="Internet", details=("outbound, by NAT",), count=0)
    if drawing.people and not any(one.ways_in for one in landed):
        top = painter.card(people, _PEOPLE[0], top, _PEOPLE[1], style="actor").bottom + _SPACE
    for found in landed:
        if drawing.people and found.ways_in:
            top = _beside(painter, people, found.ways_in[0], top, inwards=True)
        if found.exits:
            top = _beside(painter, internet, found.exits[0], top, inwards=False)
    if drawing.groups:
        x, wide = _PEOPLE
        top = painter.scene.text(x, top, "Resource groups", DETAIL, box=None, limit=wide) + 2
    for group in drawing.groups:
        top = _group(painter, group, top) + GAP
    return top


def _group(painter: Painter, group: Group, top: float) -> float:
    """A resource group under the tag that its boxes carry; where it ends."""
    scene = painter.scene
    x, wide = _PEOPLE
    room = wide - 2 * PAD
    said = [f"holds {group.holds}", group.region, *([f"lock {group.lock}"] if group.lock else [])]
    lines = [(NAME, line) for line in wrap(group.name, room, NAME.size, mono=True)]
    lines += [(DETAIL, line) for text in said for line in wrap(text, room, DETAIL.size)]
    high = TAG.line + 2 * PAD + sum(face.line for face, _ in lines)
    rect = Rect(x=x, y=top, w=wide, h=high)
    number = scene.box(rect, "quiet", f"resource group {group.name}", count=1)
    painter.tag(group.name, rect, left=x + PAD - 2)
    top += TAG.line + PAD + 2
    for face, line in lines:
        top = scene.text(x + PAD, top, line, face, box=number, limit=room)
    return rect.bottom


def _beside(painter: Painter, card: Card, door: Placed, top: float, *, inwards: bool) -> float:
    """A card of the left column at the height of its door, and the line between them."""
    x, wide = _PEOPLE
    y = max(top, door.rect.middle - painter.height(card, wide) / 2)
    number = len(painter.scene.boxes)
    rect = painter.card(card, x, y, wide, style="actor", high=door.rect.middle + PAD - y)
    ends = [(rect.right, door.rect.middle), (door.rect.x, door.rect.middle)]
    if rect.y > door.rect.middle:  # the column is full up to below the door
        return rect.bottom + _SPACE
    if inwards:
        painter.scene.link(ends, "way", "the way in", start=number, end=door.number)
    else:
        painter.scene.link(ends[::-1], "way", "the way out", start=door.number, end=number)
    return rect.bottom + _SPACE


def _workspace_links(painter: Painter, drawing: Drawing) -> None:
    """From each workspace along the gutter to the compute that it has attached, where the way is free."""
    found = [one for net in drawing.networks for subnet in net.subnets for one in subnet.clusters]
    for one in [*found, *drawing.clusters]:
        owner = painter.placed.get(one.compute_of)
        prefix = f"{one.compute_of}/computes/"
        compute = next((place for name, place in painter.placed.items() if name.startswith(prefix)), None)
        if not one.compute_of or owner is None or compute is None:
            continue
        y, middle = owner.rect.bottom - PAD, compute.rect.middle
        points = [(owner.rect.x, y), (_GUTTER, y), (_GUTTER, middle), (compute.rect.right, middle)]
        taken = any(
            min(y, middle) - PAD < at < max(y, middle) + PAD
            for link in painter.scene.links
            for (x, at) in link.points
            if x > _GUTTER or link.style == "job"
        )
        if not taken:
            painter.scene.link(points, "job", "runs jobs on", start=owner.number, end=compute.number)
