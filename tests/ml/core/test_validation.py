"""Every rule, alone and together; nothing is lost and nothing is let through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.core.schema import RAW_COLUMNS
from ml.core.validation import LIMIT, RULE, ValidatedRows, check, rules
from ml.errors import InputError

Row = Mapping[str, str | None]

TODAY = dt.date(2024, 6, 30)
GOOD: Row = {
    "StoreID": "S1",
    "Country": "Canada",
    "City": "Québec",
    "Category": "Coffee",
    "Product": "Latte",
    "Date": "2024-05-31",
    "QuantitySold": "3",
    "Price": "4.50",
    "Weather": "Sunny",
    "Promotion": "None",
    "Holiday": "None",
}
BAD: Mapping[str, Row] = {
    "store_missing": {"StoreID": " "},
    "date_missing": {"Date": None},
    "date_ambiguous": {"Date": "31.05.2024"},
    "date_unparseable": {"Date": "31 May"},
    "date_too_old": {"Date": "1900-01-01"},
    "date_in_future": {"Date": "2024-07-01"},
    "quantity_missing": {"QuantitySold": ""},
    "quantity_not_a_number": {"QuantitySold": "three"},
    "quantity_negative": {"QuantitySold": "-1"},
    "price_not_a_number": {"Price": "$4.50"},
    "price_negative": {"Price": "-0.01"},
    "duplicate_row": {},
}


def _check(*changes: Row) -> ValidatedRows:
    """Checks a good row and one row per argument, each with these cells changed."""
    raw = pl.DataFrame(
        [GOOD, *({**GOOD, **change} for change in changes)], schema=dict.fromkeys(RAW_COLUMNS, pl.String)
    )
    return check(raw.lazy(), imported_on=TODAY, returns="set-aside")


@pytest.mark.parametrize("rule", BAD)
def test_a_row_that_breaks_a_rule_is_set_aside_with_its_name(rule: str) -> None:
    checked = _check(BAD[rule])
    assert checked.quarantine[RULE].to_list() == [rule]
    assert checked.quarantine.drop(RULE).row(0, named=True) == {**GOOD, **BAD[rule]}
    assert checked.sales.height == 1
    assert [(b.rule, b.count) for b in checked.broken] == [(rule, 1)]


def test_every_rule_is_tested() -> None:
    assert [rule.name for rule in rules(TODAY, "set-aside")] == list(BAD)


def test_a_row_names_all_rules_it_breaks() -> None:
    assert _check({"Date": "x", "QuantitySold": "-1", "Price": "-1"}).quarantine[RULE].to_list() == [
        "date_unparseable; quantity_negative; price_negative"
    ]


@pytest.mark.parametrize(
    ("rule", "example"),
    [
        ("date_unparseable", "row 2: Date is '31 May'"),
        ("quantity_missing", "row 2: QuantitySold is ''"),
        ("date_missing", "row 2: Date is empty"),
        ("duplicate_row", "row 2 repeats an earlier row"),
    ],
)
def test_the_example_shows_the_row_and_the_value(rule: str, example: str) -> None:
    assert [b.example for b in _check(BAD[rule]).broken] == [example]


@pytest.mark.parametrize(
    "change", [{"Date": "2024-06-30"}, {"QuantitySold": "0"}, {"Price": "0"}, {"Price": None}]
)
def test_edges_of_the_rules_are_valid(change: Row) -> None:
    """Sold today, nothing sold, given away, price not noted."""
    assert _check(change).quarantine.is_empty()


@pytest.mark.parametrize("number", ["inf", "-inf", str(LIMIT * 1.01)])
def test_a_number_that_nobody_can_sell_is_no_number(number: str) -> None:
    assert _check({"QuantitySold": number}).broken[0].rule == "quantity_not_a_number"


def test_of_duplicates_the_first_is_kept_and_the_rest_are_set_aside() -> None:
    checked = _check({}, {"QuantitySold": "4"}, {}, {"QuantitySold": "4"})
    assert checked.sales["QuantitySold"].to_list() == [3, 4]
    assert checked.quarantine["QuantitySold"].to_list() == ["3", "3", "4"]


def test_a_row_that_differs_in_any_column_is_no_duplicate() -> None:
    changes = [{column: "2" if column != "Date" else "2024-05-30"} for column in RAW_COLUMNS]
    assert _check(*changes).quarantine.is_empty()


def test_many_duplicates_look_like_tills_and_the_warning_says_what_to_do() -> None:
    assert any("sum them by store, product and day" in w for w in _check({}).warnings)


def test_the_warning_counts_what_is_set_aside() -> None:
    assert _check({"Price": "-1"}).warnings == ("quarantined: 1 of 2 rows (50.00%), for price_negative 1",)


def test_columns_without_use_are_named() -> None:
    raw = pl.DataFrame([GOOD]).with_columns(Cashier=pl.lit("Ana"))
    assert check(raw.lazy(), imported_on=TODAY).warnings == ("columns that the recipe does not use: Cashier",)


def test_missing_cells_are_counted_over_all_rows() -> None:
    missing = _check({"Weather": None, "Price": ""}, {"Weather": " "}, {"Date": None}).missing
    assert {c: n for c, n in missing.items() if n} == {"Weather": 2, "Price": 1, "Date": 1}


def test_without_a_valid_row_the_error_names_the_rules_with_an_example() -> None:
    raw = pl.DataFrame([{**GOOD, "Date": "31.05.2024"}, {**GOOD, "Date": "01.06.2024"}])
    reason = r"none of the 2 rows is valid: date_ambiguous in 2 \(row 1: Date is '31"
    with pytest.raises(InputError, match=reason):
        check(raw.lazy(), imported_on=TODAY)


def test_no_rows_at_all_are_an_error() -> None:
    with pytest.raises(InputError, match="have no rows"):
        check(pl.DataFrame(schema=dict.fromkeys(RAW_COLUMNS, pl.String)).lazy(), imported_on=TODAY)


def test_quarantine_has_its_columns_even_when_it_is_empty() -> None:
    assert _check({"City": "Toronto"}).quarantine.columns == [*RAW_COLUMNS, RULE]


def _many(*changes: Row, rows: int = 40) -> pl.LazyFrame:
    """Good rows that differ, then one per argument."""
    good = [{**GOOD, "QuantitySold": str(n)} for n in range(rows)]
    return pl.DataFrame([*good, *({**GOOD, **change} for change in changes)]).lazy()


def test_returns_are_valid_and_counted_unless_they_are_to_be_set_aside() -> None:
    raw = _many({"QuantitySold": "-2.5"}, {"QuantitySold": "-4"})
    net = check(raw, imported_on=TODAY)
    assert (net.sales.height, net.returns.rows, net.returns.quantity) == (42, 2, 6.5)
    aside = check(raw, imported_on=TODAY, returns="set-aside")
    assert (aside.sales.height, aside.returns.rows) == (40, 0)
    assert [(b.rule, b.count) for b in aside.broken] == [("quantity_negative", 2)]


def test_above_the_limit_the_run_stops_with_rules_and_examples() -> None:
    raw = _many({"Price": "?"}, {"Price": "?"}, {"Date": "soon"})
    reason = (
        r"3 of 43 rows \(6.98%\) would be set aside, more than 5.00%: date_unparseable in 1 "
        r"\(row 43: Date is 'soon'\); price_not_a_number in 2 .*--accept-quarantine"
    )
    with pytest.raises(InputError, match=reason):
        check(raw, imported_on=TODAY, limit=0.05)
    assert check(raw, imported_on=TODAY, limit=0.07).quarantine.height == 3


def test_dates_with_day_and_month_swapped_are_refused_though_many_of_them_parse() -> None:
    """Those of the first twelve days would be read as another day of another month."""
    days = [dt.date(2023, 5, 1) + dt.timedelta(n) for n in range(365)]
    raw = pl.DataFrame([{**GOOD, "Date": f"{day:%Y-%d-%m}"} for day in days]).lazy()
    with pytest.raises(InputError, match=r"day and month in Date is ambiguous: \d+ of 365 .*'2023-13-05'"):
        check(raw, imported_on=TODAY)
    right = pl.DataFrame(
        [{**GOOD, "Date": f"{day:%Y-%m-%d}"} for day in days] + [{**GOOD, "Date": "2023-13-05"}]
    )
    assert [b.rule for b in check(right.lazy(), imported_on=TODAY).broken] == ["date_unparseable"]


def test_a_date_with_a_wrong_clock_is_not_one_with_day_and_month_swapped() -> None:
    raw = pl.DataFrame([GOOD, {**GOOD, "Date": "2023-01-05 25:00:00"}]).lazy()
    assert [b.rule for b in check(raw, imported_on=TODAY).broken] == ["date_unparseable"]


CELLS = {
    "StoreID": ["S1", "S2", ""],
    "Date": ["2024-05-31", "2024-05-30", "2030-01-01", "May", None],
    "QuantitySold": ["1", "-1", "x", None],
    "Price": ["1", None, "-1"],
}


@given(
    st.lists(
        st.fixed_dictionaries({c: st.sampled_from(v) for c, v in CELLS.items()}), min_size=1, max_size=12
    )
)
@settings(max_examples=60, deadline=None)
def test_every_row_is_either_valid_or_in_quarantine(changes: list[Row]) -> None:
    checked = _check(*changes)
    seen: set[tuple[str | None, ...]] = set()
    valid = 0
    for row in [GOOD, *({**GOOD, **change} for change in changes)]:
        cells = tuple(row.values())
        bad = (
            not row["StoreID"]
            or row["Date"] not in {"2024-05-31", "2024-05-30"}
            or row["QuantitySold"] not in {"1", "3"}
            or row["Price"] == "-1"
            or cells in seen
        )
        seen.add(cells)
        valid += not bad
    assert checked.sales.height == valid
    assert checked.quarantine.height == checked.rows_in - valid
