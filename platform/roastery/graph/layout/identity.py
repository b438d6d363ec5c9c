"""Identities and their roles, in two columns of cards: the identity and who uses it, then role → scope."""

from __future__ import annotations

from collections.abc import Sequence

from roastery.graph.layout.cards import GAP, PAD, Painter, frame
from roastery.graph.layout.measure import wrap
from roastery.graph.layout.scene import DETAIL, NAME, TITLE, Rect, TextStyle
from roastery.graph.model import DrawnPrincipal

_OWN = 0.38  # of a card's width, for the identity itself


def draw_principals(
    painter: Painter, principals: Sequence[DrawnPrincipal], x: float, y: float, width: float
) -> float:
    """Draws a card for each principal, in two columns of similar height; returns the end of the longer."""
    column = (width - 2 * GAP) / 2
    tops = [y, y]
    half = sum(_height(painter, principal, column) + GAP for principal in principals) / 2
    for principal in principals:
        column_number = 0 if tops[0] - y + _height(painter, principal, column) / 2 < half else 1
        tops[column_number] = (
            _principal(
                painter, principal, x + column_number * (column + 2 * GAP), tops[column_number], column
            )
            + GAP
        )
    return max(tops) - GAP


def _own(painter: Painter, principal: DrawnPrincipal, room: float) -> list[tuple[TextStyle, str]]:
    tag = painter.tags.of(principal.group)
    kind = f"{principal.kind} in {tag[0]}" if tag else principal.kind
    lines = [(DETAIL, line) for line in wrap(kind, room, DETAIL.size, lines=2)]
    for user in principal.used_by:
        account = user.startswith("sa ")
        text_style = NAME if account else DETAIL
        label = user.removeprefix("sa ") if account else f"for {user}"
        lines += [
            (text_style, line) for line in wrap(label, room, text_style.size, mono=text_style.mono, lines=2)
        ]
    return lines


def _roles(principal: DrawnPrincipal, room: float) -> list[str]:
    roles = [f"{role} → {scope}" for role, scope in principal.roles] or ["holds no role here"]
    return [line for text in roles for line in wrap(text, room, DETAIL.size)]


def _height(painter: Painter, principal: DrawnPrincipal, width: float) -> float:
    own = TITLE.line + sum(
        text_style.line for text_style, _ in _own(painter, principal, width * _OWN - 2 * PAD)
    )
    return max(own, len(_roles(principal, width * (1 - _OWN) - PAD)) * DETAIL.line + 2) + 2 * PAD - 4


def _principal(painter: Painter, principal: DrawnPrincipal, x: float, y: float, width: float) -> float:
    scene = painter.scene
    rect = Rect(x=x, y=y, w=width, h=_height(painter, principal, width))
    number = scene.reserve_box()
    frame(scene, number, rect, "identity", title=f"{principal.kind} {principal.name}", count=principal.count)
    own = width * _OWN
    room = own - 2 * PAD
    top = scene.add_text(x + PAD, y + PAD - 2, principal.name, TITLE, box=number, limit=room)
    for text_style, line in _own(painter, principal, room):
        top = scene.add_text(x + PAD, top, line, text_style, box=number, limit=room)
    top = y + PAD - 1
    for line in _roles(principal, width - own - PAD):
        top = scene.add_text(x + own, top, line, DETAIL, box=number, limit=width - own - PAD)
    return rect.bottom
