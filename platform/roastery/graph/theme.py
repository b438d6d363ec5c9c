"""Colours for light and dark pages, written out for each class since some viewers lack CSS variables."""

from __future__ import annotations

from collections.abc import Mapping

_SANS = '"Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif'
_MONO = 'ui-monospace, "SF Mono", Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace'

# Class of a box → fill, stroke.
LIGHT_BOXES: Mapping[str, tuple[str, str]] = {
    "page": ("#ffffff", "#d7dce2"),
    "vnet": ("#f2f6fc", "#7f9fc6"),
    "subnet": ("#ffffff", "#b9cbe2"),
    "cluster": ("#f4f2fb", "#a79bd0"),
    "space": ("#ffffff", "#cbc3e6"),
    "card": ("#ffffff", "#8d99a8"),
    "inner": ("#ffffff", "#c3cad3"),
    "quiet": ("#f7f8fa", "#d7dce2"),
    "reference": ("#f7f8fa", "#8d99a8"),
    "endpoint": ("#e4eefb", "#5c8fd0"),
    "identity": ("#fdf9f0", "#dccba3"),
    "actor": ("#f7f8fa", "#8d99a8"),
    "tint0": ("#dcefe3", "#dcefe3"),
    "tint1": ("#e9e3f8", "#e9e3f8"),
    "tint2": ("#dce8f8", "#dce8f8"),
    "tint3": ("#fbe6d3", "#fbe6d3"),
    "tint4": ("#f8dfe6", "#f8dfe6"),
    "tint5": ("#e3e7ec", "#e3e7ec"),
}
DARK_BOXES: Mapping[str, tuple[str, str]] = {
    "page": ("#0f141a", "#2b333d"),
    "vnet": ("#121c29", "#4a6a94"),
    "subnet": ("#0f151d", "#33496a"),
    "cluster": ("#1a1729", "#5e5490"),
    "space": ("#13111f", "#423a69"),
    "card": ("#171d25", "#687586"),
    "inner": ("#12171e", "#3c4652"),
    "quiet": ("#141a21", "#2b333d"),
    "reference": ("#141a21", "#687586"),
    "endpoint": ("#16283f", "#3f74b8"),
    "identity": ("#1d1910", "#5f5230"),
    "actor": ("#171d25", "#687586"),
    "tint0": ("#17402a", "#17402a"),
    "tint1": ("#352a5c", "#352a5c"),
    "tint2": ("#1b3b63", "#1b3b63"),
    "tint3": ("#55330f", "#55330f"),
    "tint4": ("#561f31", "#561f31"),
    "tint5": ("#313a45", "#313a45"),
}
# Class of a text → fill.
LIGHT_TEXTS: Mapping[str, str] = {
    "heading": "#14202e",
    "section": "#14202e",
    "title": "#14202e",
    "name": "#2f4767",
    "detail": "#4a5665",
    "alarm": "#a61b1b",
    "tag": "#1f2a37",
}
DARK_TEXTS: Mapping[str, str] = {
    "heading": "#eef2f6",
    "section": "#eef2f6",
    "title": "#eef2f6",
    "name": "#b4cbea",
    "detail": "#b3bdc9",
    "alarm": "#ff9b93",
    "tag": "#eef2f6",
}
LIGHT_LINES: Mapping[str, str] = {"private": "#2f6fbd", "way": "#5b6776", "job": "#5b6776"}
DARK_LINES: Mapping[str, str] = {"private": "#6fa8ee", "way": "#a3aebb", "job": "#a3aebb"}


def css() -> str:
    """The style sheet of a drawing."""
    shape = (
        "text{white-space:pre;text-rendering:geometricPrecision}"
        f".heading,.section,.title,.detail,.alarm,.tag{{font-family:{_SANS}}}"
        f".name{{font-family:{_MONO}}}"
        ".heading,.section,.title,.alarm,.tag{font-weight:600}"
        ".tag{text-anchor:middle}"
        "rect{stroke-width:1}"
        ".reference{stroke-dasharray:4 3}"
        "polyline{fill:none;stroke-width:1.3}"
        "polyline.private{stroke-width:1.8}"
    )
    dark = _colours(DARK_BOXES, DARK_TEXTS, DARK_LINES)
    light = _colours(LIGHT_BOXES, LIGHT_TEXTS, LIGHT_LINES)
    return f"{shape}{light}@media (prefers-color-scheme:dark){{{dark}}}"


def _colours(boxes: Mapping[str, tuple[str, str]], texts: Mapping[str, str], lines: Mapping[str, str]) -> str:
    rules = [f"rect.{name}{{fill:{fill};stroke:{stroke}}}" for name, (fill, stroke) in boxes.items()]
    rules += [f"text.{name}{{fill:{fill}}}" for name, fill in texts.items()]
    rules += [
        f"polyline.{name}{{stroke:{stroke}}}polygon.{name}{{fill:{stroke}}}" for name, stroke in lines.items()
    ]
    return "".join(rules)
