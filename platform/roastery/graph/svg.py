"""A scene as SVG: the same bytes for the same scene, no external resources, text as text."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from roastery.graph import theme
from roastery.graph.layout.scene import Box, Link, Scene, Text

_SPACE = "http://www.w3.org/2000/svg"
_HEAD = 8.0  # length of an arrow head
_ROUND = {"tag": 8, "page": 12, "vnet": 10}


def render(scene: Scene) -> str:
    """The scene as one SVG document."""
    width, height = _number(scene.width), _number(scene.height)
    root = ET.Element(
        "svg",
        {
            "xmlns": _SPACE,
            "viewBox": f"0 0 {width} {height}",
            "width": width,
            "height": height,
            "role": "img",
            "aria-labelledby": "title desc",
        },
    )
    ET.SubElement(root, "title", {"id": "title"}).text = scene.title
    ET.SubElement(root, "desc", {"id": "desc"}).text = scene.description
    ET.SubElement(root, "style").text = theme.css()
    page = {"width": _number(scene.width - 1), "height": _number(scene.height - 1), "rx": "12"}
    ET.SubElement(root, "rect", {"class": "page", "x": "0.5", "y": "0.5", **page})
    for number, box in enumerate(scene.boxes):
        _box(root, box, number)
    for link in scene.links:
        _link(root, link)
    for text in scene.texts:
        _text(root, text)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _box(root: ET.Element, box: Box, number: int) -> None:
    rect = box.rect
    attributes = {
        "id": f"b{number}",
        "class": box.css_class,
        "x": _number(rect.x),
        "y": _number(rect.y),
        "width": _number(rect.w),
        "height": _number(rect.h),
        "rx": str(_ROUND.get(box.css_class.split()[0], 6)),
    }
    element = ET.SubElement(root, "rect", attributes)
    if box.title:
        ET.SubElement(element, "title").text = box.title


def _link(root: ET.Element, link: Link) -> None:
    group = ET.SubElement(root, "g")
    ET.SubElement(group, "title").text = link.title
    *points, (x, y) = link.points
    last_x, last_y = points[-1]
    across = (x > last_x) - (x < last_x)
    down = (y > last_y) - (y < last_y)
    neck = (x - across * _HEAD, y - down * _HEAD)
    ET.SubElement(group, "polyline", {"class": link.css_class, "points": _points([*points, neck])})
    half = _HEAD / 2
    barbs = [
        (neck[0] + down * half, neck[1] + across * half),
        (neck[0] - down * half, neck[1] - across * half),
    ]
    ET.SubElement(group, "polygon", {"class": link.css_class, "points": _points([(x, y), *barbs])})


def _text(root: ET.Element, text: Text) -> None:
    attributes = {"class": text.style.css_class, "x": _number(text.x), "y": _number(text.y)}
    attributes["font-size"] = _number(text.style.size)
    if text.box is not None:
        attributes["data-box"] = f"b{text.box}"
    ET.SubElement(root, "text", attributes).text = text.text


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    return f"{round(value, 1):g}"
