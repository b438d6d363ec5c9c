"""The width of texts. The picture brings no font, so texts must fit in the widest font a reader may have."""

from __future__ import annotations

import re
import unicodedata

# Advance widths of DejaVu Sans, in hundredths of the size, from the blank to the tilde: the widest of the
# common sans-serif fonts.
# fmt: off
_SANS = (
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79,
    60, 79, 69, 63, 61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63,
    63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
)
# fmt: on
_OTHERS = {"·": 32, "–": 50, "→": 84, "…": 100, "×": 84}  # noqa: RUF001 - dash and times sign
_BOLD = 1.13  # DejaVu Sans Bold against the regular
_MONO = 0.61
_FIRST = 32
_DOT = " · "
_BREAKS = re.compile(r"(?<=[ ,])|(?<=[-./_])(?=\w)")


def text_width(text: str, size: float, *, mono: bool = False, bold: bool = False) -> float:
    """An upper bound of a text's width in pixels."""
    if mono:
        return sum(2 if _wide(character) else 1 for character in text) * _MONO * size
    return sum(map(_advance, text)) / 100 * size * (_BOLD if bold else 1)


def _advance(character: str) -> int:
    offset = ord(character) - _FIRST
    if 0 <= offset < len(_SANS):
        return _SANS[offset]
    return _OTHERS.get(character, 105 if _wide(character) else 100)


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}


def fit(text: str, limit: float, size: float, *, mono: bool = False, bold: bool = False) -> str:
    """The text, shortened in the middle if it is too long: both the start and the end distinguish names."""
    if text_width(text, size, mono=mono, bold=bold) <= limit:
        return text
    for length in range(len(text) - 1, 0, -1):
        tail = length // 2
        short = f"{text[: length - tail]}…{text[len(text) - tail :]}"
        if text_width(short, size, mono=mono, bold=bold) <= limit:
            return short
    return "…"


def wrap(
    text: str, limit: float, size: float, *, mono: bool = False, bold: bool = False, lines: int = 3
) -> list[str]:
    """The text in at most `lines` lines, broken after blanks, hyphens, dots and slashes."""
    if bold:
        limit /= _BOLD
    rows: list[str] = []
    facts = _facts(text)
    rest = [part for fact in facts for part in _parts(fact, limit, size, mono=mono, whole=len(facts) > 1)]
    while rest and len(rows) < lines - 1:
        row = rest.pop(0)
        while rest and text_width(_trim(row + rest[0]), size, mono=mono) <= limit:
            row += rest.pop(0)
        rows.append(_trim(row))
    if rest:
        rows.append("".join(rest))
    return [fit(row.strip(), limit, size, mono=mono) for row in rows if row.strip()]


def _facts(text: str) -> list[str]:
    """The parts between dots, each of which stays on one line if it fits."""
    *facts, last = text.split(_DOT)
    return [*(fact + _DOT for fact in facts), last]


def _parts(fact: str, limit: float, size: float, *, mono: bool, whole: bool) -> list[str]:
    if whole and text_width(_trim(fact), size, mono=mono) <= limit:
        return [fact]
    return [part for part in _BREAKS.split(fact) if part]


def _trim(row: str) -> str:
    """Removes the dot that separates two facts from the end of a line."""
    return row.rstrip().removesuffix("·").rstrip()
