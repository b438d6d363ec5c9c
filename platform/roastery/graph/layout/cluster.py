"""A cluster: its facts, rows of pools and extensions, rows of namespaces."""

from __future__ import annotations

from collections.abc import Sequence

from roastery.graph.layout.cards import GAP, PAD, Painter, frame
from roastery.graph.layout.measure import width, wrap
from roastery.graph.layout.scene import ALARM, DETAIL, NAME, TITLE, Rect
from roastery.graph.model import Card, Cluster

_POOLS = 4  # in a row
_NAMESPACES = 3
_SPACE = 10  # between name and title on one line


def cluster(painter: Painter, found: Cluster, x: float, y: float, wide: float, *, within: str = "") -> Rect:
    """Paints a cluster; where it is."""
    scene, card = painter.scene, found.card
    number = scene.reserve()
    room = wide - 2 * PAD
    taken = 0 if card.group == within else painter.tag(card.group, Rect(x=x, y=y, w=wide, h=0))
    within = card.group or within
    scene.text(x + PAD, y + PAD - 2, card.title, TITLE, box=number, limit=room / 2)
    shift = width(card.title, TITLE.size, bold=True) + _SPACE
    scene.text(x + PAD + shift, y + PAD - 2, card.name, NAME, box=number, limit=room - taken - shift)
    top = y + PAD - 2 + TITLE.line
    for line in (line for detail in card.details for line in wrap(detail, room, DETAIL.size)):
        top = scene.text(x + PAD, top, line, DETAIL, box=number, limit=room)
    for alarm in card.alarms:
        top = scene.text(x + PAD, top, alarm, ALARM, box=number, limit=room)
    top += GAP
    top = _rows(painter, found.pools, x + PAD, top, room, most=_POOLS, style="inner", within=within)
    top = _rows(painter, found.namespaces, x + PAD, top, room, most=_NAMESPACES, style="space", within=within)
    rect = Rect(x=x, y=y, w=wide, h=top + PAD - GAP - y)
    frame(scene, number, rect, "cluster", title=f"{card.title} {card.name}", count=card.count)
    return rect


def _rows(
    painter: Painter,
    cards: Sequence[Card],
    x: float,
    y: float,
    room: float,
    *,
    most: int,
    style: str,
    within: str,
) -> float:
    """Paints cards in rows of the same height; the top of what follows."""
    across = min(most, len(cards)) or 1
    wide = (room - GAP * (across - 1)) / across
    for start in range(0, len(cards), across):
        row = cards[start : start + across]
        high = max(painter.height(one, wide, within) for one in row)
        for at, one in enumerate(row):
            painter.card(one, x + at * (wide + GAP), y, wide, style=style, high=high, within=within)
        y += high + GAP
    return y
