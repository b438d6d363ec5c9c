"""Who may do what, in two columns of cards: the identity and who uses it, then role → scope."""

from __future__ import annotations

from collections.abc import Sequence

from roastery.graph.layout.cards import GAP, PAD, Painter, frame
from roastery.graph.layout.measure import wrap
from roastery.graph.layout.scene import DETAIL, NAME, TITLE, Face, Rect
from roastery.graph.model import Principal

_OWN = 0.38  # of a card's width, for the identity itself


def principals(painter: Painter, found: Sequence[Principal], x: float, y: float, wide: float) -> float:
    """Paints all of them, each in the column that is shorter; where the longer one ends."""
    column = (wide - 2 * GAP) / 2
    tops = [y, y]
    half = sum(_height(painter, one, column) + GAP for one in found) / 2
    for one in found:
        at = 0 if tops[0] - y + _height(painter, one, column) / 2 < half else 1
        tops[at] = _principal(painter, one, x + at * (column + 2 * GAP), tops[at], column) + GAP
    return max(tops) - GAP


def _own(painter: Painter, one: Principal, room: float) -> list[tuple[Face, str]]:
    tag = painter.tags.of(one.group)
    kind = f"{one.kind} in {tag[0]}" if tag else one.kind
    found = [(DETAIL, line) for line in wrap(kind, room, DETAIL.size, lines=2)]
    for user in one.used_by:
        account = user.startswith("sa ")
        face = NAME if account else DETAIL
        said = user.removeprefix("sa ") if account else f"for {user}"
        found += [(face, line) for line in wrap(said, room, face.size, mono=face.mono, lines=2)]
    return found


def _roles(one: Principal, room: float) -> list[str]:
    said = [f"{role} → {scope}" for role, scope in one.roles] or ["holds no role here"]
    return [line for text in said for line in wrap(text, room, DETAIL.size)]


def _height(painter: Painter, one: Principal, wide: float) -> float:
    own = TITLE.line + sum(face.line for face, _ in _own(painter, one, wide * _OWN - 2 * PAD))
    return max(own, len(_roles(one, wide * (1 - _OWN) - PAD)) * DETAIL.line + 2) + 2 * PAD - 4


def _principal(painter: Painter, one: Principal, x: float, y: float, wide: float) -> float:
    scene = painter.scene
    rect = Rect(x=x, y=y, w=wide, h=_height(painter, one, wide))
    number = scene.reserve()
    frame(scene, number, rect, "identity", title=f"{one.kind} {one.name}", count=one.count)
    own = wide * _OWN
    room = own - 2 * PAD
    top = scene.text(x + PAD, y + PAD - 2, one.name, TITLE, box=number, limit=room)
    for face, line in _own(painter, one, room):
        top = scene.text(x + PAD, top, line, face, box=number, limit=room)
    top = y + PAD - 1
    for line in _roles(one, wide - own - PAD):
        top = scene.text(x + own, top, line, DETAIL, box=number, limit=wide - own - PAD)
    return rect.bottom
