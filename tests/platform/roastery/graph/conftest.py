"""A recorded export, scenes laid out from it, and a check for layout faults."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

from roastery.graph.layout import lay_out
from roastery.graph.layout.scene import Link, Rect, Scene
from roastery.graph.readers import read_drawing
from roastery.graph.state import parse

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
Raw = list[dict[str, Any]]


@pytest.fixture(scope="session")
def export() -> Path:
    """What `pulumi stack export` wrote of a part of the production stack, plus a type that is not drawn."""
    return HERE / "export.json"


@pytest.fixture
def raw(export: Path) -> Raw:
    """The recorded resources; a test may change them."""
    return json.loads(export.read_text())["deployment"]["resources"]


@pytest.fixture(scope="session")
def scene_of() -> Callable[[Raw], Scene]:
    return lambda raw: lay_out(read_drawing(parse(raw)))


@pytest.fixture(scope="session")
def faults() -> Callable[[Scene], list[str]]:
    """Lists the faults of a layout: overlaps, texts outside their boxes, lines that cross something."""

    def check(scene: Scene) -> list[str]:
        return [*_boxes(scene), *_texts(scene), *_links(scene)]

    return check


def _boxes(scene: Scene) -> Iterator[str]:
    page = Rect(x=0, y=0, w=scene.width, h=scene.height)
    for box in scene.boxes:
        if not page.contains(box.rect):
            yield f"{box.title} leaves the page"
    for box, other in combinations(scene.boxes, 2):
        apart = not box.rect.overlaps(other.rect)
        if not (apart or box.rect.contains(other.rect) or other.rect.contains(box.rect)):
            yield f"boxes {box.title} and {other.title} overlap"


def _texts(scene: Scene) -> Iterator[str]:
    page = Rect(x=0, y=0, w=scene.width, h=scene.height)
    texts = [(text, text.rect) for text in scene.texts]
    for text, rect in texts:
        own = page if text.box is None else scene.boxes[text.box].rect
        if not own.contains(rect):
            yield f"{text.text} leaves its box"
        for number, box in enumerate(scene.boxes):
            if number != text.box and box.rect.overlaps(rect) and not box.rect.contains(own):
                yield f"{text.text} is covered by {box.title}"
    for (text, rect), (other, its) in combinations(texts, 2):
        if rect.overlaps(its):
            yield f"{text.text} overlaps {other.text}"


def _links(scene: Scene) -> Iterator[str]:
    texts = [(text.text, text.rect) for text in scene.texts]
    for link in scene.links:
        ends = [scene.boxes[link.start], scene.boxes[link.end]]
        for box, point in zip(ends, (link.points[0], link.points[-1]), strict=True):
            if not _on_edge(box.rect, point):
                yield f"{link.title} does not end at {box.title}"
        frames = [box for box in scene.boxes if any(box.rect.contains(end.rect) for end in ends)]
        solid = [(box.title, box.rect) for box in scene.boxes if box not in frames]
        for segment in _segments(link):
            yield from (
                f"{link.title} crosses {name}" for name, rect in [*texts, *solid] if segment.overlaps(rect)
            )
    for link, other in combinations(scene.links, 2):
        if any(a.overlaps(b) for a in _segments(link) for b in _segments(other)):
            yield f"{link.title} crosses {other.title}"


def _on_edge(rect: Rect, point: tuple[float, float]) -> bool:
    x, y = point
    upright = x in {rect.x, rect.right} and rect.y <= y <= rect.bottom
    return upright or (y in {rect.y, rect.bottom} and rect.x <= x <= rect.right)


def _segments(link: Link) -> list[Rect]:
    """Each straight piece of a line with the width of its stroke, slightly shortened at both ends."""
    pieces: list[Rect] = []
    for (x, y), (to_x, to_y) in pairwise(link.points):
        left, top = min(x, to_x), min(y, to_y)
        wide, high = abs(to_x - x), abs(to_y - y)
        assert 0 in {wide, high}, f"{link.title} is slanted"
        shape = (left + 1, top - 1, wide - 2, 2) if high == 0 else (left - 1, top + 1, 2, high - 2)
        pieces.append(Rect(**dict(zip("xywh", shape, strict=True))))
    return pieces
