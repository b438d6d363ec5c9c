"""The recipe against the customer's own words, written down in plain pandas."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.core.completeness import granularity
from ml.core.filling import fill
from ml.core.recipe import monthly
from ml.core.sample import generate
from ml.core.schema import KEYS, MONTHLY_COLUMNS, RAW_COLUMNS
from ml.core.validation import check
from ml.warehouse import completejourney

SEASONS = dict.fromkeys((12, 1, 2), "Winter") | dict.fromkeys((3, 4, 5), "Spring")
WARM = dict.fromkeys((6, 7, 8), "Summer") | dict.fromkeys((9, 10, 11), "Autumn")
COMPARED = [*KEYS, "QuantitySold", "Price", "Weather", "Promotion", "Holiday", "IsWeekend", "Season"]


def naive(sales: pd.DataFrame) -> pd.DataFrame:
    """The customer's recipe, step by step, without a thought for speed."""
    df = sales.copy()
    for column in ("Weather", "Promotion"):
        df[column] = df[column].fillna(df[column].mode()[0])
    df["Month"] = df["Date"].dt.to_period("M").dt.to_timestamp()
    df["IsWeekend"] = df["Date"].dt.day_of_week >= 5
    df["Season"] = df["Date"].dt.month.map(SEASONS | WARM)
    df = df.sort_values(["Date", "Product", "Category", "Weather", "Promotion", "Holiday"])
    groups = df.groupby(["StoreID", "Country", "City", "Month"])
    result = groups.agg(
        {
            "QuantitySold": "sum",
            "Price": "mean",
            "Weather": "last",
            "Promotion": "last",
            "Holiday": "last",
            "IsWeekend": "mean",
            "Season": "last",
        }
    )
    return result.reset_index()


def ours(sales: pl.DataFrame) -> pl.DataFrame:
    filled = fill(sales).sales
    return monthly(filled, granularity(filled["Date"]))


def assert_equal(sales: pl.DataFrame) -> None:
    expected = naive(sales.with_columns(pl.col("Date").cast(pl.Datetime("ns"))).to_pandas())
    frame = ours(sales).select(COMPARED).to_pandas(date_as_object=False)
    expected["Holiday"] = expected["Holiday"].fillna("None")
    pd.testing.assert_frame_equal(frame, expected[COMPARED], check_dtype=False, rtol=1e-9, atol=1e-9)


TEXT = {
    "StoreID": ["S1", "S2"],
    "Country": ["Canada", "Mexico"],
    "City": ["Québec", "Mérida"],
    "Category": ["Coffee", "Tea"],
    "Product": ["Latte", "Mocha", "Té"],
}
GAPPY: dict[str, list[str | None]] = {
    "Weather": ["Rain", "Sunny", "Snow", None],
    "Promotion": ["None", "Discount", None],
    "Holiday": ["None", "Navidad", None],
}
NUMBER = st.floats(min_value=0, max_value=1e6, allow_nan=False, allow_subnormal=False)
ROW = st.fixed_dictionaries(
    {name: st.sampled_from(values) for name, values in (TEXT | GAPPY).items()}
    | {
        "Date": st.dates(dt.date(2023, 11, 20), dt.date(2024, 3, 10)),
        "QuantitySold": NUMBER,
        "Price": st.none() | NUMBER,
    }
)
TYPES: dict[str, Any] = {
    **dict.fromkeys(RAW_COLUMNS, pl.String),
    "Date": pl.Date,
    "QuantitySold": pl.Float64,
    "Price": pl.Float64,
}


def _has_values(rows: list[dict[str, Any]]) -> bool:
    return all(any(r[c] is not None for r in rows) for c in ("Weather", "Promotion", "Price"))


@given(st.lists(ROW, min_size=1, max_size=40).filter(_has_values))
@settings(max_examples=50, deadline=None)
def test_small_random_sales_aggregate_as_in_plain_pandas(rows: list[dict[str, Any]]) -> None:
    assert_equal(pl.DataFrame(rows, schema=TYPES))


def test_sample_sales_aggregate_as_in_plain_pandas() -> None:
    raw = generate(stores=4, years=1, seed=3, until=dt.date(2025, 3, 14))
    assert_equal(check(raw.lazy(), imported_on=dt.date(2025, 3, 14)).sales)


def test_real_sales_aggregate_as_in_plain_pandas(stallion: Path) -> None:
    sales = check(pl.scan_parquet(stallion), imported_on=dt.date(2026, 1, 1)).sales
    assert_equal(sales.with_columns(Country=pl.lit("unknown"), City=pl.lit("unknown")))


@pytest.mark.slow
def test_real_tills_aggregate_as_in_plain_pandas() -> None:
    sales = check(completejourney.stores(2).lazy(), imported_on=dt.date(2026, 1, 1)).sales
    assert sales.height > 10_000
    columns = {c: pl.lit("unknown") for c in ("Country", "City", "Weather")}
    assert_equal(sales.with_columns(**columns, Category=pl.col("Category").fill_null("unknown")))


def test_the_order_of_the_rows_and_the_threads_do_not_change_a_bit(stallion: Path) -> None:
    sales = check(pl.scan_parquet(stallion), imported_on=dt.date(2026, 1, 1)).sales
    once = ours(sales)
    for seed in range(3):
        assert ours(sales.sample(fraction=1, shuffle=True, seed=seed)).equals(once)


def test_the_columns_are_those_of_the_schema_sorted_by_the_keys() -> None:
    raw = generate(stores=3, years=1, seed=0, until=dt.date(2024, 12, 31))
    frame = ours(check(raw.lazy(), imported_on=dt.date(2025, 1, 1)).sales)
    assert tuple(frame.columns) == MONTHLY_COLUMNS
    assert frame.equals(frame.sort(KEYS))
    assert frame.schema["Month"] == pl.Date
    assert frame.filter(pl.struct(KEYS).is_duplicated()).is_empty()


def _days(*days: tuple[str, float], **more: list[Any]) -> pl.DataFrame:
    usual: dict[str, Any] = {c: ["x"] * len(days) for c in RAW_COLUMNS}
    usual |= {"Date": [dt.date.fromisoformat(d) for d, _ in days], "QuantitySold": [q for _, q in days]}
    return pl.DataFrame(usual | {"Price": [1.0] * len(days)} | more, schema=TYPES)


def test_trading_days_are_those_on_which_something_was_sold() -> None:
    """Some tills write a zero for a closed day; it must not pass for a day of trade."""
    sold = _days(("2024-05-02", 5), ("2024-05-02", 0), ("2024-05-03", 0), ("2024-05-06", 1))
    assert ours(sold).select("Rows", "TradingDays").row(0) == (4, 2)


def test_a_month_without_any_sale_counts_the_days_with_rows() -> None:
    assert ours(_days(("2024-05-02", 0), ("2024-05-03", 0)))["TradingDays"].to_list() == [2]


def test_of_several_rows_on_the_last_day_the_last_product_counts_whatever_their_order() -> None:
    day = ("2024-05-31", 1)
    values = {"Product": ["A", "C", "B"], "Promotion": ["1", "2", "3"], "Weather": ["r", "s", "t"]}
    assert ours(_days(day, day, day, **values)).select("Promotion", "Weather").row(0) == ("2", "s")


def test_the_last_holiday_is_the_last_one_known() -> None:
    days = (("2024-05-01", 1), ("2024-05-02", 1), ("2024-06-02", 1))
    assert ours(_days(*days, Holiday=["Día del Trabajo", None, None]))["Holiday"].to_list() == [
        "Día del Trabajo",
        "None",
    ]


def test_monthly_rows_take_their_trading_days_from_the_calendar() -> None:
    frame = ours(_days(("2024-01-01", 1), ("2024-02-01", 2)))
    assert frame.select("TradingDays", "Complete").rows() == [(31, True), (29, True)]


@pytest.mark.parametrize("value", [0.1, 1e-7, 123456.789, 9e14])
def test_sums_and_means_are_exact_to_the_last_digits_of_a_float(value: float) -> None:
    frame = ours(_days(*[("2024-05-02", value)] * 3, Price=[value] * 3))
    assert frame["QuantitySold"][0] == pytest.approx(3 * value, rel=1e-8, abs=1e-13)
    assert frame["Price"][0] == pytest.approx(value, rel=1e-8, abs=1e-13)
