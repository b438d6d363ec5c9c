"""How a card looks: tag and title, name, lines, and the cards in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from roastery.graph.layout.measure import width, wrap
from roastery.graph.layout.scene import ALARM, DETAIL, NAME, TAG, TITLE, Box, Face, Rect, Scene
from roastery.graph.model import Card

PAD = 10
GAP = 8
_TAG_PAD = 6
_TINTS = 6
_MOST = 12  # lines of one detail


@dataclass(frozen=True, kw_only=True)
class Tags:
    """The short name and the tint of every resource group."""

    tags: Mapping[str, str]

    def of(self, group: str) -> tuple[str, int] | None:
        """The tag of a group and the number of its tint; None for a group that is not declared here."""
        found = {name.lower(): at for at, name in enumerate(self.tags)}
        at = found.get(group.lower())
        return None if at is None else (list(self.tags.values())[at], at % _TINTS)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where cards landed: box numbers by card id."""

    number: int
    rect: Rect


class Painter:
    """Paints cards on a scene, and remembers where each is."""

    def __init__(self, scene: Scene, tags: Tags) -> None:
        self.scene = scene
        self.tags = tags
        self.placed: dict[str, Placed] = {}

    def height(self, card: Card, wide: float, within: str = "") -> float:
        """How high a card of this width becomes."""
        room = wide - 2 * PAD
        title = len(self._title(card, room, within)) * TITLE.line
        lines = sum(face.line for face, _ in _lines(card, room))
        inner = sum(self.height(one, room, card.group or within) + GAP for one in card.inner)
        return title + lines + inner + 2 * PAD - 4

    def _tagged(self, card: Card, within: str) -> bool:
        return card.group != within and self.tags.of(card.group) is not None

    def _title(self, card: Card, room: float, within: str) -> list[str]:
        taken = self._tag_width(card.group, room + 2 * PAD) if self._tagged(card, within) else 0
        return wrap(card.title, room - taken, TITLE.size, bold=True, lines=2)

    def _tag_width(self, group: str, wide: float) -> float:
        found = self.tags.of(group)
        return min(width(found[0], TAG.size, bold=True), wide / 2) + 3 * _TAG_PAD if found else 0

    def card(
        self,
        card: Card,
        x: float,
        y: float,
        wide: float,
        *,
        style: str = "card",
        high: float = 0,
        within: str = "",
    ) -> Rect:
        """Paints a card; where it is. What is `within` a box of its own resource group needs no tag."""
        rect = Rect(x=x, y=y, w=wide, h=max(self.height(card, wide, within), high))
        said = " ".join(part for part in (card.title, card.name) if part)
        full = "; ".join((said, *card.details, *card.alarms))
        number = self.scene.box(rect, style, full, frame=bool(card.inner), count=card.count)
        room = wide - 2 * PAD
        if self._tagged(card, within):
            self.tag(card.group, rect)
        top = y + PAD - 2
        for line in self._title(card, room, within):
            top = self.scene.text(x + PAD, top, line, TITLE, box=number, limit=room)
        for face, line in _lines(card, room):
            top = self.scene.text(x + PAD, top, line, face, box=number, limit=room)
        for one in card.inner:
            top = self.card(one, x + PAD, top + GAP, room, style="inner", within=card.group or within).bottom
        if card.id:
            self.placed.setdefault(card.id, Placed(number=number, rect=rect))
        return rect

    def tag(self, group: str, rect: Rect, *, left: float | None = None) -> float:
        """Paints the tag of a group at the upper right of a box, or from `left`; the width it takes."""
        found = self.tags.of(group)
        if found is None:
            return 0
        text, tint = found
        wide = self._tag_width(group, rect.w if left is None else 2 * rect.w - 5 * PAD) - _TAG_PAD
        left = rect.right - wide - _TAG_PAD if left is None else left
        place = Rect(x=left, y=rect.y + _TAG_PAD, w=wide, h=TAG.line + 2)
        own = self.scene.box(place, f"tag tint{tint}", f"resource group {group}")
        limit = wide - 2 * _TAG_PAD + 0.1
        self.scene.text(left + wide / 2, place.y + 1, text, TAG, box=own, limit=limit)
        return wide + _TAG_PAD


def _lines(card: Card, room: float) -> list[tuple[Face, str]]:
    found: list[tuple[Face, str]] = []
    if card.name:
        found += [(NAME, line) for line in wrap(card.name, room, NAME.size, mono=True, lines=2)]
    for detail in card.details:
        found += [(DETAIL, line) for line in wrap(detail, room, DETAIL.size, lines=_MOST)]
    for mark in card.marks:
        found += [(NAME, line) for line in wrap(mark, room, NAME.size, mono=True, lines=1)]
    for alarm in card.alarms:
        found += [(ALARM, line) for line in wrap(alarm, room, ALARM.size, bold=True)]
    return found


def frame(scene: Scene, number: int, rect: Rect, style: str, *, title: str, count: int = 0) -> None:
    """Gives a reserved box its size."""
    scene.settle(number, Box(rect=rect, style=style, title=title, frame=True, count=count))
