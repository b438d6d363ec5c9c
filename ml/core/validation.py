"""Rules for raw sales rows. A row that breaks one is quarantined with the name of the rule, and counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.errors import SchemaErrors

from ml.core.rows import (
    AMBIGUOUS,
    NUMBER_COLUMNS,
    PRESENT,
    ROW_HASH,
    SWAPPED,
    TEXT_COLUMNS,
    match_columns,
    read_rows,
)
from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError

RULE = "Rule"
"""The column of the quarantine that names the rules a row breaks, joined by `; `."""

DUPLICATE = "duplicate_row"
LIMIT = 1e15
"""Upper limit of numbers: larger ones are errors, and sums would lose whole units."""
FIRST_DATE = dt.date(1970, 1, 1)
"""Older dates, such as 1900-01-01, are placeholders that databases use for a missing date."""

Returns = Literal["net", "set-aside"]

_SWAPPED_SHARE = 0.05
_FIRST = "first of its kind"
_ROW = "row number"
_MANY = 0.01  # share of duplicates from which they are more likely separate sales than errors


@dataclass(frozen=True, kw_only=True)
class RowRule:
    """A rule for every row: an expression over the columns of `read_rows`."""

    name: str
    column: str
    passes: pl.Expr


@dataclass(frozen=True, kw_only=True)
class RuleViolations:
    """How many rows break a rule, and an example."""

    rule: str
    count: int
    example: str


@dataclass(frozen=True, kw_only=True)
class ReturnedRows:
    """The valid rows with a negative quantity, and what they sum to, as a positive number."""

    rows: int
    quantity: float


@dataclass(frozen=True, kw_only=True)
class ValidatedRows:
    """Raw rows divided into valid and quarantined ones.

    `sales` holds `RAW_COLUMNS`, typed, in the order of the data; `quarantine` the raw columns untouched, and
    `RULE`. `missing` counts the empty cells of all rows by column.
    """

    sales: pl.DataFrame
    quarantine: pl.DataFrame
    broken: tuple[RuleViolations, ...]
    missing: dict[str, int]
    warnings: tuple[str, ...]
    rows_in: int
    returns: ReturnedRows


def rules(imported_on: dt.date, returns: Returns = "net") -> tuple[RowRule, ...]:
    """The rules, in the order in which they are reported.

    Args:
        imported_on: the day of the import; a sale after it is an error.
        returns: whether a negative quantity is a return that its month's sales are reduced by, or an error.
    """
    date = pl.col("Date")
    unread = pl.col(PRESENT + "Date") & date.is_null()
    negative = RowRule(
        name="quantity_negative", column="QuantitySold", passes=_or_null(pl.col("QuantitySold") >= 0)
    )
    return (
        RowRule(name="store_missing", column="StoreID", passes=pl.col("StoreID").is_not_null()),
        RowRule(name="date_missing", column="Date", passes=pl.col(PRESENT + "Date")),
        RowRule(name="date_ambiguous", column="Date", passes=~(unread & pl.col(AMBIGUOUS))),
        RowRule(name="date_unparseable", column="Date", passes=~(unread & ~pl.col(AMBIGUOUS))),
        RowRule(name="date_too_old", column="Date", passes=_or_null(date >= FIRST_DATE)),
        RowRule(name="date_in_future", column="Date", passes=_or_null(date <= imported_on)),
        RowRule(name="quantity_missing", column="QuantitySold", passes=pl.col(PRESENT + "QuantitySold")),
        RowRule(name="quantity_not_a_number", column="QuantitySold", passes=_is_number("QuantitySold")),
        *([negative] if returns == "set-aside" else []),
        RowRule(name="price_not_a_number", column="Price", passes=_is_number("Price")),
        RowRule(name="price_negative", column="Price", passes=_or_null(pl.col("Price") >= 0)),
        RowRule(name=DUPLICATE, column="Date", passes=pl.col(_FIRST)),
    )


def _or_null(passes: pl.Expr) -> pl.Expr:
    """An empty cell breaks the rule for missing values, not those about the value."""
    return passes.fill_null(value=True)


def _is_number(column: str) -> pl.Expr:
    return pl.col(column).abs().is_between(0, LIMIT).fill_null(~pl.col(PRESENT + column))


def check(
    raw: pl.LazyFrame, *, imported_on: dt.date, returns: Returns = "net", limit: float = 1.0
) -> ValidatedRows:
    """Reads and checks every row.

    Args:
        raw: the rows.
        imported_on: see `rules`.
        returns: see `rules`.
        limit: share of rows that may be set aside.

    Raises:
        InputError: a column is missing, there is no row, no row is valid, more rows than the limit allows
            are set aside, or the order of day and month is ambiguous; the message
            names the reason.
    """
    rows = read_rows(raw)
    if rows.is_empty():
        raise InputError("the sales have no rows", "check the query or the file that they come from")
    _check_order(raw, rows)
    rows = rows.with_columns(_first_of_its_kind(rows))
    applied = rules(imported_on, returns)
    failed = _failed(rows, applied)
    bad = failed.select(pl.any_horizontal(pl.lit(value=False), *failed.columns).alias("bad"))["bad"]
    quarantine = _quarantine(raw, failed, bad)
    broken = tuple(_violations(raw, quarantine, failed, r) for r in applied if r.name in failed)
    reasons = "; ".join(f"{b.rule} in {b.count:,} ({b.example})" for b in broken)
    if bad.all():
        raise InputError(
            f"none of the {rows.height:,} rows is valid: {reasons}",
            "dates are written YYYY-MM-DD; quantities and prices are numbers",
        )
    count = int(bad.sum())
    if count > limit * rows.height:
        raise InputError(
            f"{count:,} of {rows.height:,} rows ({_percent(count / rows.height)}) would be "
            f"set aside, more than {_percent(limit)}: {reasons}",
            "correct them, or go on without them: --accept-quarantine, or a higher quarantine_limit",
        )
    return ValidatedRows(
        sales=(rows.filter(~bad) if bad.any() else rows).select(RAW_COLUMNS),
        quarantine=quarantine.drop(_ROW),
        broken=broken,
        missing=_missing(rows),
        warnings=tuple(_warnings(raw, rows.height, quarantine.height, broken)),
        rows_in=rows.height,
        returns=_returns(rows.filter(~bad)),
    )


def _returns(sales: pl.DataFrame) -> ReturnedRows:
    quantity = sales["QuantitySold"].filter(sales["QuantitySold"] < 0)
    return ReturnedRows(rows=len(quantity), quantity=round(-float(quantity.sum()), 6) + 0.0)


def _check_order(raw: pl.LazyFrame, rows: pl.DataFrame) -> None:
    """Of dates written year, day, month some are valid as year, month, day: another day, and unnoticed."""
    read, swapped = rows["Date"].count(), int(rows[SWAPPED].sum())
    if swapped > read or (swapped and swapped > _SWAPPED_SHARE * (read + swapped)):
        name = match_columns(raw.collect_schema().names())["Date"]
        row = rows[SWAPPED].arg_max() or 0
        cell = raw.select(name).slice(row, 1).collect().item()
        raise InputError(
            f"the order of day and month in {name} is ambiguous: {swapped:,} of {read + swapped:,} dates "
            f"are valid only as year, day, month (row {row + 1:,}: {cell!r}), so the others may be wrong too",
            "write all dates as YYYY-MM-DD",
        )


def _first_of_its_kind(rows: pl.DataFrame) -> pl.Series:
    """False for a row that repeats an earlier one in every column of the data.

    Only rows with equal hashes are compared: comparing all takes twenty times as long.
    """
    if rows[ROW_HASH].n_unique() == rows.height:
        return pl.repeat(value=True, n=rows.height, eager=True).alias(_FIRST)
    # Cells that cannot be read are all null, so rows with them may differ; they are set aside in any case.
    unread = [pl.col(c).is_null() & pl.col(PRESENT + c) for c in ("Date", *NUMBER_COLUMNS)]
    collisions = rows[ROW_HASH].is_duplicated() & ~rows.select(pl.any_horizontal(unread)).to_series()
    first = rows.filter(collisions).select(pl.struct(pl.all()).is_first_distinct().alias(_FIRST))[_FIRST]
    return (~collisions).scatter(collisions.arg_true(), first).alias(_FIRST)


def _failed(rows: pl.DataFrame, checks: Iterable[RowRule]) -> pl.DataFrame:
    """A flag per row for each rule that some row breaks."""
    schema = pa.DataFrameSchema(checks=[_as_check(rule) for rule in checks])
    failed: dict[str, pl.Series] = {}
    try:
        schema.validate(rows, lazy=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            if not isinstance(error.check, pa.Check) or not isinstance(error.check_output, pl.DataFrame):
                raise  # the check itself failed
            failed[str(error.check.name)] = ~error.check_output.to_series()
    return pl.DataFrame(failed)


def _as_check(rule: RowRule) -> pa.Check:
    def passes(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(rule.passes)

    # One failure case: pandera turns each into a Python object, and the flags are enough.
    return pa.Check(passes, name=rule.name, ignore_na=False, n_failure_cases=1)


def _quarantine(raw: pl.LazyFrame, failed: pl.DataFrame, bad: pl.Series) -> pl.DataFrame:
    """The unchanged rows that break a rule, with their number in the data and the names of the rules."""
    numbered = raw.with_row_index(_ROW)
    if not bad.any():
        return numbered.head(0).with_columns(pl.lit("").alias(RULE)).collect()
    names = [pl.when(pl.col(name)).then(pl.lit(name)) for name in failed.columns]
    why = pl.concat_str(names, separator="; ", ignore_nulls=True).alias(RULE)
    broken = failed.with_row_index(_ROW).filter(bad).lazy().select(_ROW, why)
    return numbered.join(broken, on=_ROW, how="inner").sort(_ROW).collect(engine="streaming")


def _violations(
    raw: pl.LazyFrame, quarantine: pl.DataFrame, failed: pl.DataFrame, rule: RowRule
) -> RuleViolations:
    flags = failed[rule.name]
    row = flags.arg_max() or 0
    if rule.name == DUPLICATE:
        example = f"row {row + 1:,} repeats an earlier row"
    else:
        name = match_columns(raw.collect_schema().names())[rule.column]
        cell = quarantine.row(by_predicate=pl.col(_ROW) == row, named=True)[name]
        example = f"row {row + 1:,}: {rule.column} is {'empty' if cell is None else repr(str(cell))}"
    return RuleViolations(rule=rule.name, count=int(flags.sum()), example=example)


def _missing(rows: pl.DataFrame) -> dict[str, int]:
    blank = {c: ~pl.col(PRESENT + c) for c in ("Date", *NUMBER_COLUMNS)}
    empty = blank | {c: pl.col(c).is_null() for c in TEXT_COLUMNS}
    return rows.select(empty[c].sum().alias(c) for c in RAW_COLUMNS).row(0, named=True)


def _warnings(
    raw: pl.LazyFrame, rows: int, quarantined: int, broken: Iterable[RuleViolations]
) -> Iterable[str]:
    if quarantined:
        by_rule = ", ".join(f"{b.rule} {b.count:,}" for b in broken)
        yield f"quarantined: {quarantined:,} of {rows:,} rows ({_percent(quarantined / rows)}), for {by_rule}"
    repeats = sum(b.count for b in broken if b.rule == DUPLICATE)
    if repeats > _MANY * rows:
        yield (
            f"{repeats:,} rows are exact duplicates and are quarantined: if they are separate sales, "
            "sum them by store, product and day before they are imported"
        )
    names = raw.collect_schema().names()
    unused = [name for name in names if name not in match_columns(names).values()]
    if unused:
        yield f"columns that the recipe does not use: {', '.join(unused)}"


def _percent(share: float) -> str:
    return f"{share:.2%}" if share >= 0.0001 else "less than 0.01%"  # noqa: PLR2004 - the last digit shown
