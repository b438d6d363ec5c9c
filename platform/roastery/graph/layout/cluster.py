"""A cluster: its facts, rows of pools and extensions, rows of namespaces."""

from __future__ import annotations

from collections.abc import Sequence

from roastery.graph.layout.cards import GAP, PAD, Painter, frame
from roastery.graph.layout.measure import text_width, wrap
from roastery.graph.layout.scene import ALARM, DETAIL, NAME, TITLE, Rect
from roastery.graph.model import DrawnCard, DrawnCluster

_POOLS = 4  # in a row
_NAMESPACES = 3
_SPACE = 10  # between name and title on one line


def draw_cluster(
    painter: Painter, cluster: DrawnCluster, x: float, y: float, width: float, *, within: str = ""
) -> Rect:
    """Draws a cluster and returns its position."""
    scene, card = painter.scene, cluster.card
    number = scene.reserve_box()
    room = width - 2 * PAD
    taken = 0 if card.group == within else painter.tag(card.group, Rect(x=x, y=y, w=width, h=0))
    within = card.group or within
    scene.add_text(x + PAD, y + PAD - 2, card.title, TITLE, box=number, limit=room / 2)
    shift = text_width(card.title, TITLE.size, bold=True) + _SPACE
    scene.add_text(x + PAD + shift, y + PAD - 2, card.name, NAME, box=number, limit=room - taken - shift)
    top = y + PAD - 2 + TITLE.line
    for line in (line for detail in card.details for line in wrap(detail, room, DETAIL.size)):
        top = scene.add_text(x + PAD, top, line, DETAIL, box=number, limit=room)
    for alarm in card.alarms:
        top = scene.add_text(x + PAD, top, alarm, ALARM, box=number, limit=room)
    top += GAP
    top = _rows(painter, cluster.pools, x + PAD, top, room, most=_POOLS, style="inner", within=within)
    top = _rows(
        painter, cluster.namespaces, x + PAD, top, room, most=_NAMESPACES, style="space", within=within
    )
    rect = Rect(x=x, y=y, w=width, h=top + PAD - GAP - y)
    frame(scene, number, rect, "cluster", title=f"{card.title} {card.name}", count=card.count)
    return rect


def _rows(
    painter: Painter,
    cards: Sequence[DrawnCard],
    x: float,
    y: float,
    room: float,
    *,
    most: int,
    style: str,
    within: str,
) -> float:
    """Draws cards in rows, the cards of a row equally high; returns the top of what follows."""
    across = min(most, len(cards)) or 1
    width = (room - GAP * (across - 1)) / across
    for start in range(0, len(cards), across):
        row = cards[start : start + across]
        height = max(painter.height(card, width, within) for card in row)
        for index, card in enumerate(row):
            painter.card(card, x + index * (width + GAP), y, width, style=style, height=height, within=within)
        y += height + GAP
    return y
