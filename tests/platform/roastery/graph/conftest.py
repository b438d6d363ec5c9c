"""A recorded export, scenes made from it, a real browser, and what is true of every good drawing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

from roastery.graph.layout import lay_out
from roastery.graph.layout.scene import Link, Rect, Scene
from roastery.graph.read import read
from roastery.graph.state import parse

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
Raw = list[dict[str, Any]]


@pytest.fixture(scope="session")
def export() -> Path:
    """What `pulumi stack export` wrote of a part of the production stack, plus a type nobody draws."""
    return HERE / "export.json"


@pytest.fixture
def raw(export: Path) -> Raw:
    """The recorded resources; a test may change them."""
    return json.loads(export.read_text())["deployment"]["resources"]


@pytest.fixture(scope="session")
def scene_of() -> Callable[[Raw], Scene]:
    return lambda raw: lay_out(read(parse(raw)))


@pytest.fixture(scope="session")
def faults() -> Callable[[Scene], list[str]]:
    """What is wrong with a layout; nothing, if it is good."""

    def found(scene: Scene) -> list[str]:
        return [*_boxes(scene), *_texts(scene), *_links(scene)]

    return found


def _boxes(scene: Scene) -> Iterator[str]:
    page = Rect(x=0, y=0, w=scene.width, h=scene.height)
    for one in scene.boxes:
        if not page.holds(one.rect):
            yield f"{one.title} leaves the page"
    for one, other in combinations(scene.boxes, 2):
        apart = not one.rect.meets(other.rect)
        if not (apart or one.rect.holds(other.rect) or other.rect.holds(one.rect)):
            yield f"boxes {one.title} and {other.title} overlap"


def _texts(scene: Scene) -> Iterator[str]:
    page = Rect(x=0, y=0, w=scene.width, h=scene.height)
    texts = [(one, one.rect) for one in scene.texts]
    for one, rect in texts:
        own = page if one.box is None else scene.boxes[one.box].rect
        if not own.holds(rect):
            yield f"{one.text} leaves its box"
        for number, box in enumerate(scene.boxes):
            if number != one.box and box.rect.meets(rect) and not box.rect.holds(own):
                yield f"{one.text} is covered by {box.title}"
    for (one, rect), (other, its) in combinations(texts, 2):
        if rect.meets(its):
            yield f"{one.text} overlaps {other.text}"


def _links(scene: Scene) -> Iterator[str]:
    texts = [(one.text, one.rect) for one in scene.texts]
    for link in scene.links:
        ends = [scene.boxes[link.start], scene.boxes[link.end]]
        for box, point in zip(ends, (link.points[0], link.points[-1]), strict=True):
            if not _on_edge(box.rect, point):
                yield f"{link.title} does not end at {box.title}"
        around = [box for box in scene.boxes if any(box.rect.holds(end.rect) for end in ends)]
        solid = [(box.title, box.rect) for box in scene.boxes if box not in around]
        for segment in _segments(link):
            yield from (
                f"{link.title} crosses {name}" for name, one in [*texts, *solid] if segment.meets(one)
            )
    for one, other in combinations(scene.links, 2):
        if any(a.meets(b) for a in _segments(one) for b in _segments(other)):
            yield f"{one.title} crosses {other.title}"


def _on_edge(rect: Rect, point: tuple[float, float]) -> bool:
    x, y = point
    upright = x in {rect.x, rect.right} and rect.y <= y <= rect.bottom
    return upright or (y in {rect.y, rect.bottom} and rect.x <= x <= rect.right)


def _segments(link: Link) -> list[Rect]:
    """Each straight piece with the width of its stroke, a little short of where it ends."""
    found: list[Rect] = []
    for (x, y), (to_x, to_y) in pairwise(link.points):
        left, top = min(x, to_x), min(y, to_y)
        wide, high = abs(to_x - x), abs(to_y - y)
        assert 0 in {wide, high}, f"{link.title} is slanted"
        shape = (left + 1, top - 1, wide - 2, 2) if high == 0 else (left - 1, top + 1, 2, high - 2)
        found.append(Rect(**dict(zip("xywh", shape, strict=True))))
    return found
