"""Tables of sales: clean rows, and rows that have to be set aside."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

import polars as pl
from hypothesis import strategies as st

from ml.core.cells import WHITESPACE
from ml.core.schema import RAW_COLUMNS

TODAY = dt.date(2026, 11, 30)
FIRST = dt.date(2024, 1, 1)
DAYS = 400

Cell = str | Decimal | dt.date | None
Row = dict[str, Cell]

NOT_DATES = (
    *("05/01/2024", "1/5/2024", "05.01.2024", "2024-02-30", "2024-00-10", "24-01-05", "soon", "20240230"),
    *("2024-1", "2024", "1704412800", "45296", "January 5, 2024", "2024-01-05 25:00:00", "1900-01-01"),
    *("2999-01-01", "0", "2024-01-05x", "\uff12\uff10\uff12\uff14-01-05"),
)
NOT_NUMBERS = (
    "1,5",
    "1.234,50",
    "12 pcs",
    "--1",
    "0x1F",
    "inf",
    "-inf",
    "1e400",
    "1_000",
    "\uff11\uff12",
    "1 000",
    "?",
    "1e16",
)
NO_NUMBER = ("", " ", "\t", "NaN", "nan")
ODD = (
    *(
        "007",
        "1e5",
        "1.0",
        "None",
        "NULL",
        "nan",
        "true",
        "-",
        "'",
        '"',
        '""',
        'a "b" c',
        "a,b",
        "a;b",
        "a|b",
    ),
    *(
        "a\tb",
        "a\nb",
        "\\",
        "a\\b",
        "#1",
        "=1+1",
        "ﬁ",
        "İ",
        "Café №5",
        "México",
        "S-3",
        "{}",
        "2024-01-05",
        "\ufeffx",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows that are valid, and rows that break a rule; quantities and prices are decimal numbers."""

    clean: tuple[Row, ...]
    noise: tuple[Row, ...]

    def frame(self) -> pl.DataFrame:
        """The clean rows as ideal data: typed, and nothing else."""
        schema = {
            name: pl.Date
            if name == "Date"
            else pl.Float64
            if name in ("QuantitySold", "Price")
            else pl.String
            for name in RAW_COLUMNS
        }
        cells = [
            {name: float(cell) if isinstance(cell, Decimal) else cell for name, cell in row.items()}
            for row in self.clean
        ]
        return pl.DataFrame(cells, schema=schema, orient="row")


def _is_clean(text: str) -> bool:
    return bool(text) and text == unicodedata.normalize("NFC", text.strip(WHITESPACE))


_letters = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6).filter(_is_clean)
texts = st.sampled_from(ODD).filter(_is_clean) | _letters
days = st.integers(0, DAYS).map(lambda n: FIRST + dt.timedelta(n))
cents = st.integers(0, 10**6).map(lambda n: Decimal(n) / 100)
quantities = st.integers(-20, 2000).map(Decimal) | cents | st.sampled_from([Decimal(2**40), Decimal("0.1")])


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """One to eight clean rows of few stores, and up to three rows that break a rule."""
    whole = draw(st.booleans())
    quantity = st.integers(-20, 2000).map(Decimal) if whole else quantities
    stores = draw(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=3))
    words = draw(st.lists(texts, min_size=1, max_size=3))
    word = st.sampled_from(words)
    keys = st.tuples(st.sampled_from(stores), days, word)
    rows: list[Row] = []
    for (store, country, city), day, product in draw(st.lists(keys, min_size=1, max_size=8, unique=True)):
        maybe = st.none() | word
        cells = (store, country, city, draw(word), product, day, draw(quantity), draw(st.none() | cents))
        rows.append(dict(zip(RAW_COLUMNS, (*cells, draw(maybe), draw(maybe), draw(maybe)), strict=True)))
    noise = draw(st.lists(_broken(rows), max_size=3)) if draw(st.booleans()) else []
    return Table(clean=tuple(rows), noise=tuple(noise))


def _broken(rows: list[Row]) -> st.SearchStrategy[Row]:
    """A row that repeats an earlier one, or with a cell that no rule accepts."""
    cells = st.one_of(
        st.just(("Repeated", "")),
        st.tuples(st.just("Date"), st.sampled_from(NOT_DATES)),
        st.tuples(st.just("QuantitySold"), st.sampled_from((*NOT_NUMBERS, *NO_NUMBER))),
        st.tuples(st.just("Price"), st.sampled_from((*NOT_NUMBERS, "-1", "$4.50"))),
        st.tuples(st.sampled_from(("StoreID", "Date")), st.sampled_from(("", " ", "\u00a0\t"))),
    )
    return st.tuples(st.sampled_from(rows), cells).map(
        lambda both: both[0] if both[1][0] == "Repeated" else {**both[0], both[1][0]: both[1][1]}
    )
