"""The past as one matrix: levels, gaps, and who stands in for a store without history."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ml.core.models.panel import Panel, recent_mean, running_mean
from ml.core.schema import Columns
from ml.errors import InputError


def keys(*rows: tuple[str, str, str]) -> Columns:
    store, country, city = (np.array(values, dtype=object) for values in zip(*rows, strict=True))
    return {"StoreID": store, "Country": country, "City": city}


@pytest.fixture
def panel(history: pd.DataFrame) -> Panel:
    return Panel.from_history(history)


def test_rates_are_quantities_per_day_of_sales(panel: Panel, history: pd.DataFrame) -> None:
    row = history.iloc[40]
    (series,) = panel.locate(keys((row["StoreID"], row["Country"], row["City"])))
    month = np.datetime64(row["Month"], "M").astype(int)
    assert panel.at(np.array([series]), np.array([month])) == row["QuantitySold"] / row["TradingDays"]


def test_an_incomplete_month_is_no_past(history: pd.DataFrame) -> None:
    last = history["Month"] == history["Month"].max()
    panel = Panel.from_history(history.assign(Complete=~last))
    assert panel.last == Panel.from_history(history).last - 1


def test_months_count_even_if_none_is_complete(history: pd.DataFrame) -> None:
    assert np.isfinite(Panel.from_history(history.head(1).assign(Complete=False)).rate).all()


def test_no_month_is_an_error_that_says_so(history: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="no month"):
        Panel.from_history(history.head(0))


def test_a_new_store_takes_its_city_then_its_country_then_all(panel: Panel) -> None:
    located = panel.locate(
        keys(("new", "U.S.", "Seattle"), ("new", "U.S.", "Boise"), ("new", "Peru", "Lima"), ("new", "", ""))
    )
    assert [panel.keys[i] for i in located] == [
        ("", "U.S.", "Seattle"),
        ("", "U.S.", ""),
        ("", "", ""),
        ("", "", ""),
    ]


def test_the_city_in_a_store_s_stead_is_the_mean_of_its_stores(panel: Panel, history: pd.DataFrame) -> None:
    (city,) = panel.locate(keys(("new", "Canada", "Montréal")))
    of_city = history[history["City"] == "Montréal"]
    expected = (of_city["QuantitySold"] / of_city["DaysInMonth"]).groupby(of_city["Month"]).mean()
    assert panel.rate[city] == pytest.approx(expected.to_numpy())


def test_a_store_is_found_without_its_place_unless_two_bear_its_name(history: pd.DataFrame) -> None:
    twin = history[history["StoreID"] == "S001"].assign(City="Québec")
    panel = Panel.from_history(pd.concat([history, twin], ignore_index=True))
    located = panel.locate(keys(("S002", "", ""), ("S001", "Canada", "Québec"), ("S001", "", "")))
    assert [panel.keys[i] for i in located] == [
        ("S002", "U.S.", "Seattle"),
        ("S001", "Canada", "Québec"),
        ("", "", ""),
    ]


def test_missing_places_are_empty_text(history: pd.DataFrame) -> None:
    panel = Panel.from_history(history.assign(Country=None, City=None))
    assert panel.keys[0] == ("S000", "", "")
    assert panel.stores == history["StoreID"].nunique()


def test_recent_means_step_over_gaps() -> None:
    rate = np.array([[1.0, 2.0, np.nan, 4.0, 6.0, np.nan], [np.nan] * 6])
    assert recent_mean(rate, 3).tolist() == [4.0, 0.0]
    expected = [1.0, 1.5, 1.5, 7 / 3, 4.0, 4.0]
    assert running_mean(rate, 3)[0] == pytest.approx(expected)
    assert np.isnan(running_mean(rate, 3)[1]).all()


def test_a_panel_survives_its_state(panel: Panel) -> None:
    again = Panel.restore(panel.meta(), panel.arrays())
    assert again.keys == panel.keys
    assert again.last == panel.last
    assert np.array_equal(again.rate, panel.rate, equal_nan=True)
    with pytest.raises(ValueError, match="do not match"):
        Panel.restore({**panel.meta(), "keys": panel.meta()["keys"][1:]}, panel.arrays())


def test_values_of_rows_stand_where_the_rates_of_the_rows_stand(
    panel: Panel, history: pd.DataFrame, make_features: Callable[..., pd.DataFrame]
) -> None:
    rates = (history["QuantitySold"] / history["TradingDays"]).to_numpy()
    shuffled = history.assign(rates=rates).sample(frac=1, random_state=0)
    spread = panel.spread(shuffled, shuffled["rates"].to_numpy())
    assert np.array_equal(spread[: panel.stores], panel.rate[: panel.stores])
    assert np.isnan(spread[panel.stores :]).all()
    longer = make_features(months=40)
    assert panel.spread(longer, np.ones(len(longer))).shape == panel.rate.shape
