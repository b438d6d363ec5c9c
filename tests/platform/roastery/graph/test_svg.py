"""The document itself: golden, well-formed, escaped, without external resources."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from roastery.graph import draw_platform
from roastery.graph.state import load, parse

Raw = list[dict[str, Any]]
SPACE = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - we wrote it


def test_the_recorded_stack_looks_as_it_did(export: Path, golden: Callable[[str, str], None]) -> None:
    golden("platform.svg", draw_platform(load(export)))


def test_the_order_of_a_state_changes_nothing(raw: Raw) -> None:
    """Pulumi writes resources in the order of their creation, which differs from run to run."""
    shuffled = [*raw[1::2], *reversed(raw[::2])]
    assert draw_platform(parse(shuffled)) == draw_platform(parse(raw))


@pytest.mark.parametrize("name", ["<script>alert(1)</script>&\"'", "a\x00b\x1b[0m", "]]>", "&amp;"])
def test_markup_and_control_characters_in_names_do_nothing(name: str, raw: Raw) -> None:
    for resource in raw:
        if resource["type"].endswith("MetricAlert"):
            resource["inputs"]["description"] = name
        if resource["type"].endswith("ResourceGroup"):
            resource["id"] += name.replace("/", "-")
    root = parsed(draw_platform(parse(raw)))
    assert {element.tag.removeprefix(SPACE) for element in root.iter()} == {
        "svg", "title", "desc", "style", "rect", "text", "g", "polyline", "polygon",
    }  # fmt: skip
    shown = "".join(element.text or "" for element in root.iter(f"{SPACE}title"))
    assert name.replace("/", "-").split("\x00")[0][:5] in shown


def test_no_external_resource_is_requested(export: Path) -> None:
    svg = draw_platform(load(export))
    assert re.findall(r"https?://[^\"'<\s]+", svg) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"url\(|@import|@font-face|<script|<image|href", svg)


def test_a_screen_reader_gets_a_description(export: Path) -> None:
    root = parsed(draw_platform(load(export)))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    assert root.findtext(f"{SPACE}title") == "Platform roastery, stack prod"
    description = root.findtext(f"{SPACE}desc") or ""
    assert "4 private endpoints" in description
    assert "argo (managed identity)" in description
