"""How a card looks: tag and title, name, lines, and the cards in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from roastery.graph.layout.measure import text_width, wrap
from roastery.graph.layout.scene import ALARM, DETAIL, NAME, TAG, TITLE, Box, Rect, Scene, TextStyle
from roastery.graph.model import DrawnCard

PAD = 10
GAP = 8
_TAG_PAD = 6
_TINTS = 6
_DETAIL_LINES = 12  # of one detail, at most


@dataclass(frozen=True, kw_only=True)
class Tags:
    """The short name and the tint of every resource group."""

    tags: Mapping[str, str]

    def of(self, group: str) -> tuple[str, int] | None:
        """The tag of a group and the number of its tint; None for a group that is not in this state."""
        numbers = {name.lower(): index for index, name in enumerate(self.tags)}
        index = numbers.get(group.lower())
        return None if index is None else (list(self.tags.values())[index], index % _TINTS)


@dataclass(frozen=True, kw_only=True)
class PlacedCard:
    """A card's box: its number and its position."""

    number: int
    rect: Rect


class Painter:
    """Draws cards on a scene, and records where each of them is."""

    def __init__(self, scene: Scene, tags: Tags) -> None:
        self.scene = scene
        self.tags = tags
        self.placed: dict[str, PlacedCard] = {}

    def height(self, card: DrawnCard, width: float, within: str = "") -> float:
        """The height of a card of this width."""
        room = width - 2 * PAD
        title = len(self._title(card, room, within)) * TITLE.line
        lines = sum(text_style.line for text_style, _ in _lines(card, room))
        inner = sum(self.height(inner_card, room, card.group or within) + GAP for inner_card in card.inner)
        return title + lines + inner + 2 * PAD - 4

    def _tagged(self, card: DrawnCard, within: str) -> bool:
        return card.group != within and self.tags.of(card.group) is not None

    def _title(self, card: DrawnCard, room: float, within: str) -> list[str]:
        taken = self._tag_width(card.group, room + 2 * PAD) if self._tagged(card, within) else 0
        return wrap(card.title, room - taken, TITLE.size, bold=True, lines=2)

    def _tag_width(self, group: str, width: float) -> float:
        tag = self.tags.of(group)
        return min(text_width(tag[0], TAG.size, bold=True), width / 2) + 3 * _TAG_PAD if tag else 0

    def card(
        self,
        card: DrawnCard,
        x: float,
        y: float,
        width: float,
        *,
        style: str = "card",
        height: float = 0,
        within: str = "",
    ) -> Rect:
        """Draws a card and returns its position.

        A card needs no tag if it is in a box of the same resource group, which `within` names.
        """
        rect = Rect(x=x, y=y, w=width, h=max(self.height(card, width, within), height))
        heading = " ".join(part for part in (card.title, card.name) if part)
        full = "; ".join((heading, *card.details, *card.alarms))
        number = self.scene.add_box(rect, style, full, frame=bool(card.inner), count=card.count)
        room = width - 2 * PAD
        if self._tagged(card, within):
            self.tag(card.group, rect)
        top = y + PAD - 2
        for line in self._title(card, room, within):
            top = self.scene.add_text(x + PAD, top, line, TITLE, box=number, limit=room)
        for text_style, line in _lines(card, room):
            top = self.scene.add_text(x + PAD, top, line, text_style, box=number, limit=room)
        for inner_card in card.inner:
            top = self.card(
                inner_card, x + PAD, top + GAP, room, style="inner", within=card.group or within
            ).bottom
        if card.id:
            self.placed.setdefault(card.id, PlacedCard(number=number, rect=rect))
        return rect

    def tag(self, group: str, rect: Rect, *, left: float | None = None) -> float:
        """Draws a group's tag at the upper right of a box, or from `left`; returns the width it takes."""
        tag = self.tags.of(group)
        if tag is None:
            return 0
        text, tint = tag
        width = self._tag_width(group, rect.w if left is None else 2 * rect.w - 5 * PAD) - _TAG_PAD
        left = rect.right - width - _TAG_PAD if left is None else left
        tag_rect = Rect(x=left, y=rect.y + _TAG_PAD, w=width, h=TAG.line + 2)
        own = self.scene.add_box(tag_rect, f"tag tint{tint}", f"resource group {group}")
        limit = width - 2 * _TAG_PAD + 0.1
        self.scene.add_text(left + width / 2, tag_rect.y + 1, text, TAG, box=own, limit=limit)
        return width + _TAG_PAD


def _lines(card: DrawnCard, room: float) -> list[tuple[TextStyle, str]]:
    lines: list[tuple[TextStyle, str]] = []
    if card.name:
        lines += [(NAME, line) for line in wrap(card.name, room, NAME.size, mono=True, lines=2)]
    for detail in card.details:
        lines += [(DETAIL, line) for line in wrap(detail, room, DETAIL.size, lines=_DETAIL_LINES)]
    for mark in card.marks:
        lines += [(NAME, line) for line in wrap(mark, room, NAME.size, mono=True, lines=1)]
    for alarm in card.alarms:
        lines += [(ALARM, line) for line in wrap(alarm, room, ALARM.size, bold=True)]
    return lines


def frame(scene: Scene, number: int, rect: Rect, css_class: str, *, title: str, count: int = 0) -> None:
    """Gives a reserved box its size."""
    scene.fill_reserved(number, Box(rect=rect, css_class=css_class, title=title, frame=True, count=count))
