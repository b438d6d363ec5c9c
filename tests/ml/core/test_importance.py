"""Importance by field: what a model leans on is found, what it does not use is zero."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from ml.core import calendar, importance, models
from ml.core.models.base import FitOptions
from ml.core.schema import Columns


class OnlyPrice:
    """Says nothing but the price, and half of it for a promotion."""

    name = "only-price"

    def predict(self, rows: Columns) -> NDArray[np.float64]:
        return rows["Price"] * np.where(rows["Promotion"] == "Yes", 0.5, 1.0)

    def importance(self) -> dict[str, float]:
        return {}

    def dump(self) -> dict[str, bytes]:
        return {}


class OnlyDays:
    """Says the days of the month."""

    name = "only-days"

    def predict(self, rows: Columns) -> NDArray[np.float64]:
        return rows["DaysInMonth"]

    importance = OnlyPrice.importance
    dump = OnlyPrice.dump


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Ten stores over 24 months; sales follow the store and the promotion."""
    random = np.random.default_rng(0)
    month = np.tile((np.datetime64("2022-01") + np.arange(24)), 10)
    store = np.repeat(np.arange(10), 24)
    promotion = np.where(random.random(240) < 0.4, "Yes", "No")
    days = calendar.days_in_month(month).astype(float)
    quantity = days * 10.0 * (store + 1) * np.where(promotion == "Yes", 1.5, 1.0)
    return pd.DataFrame(
        {
            "StoreID": [f"S{s}" for s in store],
            "Country": "Canada",
            "City": "Laval",
            "Month": month.astype("datetime64[s]"),
            "QuantitySold": quantity,
            "Price": random.uniform(2, 9, 240),
            "Weather": random.choice(["Sunny", "Rainy"], 240),
            "Promotion": promotion,
            "Holiday": "None",
            "IsWeekend": calendar.weekend_days(month) / days,
            "Season": calendar.season(month),
            "TradingDays": days,
            "Complete": True,
            "DaysInMonth": days,
            "WeekendDays": calendar.weekend_days(month),
            "WeatherMissing": 0.0,
            "PromotionMissing": 0.0,
        }
    )


def test_only_what_a_model_uses_is_important(rows: pd.DataFrame) -> None:
    exact = rows.assign(QuantitySold=rows["Price"] * np.where(rows["Promotion"] == "Yes", 0.5, 1.0))
    shares = importance.permutation(OnlyPrice(), exact, seed=0)
    assert sum(shares.values()) == pytest.approx(1)
    assert {field for field, share in shares.items() if share > 0} == {"Price", "Promotion"}
    assert next(iter(shares)) == max(shares, key=lambda field: shares[field])


def test_the_days_of_a_month_are_shuffled_with_it(rows: pd.DataFrame) -> None:
    shares = importance.permutation(OnlyDays(), rows.assign(QuantitySold=rows["DaysInMonth"]), seed=0)
    assert shares["Month"] == 1


def test_a_model_that_no_field_matters_to_has_no_permutation_importance(rows: pd.DataFrame) -> None:
    assert importance.permutation(OnlyPrice(), rows.head(1), seed=0) == {}


@pytest.fixture(scope="module")
def table(rows: pd.DataFrame) -> importance.Table:
    options = FitOptions(recipe="customer")
    names = ["random-forest", "lagged"]
    return importance.measure(rows, names, options, {n: models.get(n).fit(rows, options) for n in names})


def test_one_hot_columns_are_summed_back_to_their_field(table: importance.Table) -> None:
    for kind in ("impurity", "permutation"):
        shares = table["random-forest"][kind]
        assert set(shares) <= set(importance.FIELDS)
        assert sum(shares.values()) == pytest.approx(1)
        # Stores differ tenfold, a promotion makes half as much again, nothing else has any effect.
        assert list(shares)[:2] == ["StoreID", "Promotion"]
        assert shares["StoreID"] > 0.7
        assert shares["Weather"] < 0.05


def test_permutation_is_measured_on_months_held_out(rows: pd.DataFrame) -> None:
    """A field that tells training by heart, and nothing of the months after, is worth nothing."""
    random = np.random.default_rng(1)
    reported = rows.assign(
        StoreID="S", City=[f"C{i}" for i in range(len(rows))], QuantitySold=random.uniform(1, 1000, len(rows))
    )
    options = FitOptions(recipe="customer")
    fitted = {"random-forest": models.get("random-forest").fit(reported, options)}
    shares = importance.measure(reported, ["random-forest"], options, fitted)["random-forest"]
    assert shares["impurity"]["City"] > 0.3
    assert shares["permutation"].get("City", 0.0) < 0.05


def test_the_same_seed_gives_the_same_table_and_plot(rows: pd.DataFrame, table: importance.Table) -> None:
    options = FitOptions(recipe="customer")
    names = ["random-forest", "lagged"]
    fitted = {n: models.get(n).fit(rows, options) for n in names}
    again = importance.measure(rows, names, options, fitted)
    assert again == table
    assert importance.plot(again) == importance.plot(table)


def test_a_history_too_short_to_hold_months_out_has_no_permutation_importance(rows: pd.DataFrame) -> None:
    short = rows[rows["Month"] < "2022-04-01"]
    options = FitOptions(recipe="customer")
    fitted = {"random-forest": models.get("random-forest").fit(short, options)}
    shares = importance.measure(short, ["random-forest"], options, fitted)["random-forest"]
    assert shares["permutation"] == {}
    assert shares["impurity"]


def texts(svg: str) -> list[str]:
    elements = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")  # noqa: S314 - our own plot
    return ["".join(element.itertext()) for element in elements]


@pytest.mark.parametrize("empty", [{}, {"lstm": {"impurity": {}, "permutation": {}}}])
def test_nothing_measured_is_said_in_the_plot(empty: Mapping[str, dict[str, dict[str, float]]]) -> None:
    assert texts(importance.plot(empty)).count("not measured") == 2


def test_the_plot_names_models_and_fields_and_no_date(table: importance.Table) -> None:
    svg = importance.plot(table)
    labels = texts(svg)
    assert {"random-forest: impurity", "lagged: permutation", "StoreID", "Promotion"} <= set(labels)
    assert "<dc:date>" not in svg
