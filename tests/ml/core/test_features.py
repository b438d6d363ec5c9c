"""Features against one-hot columns made in plain pandas, and their calendar against Python's."""

from __future__ import annotations

import calendar as python_calendar
import datetime as dt
from typing import Any

import pandas as pd
import polars as pl
import pytest

from ml.core.features import MAX_CATEGORIES, Features, features
from ml.core.filling import fill
from ml.core.recipe import monthly
from ml.core.sample import generate
from ml.core.schema import CATEGORY_PREFIX, FEATURE_COLUMNS, KEYS, MONTHLY_COLUMNS, RAW_COLUMNS, Recipe
from ml.core.validation import check


def _sales(rows: list[dict[str, Any]]) -> pl.DataFrame:
    usual: dict[str, Any] = dict.fromkeys(RAW_COLUMNS, "x")
    usual |= {"Date": dt.date(2024, 2, 3), "QuantitySold": 1.0, "Price": 1.0}
    return pl.DataFrame([{**usual, **row} for row in rows])


def _features(sales: pl.DataFrame, recipe: Recipe = "extended") -> Features:
    filled = fill(sales).sales
    return features(filled, monthly(filled, "daily"), recipe)


@pytest.fixture(scope="module")
def sample() -> pl.DataFrame:
    raw = generate(stores=3, years=1, seed=5, until=dt.date(2024, 12, 31))
    return check(raw.lazy(), imported_on=dt.date(2025, 1, 1)).sales


def test_shares_of_categories_are_the_means_of_one_hot_columns(sample: pl.DataFrame) -> None:
    df = sample.with_columns(pl.col("Date").cast(pl.Datetime("ns"))).to_pandas()
    df["Month"] = df["Date"].dt.to_period("M").dt.to_timestamp()
    one_hot = pd.get_dummies(df[[*KEYS, "Category"]], columns=["Category"], prefix="Category", prefix_sep="=")
    expected = one_hot.groupby(list(KEYS)).mean().reset_index()
    frame = _features(sample).frame.to_pandas(date_as_object=False)[list(expected.columns)]
    pd.testing.assert_frame_equal(frame, expected, check_dtype=False, rtol=1e-12)


def test_shares_of_missing_values_are_those_before_filling(sample: pl.DataFrame) -> None:
    expected = (
        sample.group_by("StoreID", pl.col("Date").dt.month_start().alias("Month"))
        .agg(pl.col("Weather", "Promotion").is_null().mean())
        .sort("StoreID", "Month")
    )
    frame = _features(sample).frame
    assert frame["WeatherMissing"].to_list() == pytest.approx(expected["Weather"].to_list())
    assert frame["PromotionMissing"].to_list() == pytest.approx(expected["Promotion"].to_list())
    assert any(frame["WeatherMissing"])


def test_the_calendar_of_each_month_is_pythons(sample: pl.DataFrame) -> None:
    for month, days, weekend in _features(sample).frame.select("Month", "DaysInMonth", "WeekendDays").rows():
        assert days == python_calendar.monthrange(month.year, month.month)[1]
        assert weekend == sum(dt.date(month.year, month.month, d).weekday() >= 5 for d in range(1, days + 1))


def test_features_are_the_monthly_sales_and_more(sample: pl.DataFrame) -> None:
    filled = fill(sample).sales
    months = monthly(filled, "daily")
    built = features(filled, months, "extended").frame
    assert built.select(MONTHLY_COLUMNS).equals(months)
    assert tuple(built.columns[: len(FEATURE_COLUMNS)]) == FEATURE_COLUMNS
    shares = built.columns[len(FEATURE_COLUMNS) :]
    assert shares == sorted(shares)
    assert all(name.startswith(CATEGORY_PREFIX) for name in shares)
    assert built.select(pl.sum_horizontal(shares)).to_series().to_list() == pytest.approx(
        [1.0] * built.height
    )


def test_the_customers_features_have_no_shares(sample: pl.DataFrame) -> None:
    assert tuple(_features(sample, "customer").frame.columns) == FEATURE_COLUMNS


def test_too_many_categories_become_other_the_rarest_first() -> None:
    """`C00` stands in the most rows; the two last in order of frequency and then alphabet are lumped."""
    count = MAX_CATEGORIES + 2
    rows = [{"Category": f"C{n:02}", "Product": str(i)} for n in range(count) for i in range(1 + (n == 0))]
    built = _features(_sales(rows))
    shares = [c for c in built.frame.columns if c.startswith(CATEGORY_PREFIX)]
    assert shares == [f"Category=C{n:02}" for n in range(MAX_CATEGORIES)] + ["Category=other"]
    assert built.frame["Category=other"].to_list() == pytest.approx([2 / (count + 1)])
    assert built.warnings == (
        "32 categories: all but the 30 most frequent are counted as 'other', such as 'C30'",
    )


def test_a_category_that_is_itself_called_other_is_counted_with_the_rest() -> None:
    rows = [{"Category": f"C{n:02}"} for n in range(MAX_CATEGORIES)] + [{"Category": "other"}] * 2
    assert _features(_sales(rows)).frame["Category=other"].to_list() == pytest.approx([3 / 32])


def test_a_missing_category_is_unknown() -> None:
    built = _features(_sales([{"Category": None}, {"Category": "Tea"}]))
    assert built.frame.select("Category=Tea", "Category=unknown").row(0) == (0.5, 0.5)
