"""The ways in which people and programs write the same table as CSV."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import gzip
import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from hypothesis import strategies as st

from ml.core.schema import RAW_COLUMNS
from tests.ml.fuzz.tables import Cell, Row, Table

DATES: dict[str, Callable[[dt.date], str]] = {
    "iso": dt.date.isoformat,
    "time": lambda day: f"{day} 00:00:00",
    "evening": lambda day: f"{day}T23:59:59",
    "zone": lambda day: f"{day}T23:59:59.5-05:00",
    "utc": lambda day: f"{day} 00:30:00Z",
    "slashes": lambda day: f"{day:%Y/%m/%d}",
    "short": lambda day: f"{day.year}/{day.month}/{day.day}",
    "digits": lambda day: f"{day:%Y%m%d}",
}
UNCERTAIN_DATES: dict[str, Callable[[dt.date], str]] = {
    "american": lambda day: f"{day:%m/%d/%Y}",
    "european": lambda day: f"{day:%d/%m/%Y}",
    "german": lambda day: f"{day:%d.%m.%Y}",
    "swapped": lambda day: f"{day:%Y-%d-%m}",
    "two digits": lambda day: f"{day:%y-%m-%d}",
    "serial": lambda day: str((day - dt.date(1899, 12, 30)).days),
}
NUMBERS: dict[str, Callable[[Decimal], str]] = {
    "plain": lambda number: f"{number:f}",
    "points": lambda number: f"{number:.2f}",
    "sign": lambda number: f"{number:+f}",
    "exponent": lambda number: f"{number:.20e}",
    "repr": lambda number: repr(float(number)),
}
UNCERTAIN_NUMBERS: dict[str, Callable[[Decimal], str]] = {
    "comma": lambda number: f"{number:.2f}".replace(".", ","),
    "thousands": lambda number: f"{number:,.2f}",
    "unit": lambda number: f"{number:f} pcs",
}
MONTHS = 12
BLANKS = ("", " ", "\t", "\u00a0", "  ", "\u2003")
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "cp1252",
    "latin-1",
    "shift_jis",
    "gb18030",
)
QUOTING = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)
NAMES: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    str.lower,
    str.swapcase,
    lambda name: f" {name}\t",
    lambda name: f"{name}\u00a0",
)


@dataclass(frozen=True, kw_only=True)
class File:
    """The bytes of a file, and whether a refusal would be wrong."""

    content: bytes
    encoding: str
    certain: bool
    """It is written in a way that the guide promises to read."""
    expected: str = ""
    """What makes it uncertain, for the count."""


@dataclass(kw_only=True)
class _Doubts:
    """What makes a file uncertain."""

    reasons: list[str] = field(default_factory=list[str])

    def sometimes(self, draw: st.DrawFn, reason: str) -> bool:
        """In one file of sixteen, at most one of the reasons."""
        chosen = not self.reasons and draw(st.integers(0, 15)) == 15
        if chosen:
            self.reasons.append(reason)
        return chosen


@st.composite
def csv_files(draw: st.DrawFn, table: Table) -> File:
    """The table in some dialect, with columns and rows in some order, and columns that nobody uses."""
    doubts = _Doubts()
    encoding = draw(st.sampled_from(ENCODINGS)) if draw(st.booleans()) else "utf-8"
    rows = draw(st.permutations([*table.clean, *table.noise]))
    lines = [[_text(draw, name, row[name]) for name in RAW_COLUMNS] for row in _formatted(draw, rows, doubts)]
    header = [draw(st.sampled_from(NAMES))(name) for name in RAW_COLUMNS]
    for _ in range(draw(st.sampled_from([0, 0, 1, 3]))):
        header.append(
            draw(st.sampled_from(["", " ", "Foo", "foo", "a,b", 'q"q', "x;y", "é", "column0", "c0"]))
        )
        for line in lines:
            line.append(draw(st.sampled_from(["", "1", "x", "a,b\t;|", 'q"q', "two\nlines", "é"])))
    order = draw(st.permutations(range(len(header))))
    text = _written(draw, [[line[i] for i in order] for line in [header, *lines]], doubts)
    return _encoded(draw, text, encoding, doubts)


def _formatted(draw: st.DrawFn, rows: list[Row], doubts: _Doubts) -> list[Row]:
    """Dates and numbers as text: in one way per column, or in several."""
    uncertain_date, uncertain_number = doubts.sometimes(draw, "dates"), doubts.sometimes(draw, "numbers")
    dates = UNCERTAIN_DATES if uncertain_date else DATES
    if not any(isinstance(row["Date"], dt.date) and row["Date"].day > MONTHS for row in rows):
        dates = {style: write for style, write in dates.items() if style != "swapped"}  # nobody can tell
    numbers = UNCERTAIN_NUMBERS if uncertain_number else NUMBERS
    mixed = draw(st.booleans())
    date_style, number_style = draw(st.sampled_from(sorted(dates))), draw(st.sampled_from(sorted(numbers)))
    written: list[Row] = []
    for row in rows:
        if mixed:
            date_style = draw(st.sampled_from(sorted(dates)))
            number_style = draw(st.sampled_from(sorted(numbers)))
        cells: Row = {}
        for name, cell in row.items():
            if isinstance(cell, dt.date):
                cells[name] = dates[date_style](cell)
            elif isinstance(cell, Decimal):
                cells[name] = numbers[number_style](cell)
            else:
                cells[name] = cell
        written.append(cells)
    return written


def _text(draw: st.DrawFn, name: str, cell: Cell) -> str:
    """A cell as written: padded, composed otherwise, blank."""
    if cell is None:
        blanks = (*BLANKS, "NaN", "nan") if name == "Price" else BLANKS
        return draw(st.sampled_from(blanks))
    text = str(cell)
    style = draw(st.integers(0, 7))
    if style == 6:
        return f"{draw(st.sampled_from(BLANKS))}{text}{draw(st.sampled_from(BLANKS))}"
    return unicodedata.normalize("NFD", text) if style == 7 and name not in ("Date", "QuantitySold") else text


def _written(draw: st.DrawFn, lines: list[list[str]], doubts: _Doubts) -> str:
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    if doubts.sometimes(draw, "delimiter"):
        delimiter = draw(st.sampled_from([":", "^", " ", "\x01", "~"]))
    cells = "".join(cell for line in lines for cell in line)
    breaks = "\n" in cells or "\r" in cells
    quoting = csv.QUOTE_ALL if breaks else draw(st.sampled_from(QUOTING))  # Python leaves `\r` unquoted
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(lines)
    text = out.getvalue()
    if doubts.sometimes(draw, "preamble"):
        text = draw(st.sampled_from([f"sep={delimiter}{end}", end, f"Sales of 2024{end}{end}"])) + text
    elif doubts.sometimes(draw, "blank lines"):
        text += draw(
            st.sampled_from([end, end * 3, f" {end}", delimiter * (len(lines[0]) - 1) + end, "\x1a"])
        )
    elif doubts.sometimes(draw, "ragged"):
        text += draw(st.sampled_from(["x", delimiter, f"x{delimiter}y{end}", '"', f'{delimiter}"{end}']))
    elif not breaks and doubts.sometimes(draw, "line ends"):
        text = text.replace(end, draw(st.sampled_from(["\n", "\r\n", "\r", "\n\r"])), draw(st.integers(1, 3)))
    elif '"' not in cells and doubts.sometimes(draw, "no quotes"):
        text = text.replace('"', "")
    elif draw(st.integers(0, 3)) == 3:
        text = text.removesuffix(end)
    return text


def _encoded(draw: st.DrawFn, text: str, encoding: str, doubts: _Doubts) -> File:
    try:
        content = text.encode(encoding)
    except UnicodeEncodeError:
        encoding, content = "utf-8", text.encode()
    named = encoding
    if doubts.sometimes(draw, "another encoding"):
        named = "utf-8"
        try:  # bytes that are valid as another text cannot be told from it
            if content.decode(named) != text:
                named = encoding
        except UnicodeDecodeError:
            pass
    if doubts.sometimes(draw, "not text"):
        ends = [gzip.compress(content, mtime=0), b"PK\x03\x04" + content]
        content = draw(st.sampled_from([*ends, content + b"\xff"] if encoding == "utf-8" else ends))
    if encoding == "utf-8" and draw(st.integers(0, 7)) == 7:
        content = codecs.BOM_UTF8 + content
    return File(
        content=content, encoding=named, certain=not doubts.reasons, expected=", ".join(doubts.reasons)
    )
