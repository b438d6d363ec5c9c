"""Reads raw sales rows: column names in any case, trimmed text, parsed dates and numbers."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ml.core.cells import WHITESPACE
from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError

TEXT_COLUMNS = tuple(c for c in RAW_COLUMNS if c not in {"Date", "QuantitySold", "Price"})
NUMBER_COLUMNS = ("QuantitySold", "Price")

PRESENT = "present:"
"""Prefix of a flag: the cell is not empty, whether or not it could be parsed."""
ROW_HASH = "row hash"
"""Hash over every column as it was read, also those that are not used: equal for duplicate rows."""
AMBIGUOUS = "ambiguous date"
"""Flag: the text is a date whose order of day and month is not certain, such as 05/01/2024."""
SWAPPED = "swapped date"
"""Flag: the text is a date if day and month change places, such as 2024-13-01, and is none as it stands."""

_UNUSED = "unused columns"
_UNREAD = "unread date"
_ISO = "%Y-%m-%d"
_FIRST_YEAR = 1000
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
_AMBIGUOUS = rf"^\d{{1,2}}([/.-])\d{{1,2}}[/.-]\d{{4}}(?:[T ]{_CLOCK})?$"
_SWAPPED = r"^(\d{4}[-/]\d{1,2}[-/]\d{1,2})(?:[T ]|$)"
_TIMESTAMP = rf"^(\d{{4}}-\d{{2}}-\d{{2}})(?:[T ]{_CLOCK}\s?(?:Z|[+-]\d{{2}}(?::?\d{{2}})?)?)?$"


def match_columns(names: Sequence[str]) -> dict[str, str]:
    """The name in the data of each raw column; Snowflake returns upper case, so case does not count.

    Raises:
        InputError: columns are missing, or two differ in case only.
    """
    matches: dict[str, str] = {}
    wanted = {c.casefold(): c for c in RAW_COLUMNS}
    for name in names:
        column = wanted.get(name.strip().casefold())
        if column in matches:
            raise InputError(f"the columns {matches[column]!r} and {name!r} differ in case only")
        if column is not None:
            matches[column] = name
    missing = [c for c in RAW_COLUMNS if c not in matches]
    if missing:
        raise InputError(
            f"the sales lack the column{'s'[: len(missing) > 1]} {', '.join(missing)}",
            f"found: {', '.join(names) or 'none'}; a column without values must be there, with empty cells",
        )
    return {c: matches[c] for c in RAW_COLUMNS}


def read_rows(raw: pl.LazyFrame) -> pl.DataFrame:
    """Every row of `raw` in its order, typed; what cannot be read is null.

    Text is trimmed and composed (`é` is one character), blank text is null. Dates are taken from dates,
    timestamps, and text as YYYY-MM-DD with or without a time, YYYY/MM/DD or YYYYMMDD; formats in
    which day and month can be confused are not parsed.

    Returns:
        `RAW_COLUMNS` (text, `Date`, float), `PRESENT + column` flags of date and numbers, `AMBIGUOUS`,
        `SWAPPED` and `ROW_HASH`.

    Raises:
        InputError: see `match_columns`; or a column has a type outside of the contract.
    """
    schema = raw.collect_schema()
    names = match_columns(schema.names())
    columns: list[pl.Expr] = []
    for column, name in names.items():
        dtype = schema[name]
        _check_type(column, name, dtype)
        if column == "Date":
            columns += _date(pl.col(name), dtype)
        elif column in NUMBER_COLUMNS:
            columns += _number(pl.col(name), dtype, column)
        else:
            columns.append(_text(pl.col(name), dtype).alias(column))
    unused = [pl.col(name) for name in schema.names() if name not in names.values()]
    rest = (pl.struct(unused).hash() if unused else pl.lit(0, pl.UInt64)).alias(_UNUSED)
    unread = pl.when(pl.col("Date").is_null()).then(pl.col(_UNREAD)).alias(_UNREAD)
    # The streaming engine works in batches: the raw text of all rows is never in memory at once.
    typed = raw.select(*columns, rest).with_columns(unread).collect(engine="streaming")
    clean = _with_clean_text(_with_other_dates(typed))
    # Over the cells as they were read: blanks around a cell, or 1.0 for 1, make no other row.
    row_hash = pl.struct(*RAW_COLUMNS, _UNUSED).hash().alias(ROW_HASH)
    return clean.lazy().with_columns(row_hash).drop(_UNUSED).collect(engine="streaming")


def _check_type(column: str, name: str, dtype: pl.DataType) -> None:
    """Values of any other type would arrive as something else: a duration as a number, a list as text."""
    allowed = dtype.is_integer() or isinstance(dtype, (pl.String, pl.Null, pl.Categorical, pl.Enum))
    if column == "Date":
        allowed |= dtype == pl.Date or isinstance(dtype, pl.Datetime)
    else:
        allowed |= dtype.is_numeric() or (dtype == pl.Boolean and column not in NUMBER_COLUMNS)
    if not allowed:
        raise InputError(f"the column {name} holds {dtype}", f"{column} cannot be read from that; cast it")


def _text(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_float():  # a whole number that went through pandas beside a missing one
        whole = cell.cast(pl.Int64, strict=False)
        fraction = cell.fill_nan(None).cast(pl.String)
        return pl.when(whole == cell).then(whole.cast(pl.String)).otherwise(fraction)
    text = cell.cast(pl.String)
    return pl.when(text != "").then(text)


def _number(cell: pl.Expr, dtype: pl.DataType, column: str) -> list[pl.Expr]:
    """The number and whether the cell held anything; NaN is how pandas writes a missing one."""
    if not dtype.is_numeric():
        cell = _text(cell.cast(pl.String).str.strip_chars(WHITESPACE), pl.String())
    number = cell.cast(pl.Float64, strict=False)
    present = cell.is_not_null() & number.is_not_nan().fill_null(value=True)
    return [number.fill_nan(None).alias(column), present.alias(PRESENT + column)]


def _date(cell: pl.Expr, dtype: pl.DataType) -> list[pl.Expr]:
    """The date in the common form, and the text it stood in."""
    if dtype == pl.Date or isinstance(dtype, pl.Datetime):
        return [cell.dt.date().alias("Date"), pl.lit(None, pl.String).alias(_UNREAD)]
    text = _text(cell, dtype)
    return [text.str.to_date(_ISO, strict=False).alias("Date"), text.alias(_UNREAD)]


def _with_other_dates(typed: pl.DataFrame) -> pl.DataFrame:
    """Parses rarer date formats, only where the common one failed: each costs as much as the common one."""
    unread = pl.col(_UNREAD)
    texts = typed.select(unread.unique().drop_nulls())
    if not texts.is_empty():
        text = unread.str.strip_chars(WHITESPACE)
        other = pl.coalesce(
            text.str.extract(_TIMESTAMP).str.to_date(_ISO, strict=False),
            text.str.extract(r"^(\d{4}/\d{1,2}/\d{1,2})$").str.to_date("%Y/%m/%d", strict=False),
            text.str.extract(r"^(\d{8})$").str.to_date("%Y%m%d", strict=False),
        )
        day = text.str.extract(_SWAPPED).str.replace_all("/", "-")
        swapped = (
            day.str.to_date("%Y-%d-%m", strict=False).is_not_null()
            & day.str.to_date("%Y-%m-%d", strict=False).is_null()  # else its clock is wrong, not its date
        )
        read = texts.select(
            unread,
            other.alias("other"),
            (text == "").alias("blank"),
            text.str.contains(_AMBIGUOUS).alias(AMBIGUOUS),
            (other.is_null() & swapped.fill_null(value=False)).alias(SWAPPED),
        )
        typed = typed.join(read, on=_UNREAD, how="left", maintain_order="left").with_columns(
            pl.coalesce("Date", "other").alias("Date"),
            pl.when(~pl.col("blank")).then(unread).alias(_UNREAD),
        )
    present = (pl.col("Date").is_not_null() | unread.is_not_null()).alias(PRESENT + "Date")
    # A year of two digits ("24-01-05") is parsed as the year 24.
    date = pl.when(pl.col("Date").dt.year() >= _FIRST_YEAR).then(pl.col("Date")).alias("Date")
    flags = [
        (pl.col(flag).fill_null(value=False) if flag in typed.columns else pl.lit(value=False)).alias(flag)
        for flag in (AMBIGUOUS, SWAPPED)
    ]
    return typed.with_columns(present, date, *flags).drop(_UNREAD, "other", "blank", strict=False)


def _with_clean_text(typed: pl.DataFrame) -> pl.DataFrame:
    """Trims and composes text; working on the distinct values is several times faster."""
    columns: list[pl.Expr] = []
    for column in TEXT_COLUMNS:
        if typed[column].null_count() == typed.height:
            continue
        values = typed[column].unique().drop_nulls()
        clean = values.str.strip_chars(WHITESPACE).str.normalize("NFC")
        if (values != clean).any():
            text = pl.col(column).replace_strict(values, clean)
            columns.append(pl.when(text != "").then(text).alias(column))
    return typed.with_columns(columns)
