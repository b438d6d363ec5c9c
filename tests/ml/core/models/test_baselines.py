"""The naive models: their numbers follow from the months they look back on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ml.core import calendar, models
from ml.core.models.base import FitOptions
from ml.core.models.baselines import growth
from ml.core.schema import Columns

Make = Callable[..., pd.DataFrame]
ColumnsOf = Callable[[pd.DataFrame], Columns]
ORIGIN = np.datetime64("2022-12")  # the last of 24 months


@pytest.fixture
def flat() -> pd.DataFrame:
    """One store that sells 10 a day in its first year and 12 a day in its second, every day."""
    month = np.datetime64("2021-01") + np.arange(24)
    days = calendar.days_in_month(month).astype(float)
    rate = np.where(np.arange(24) < 12, 10.0, 12.0)
    return pd.DataFrame(
        {
            "StoreID": "S1",
            "Country": "Canada",
            "City": "Montréal",
            "Month": pd.to_datetime(month),
            "QuantitySold": rate * days,
            "TradingDays": days,
            "Complete": True,
        }
    )


def ask(name: str, history: pd.DataFrame, *months: str) -> list[float]:
    month = np.array(months, dtype="datetime64[M]")
    rows = {c: np.full(len(month), history[c].iloc[0], dtype=object) for c in ("StoreID", "Country", "City")}
    return models.get(name).fit(history, FitOptions()).predict({**rows, "Month": month}).tolist()


def test_last_month_s_rate_is_taken_to_each_month_s_days(flat: pd.DataFrame) -> None:
    assert ask("last-month", flat, "2023-01", "2023-02") == pytest.approx([12 * 31, 12 * 28])


def test_seasonal_naive_repeats_the_same_month_per_day(flat: pd.DataFrame) -> None:
    march = (flat["Month"] == "2022-03-01").to_numpy()
    flat.loc[march, "QuantitySold"] = 20.0 * 31
    assert ask("seasonal-naive", flat, "2023-03", "2024-03") == pytest.approx([20 * 31, 20 * 31])


def test_february_of_a_leap_year_has_a_day_more(flat: pd.DataFrame) -> None:
    assert ask("seasonal-naive", flat, "2024-02") == pytest.approx([12 * 29])


def test_growth_is_that_of_the_store_and_goes_on_year_by_year(flat: pd.DataFrame) -> None:
    # one store: its growth is that of all, 12 / 10
    forecast = ask("seasonal-naive-growth", flat, "2023-03", "2024-03")
    assert forecast == pytest.approx([12 * 1.2 * 31, 12 * 1.2**2 * 31])


@pytest.mark.parametrize("name", ["seasonal-naive", "seasonal-naive-growth"])
def test_without_the_same_month_the_mean_of_the_last_three_stands_in(name: str, flat: pd.DataFrame) -> None:
    short = flat.tail(4).copy()
    short["QuantitySold"] = np.array([99.0, 10, 20, 30]) * short["TradingDays"]
    assert ask(name, short, "2023-01") == pytest.approx([20 * 31])


def test_growth_is_bounded_and_drawn_to_that_of_all_where_months_are_few() -> None:
    steady = np.array([10.0] * 12 + [11.0] * 12)
    burst = np.array([1.0] * 12 + [100.0] * 12)  # a first year of partial months
    young = np.full(24, np.nan)
    young[20:] = 7.0
    one_pair = np.full(24, np.nan)
    one_pair[[11, 23]] = [10.0, 20.0]
    rates = growth(np.stack([steady, burst, young, one_pair]))
    # six newest pairs: 66 + 600 + 20 over 60 + 6 + 10, bounded to 2
    assert rates == pytest.approx([1.1 ** (6 / 9) * 2 ** (3 / 9), 2.0, 2.0, 2.0])


def test_a_history_shorter_than_a_year_has_no_growth() -> None:
    assert growth(np.ones((2, 8))).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("name", models.BASELINES)
def test_known_months_are_forecast_from_the_year_before(name: str, flat: pd.DataFrame) -> None:
    assert all(np.isfinite(ask(name, flat, "2022-05", "2021-05", "2019-01")))


def test_negative_sums_are_no_negative_forecasts(flat: pd.DataFrame) -> None:
    flat["QuantitySold"] = -5.0
    assert ask("last-month", flat, "2023-01") == [0.0]
