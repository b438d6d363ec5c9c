"""The document itself: golden, well formed, escaped, with nothing from outside."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from roastery.graph import draw
from roastery.graph.state import load, parse

Raw = list[dict[str, Any]]
SPACE = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - we wrote it


def test_the_recorded_stack_looks_as_it_did(export: Path, golden: Callable[[str, str], None]) -> None:
    golden("platform.svg", draw(load(export)))


def test_the_order_of_a_state_changes_nothing(raw: Raw) -> None:
    """Pulumi writes resources in the order in which they came to be, which differs from run to run."""
    shuffled = [*raw[1::2], *reversed(raw[::2])]
    assert draw(parse(shuffled)) == draw(parse(raw))


@pytest.mark.parametrize("name", ["<script>alert(1)</script>&\"'", "a\x00b\x1b[0m", "]]>", "&amp;"])
def test_markup_and_control_characters_in_names_do_nothing(name: str, raw: Raw) -> None:
    for one in raw:
        if one["type"].endswith("MetricAlert"):
            one["inputs"]["description"] = name
        if one["type"].endswith("ResourceGroup"):
            one["id"] += name.replace("/", "-")
    root = parsed(draw(parse(raw)))
    assert {one.tag.removeprefix(SPACE) for one in root.iter()} == {
        "svg", "title", "desc", "style", "rect", "text", "g", "polyline", "polygon",
    }  # fmt: skip
    shown = "".join(one.text or "" for one in root.iter(f"{SPACE}title"))
    assert name.replace("/", "-").split("\x00")[0][:5] in shown


def test_nothing_comes_from_outside(export: Path) -> None:
    svg = draw(load(export))
    assert re.findall(r"https?://[^\"'<\s]+", svg) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"url\(|@import|@font-face|<script|<image|href", svg)


def test_a_screen_reader_is_told_what_it_shows(export: Path) -> None:
    root = parsed(draw(load(export)))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    assert root.findtext(f"{SPACE}title") == "Platform roastery, stack prod"
    said = root.findtext(f"{SPACE}desc") or ""
    assert "4 private endpoints" in said
    assert "argo (managed identity)" in said
