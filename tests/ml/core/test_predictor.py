from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from ml.core.intervals import Intervals
from ml.core.predictor import MAX_HORIZON, ForecastRow, Predictor, RowsRefusedError
from ml.core.profile import Profile
from ml.core.schema import Columns


@dataclass
class StoreMean:
    """The mean month of each store: a whole model, small enough to check by hand."""

    means: dict[str, float]
    name: str = "store-mean"
    asked: list[Columns] = field(default_factory=list)

    def predict(self, rows: Columns) -> NDArray[np.float64]:
        self.asked.append(rows)
        return np.array([self.means[store] for store in rows["StoreID"]])

    def importance(self) -> dict[str, float]:
        return {}

    def dump(self) -> dict[str, bytes]:
        return {}


@pytest.fixture
def profile() -> Profile:
    months = ["2025-10-01", "2025-11-01", "2025-12-01"]
    stores = [("A", "Ecuador", "Quito", 31.0), ("B", "Ecuador", "Cuenca", 62.0), ("C", "Peru", "Lima", 93.0)]
    rows = [
        (store, country, city, month, daily * pd.Timestamp(month).days_in_month)
        for store, country, city, daily in stores
        for month in months
    ]
    frame = pd.DataFrame(rows, columns=["StoreID", "Country", "City", "Month", "QuantitySold"])
    return Profile.from_history(
        frame.assign(
            Month=pd.to_datetime(frame["Month"]),
            Price=2.5,
            Weather="Sunny",
            Promotion="No",
            Holiday="None",
            IsWeekend=0.25,
            Complete=True,
        )
    )


def one_month(**columns: object) -> Profile:
    """The profile of the stores A, B and C with one month each; `columns` are other than usual."""
    usual: dict[str, object] = {
        "Month": pd.Timestamp("2025-12-01"),
        "Country": "Peru",
        "City": "Lima",
        "QuantitySold": 31.0,
        "Price": 2.5,
        "Weather": "Sunny",
        "Promotion": "No",
        "Holiday": "None",
        "IsWeekend": 0.25,
        "Complete": True,
    }
    return Profile.from_history(pd.DataFrame({"StoreID": ["A", "B", "C"], **(usual | columns)}))


@pytest.fixture
def model() -> StoreMean:
    return StoreMean({"A": 1000.0, "B": 2000.0, "C": 3000.0})


@pytest.fixture
def predictor(model: StoreMean, profile: Profile) -> Predictor:
    intervals = Intervals(coverage=0.8, floor=1.0, widths={1: 0.1, 2: 0.2}, counts={1: 9, 2: 9})
    return Predictor(model=model, profile=profile, intervals=intervals)


def row(store: str = "A", month: str = "2026-01-01", **fields: object) -> ForecastRow:
    return ForecastRow(store_id=store, month=dt.date.fromisoformat(month), **fields)  # pyright: ignore[reportArgumentType] - fields by name


def test_a_known_store_gets_the_models_quantity_and_an_interval_as_wide_as_its_horizon(
    predictor: Predictor,
) -> None:
    near, far = predictor.forecast([row("A", "2026-01-01"), row("A", "2026-02-15")])
    assert (near.quantity, near.lower, near.upper) == (1000, pytest.approx(900), pytest.approx(1100))
    assert (far.quantity, far.lower, far.upper) == (1000, pytest.approx(800), pytest.approx(1200))
    assert far.month == dt.date(2026, 2, 1)
    assert (near.fallback, near.warnings) == (None, ())


@pytest.mark.parametrize(
    ("location", "level", "daily"),
    [
        ({"country": "Ecuador", "city": "Cuenca"}, "city", 62.0),
        ({"city": "Cuenca"}, "city", 62.0),
        ({"country": "Ecuador", "city": "Ambato"}, "country", (31 + 62) / 2),
        ({"country": "Ecuador"}, "country", (31 + 62) / 2),
        ({"country": "Chile", "city": "Arica"}, "all", (31 + 62 + 93) / 3),
        ({}, "all", (31 + 62 + 93) / 3),
    ],
)
def test_a_store_without_history_takes_the_mean_of_the_narrowest_place_known(
    predictor: Predictor, location: dict[str, object], level: str, daily: float
) -> None:
    (forecast,) = predictor.forecast([row("new", "2026-02-01", **location)])
    assert forecast.fallback == level
    assert forecast.quantity == pytest.approx(daily * 28)
    assert forecast.lower is not None
    assert forecast.upper is not None
    assert forecast.lower <= forecast.quantity <= forecast.upper
    assert "no history of this store" in forecast.warnings[0]


def test_the_model_is_never_asked_about_a_new_store(predictor: Predictor, model: StoreMean) -> None:
    forecasts = predictor.forecast([row("new"), row("B"), row("newer"), row("A")])
    assert [forecast.fallback for forecast in forecasts] == ["all", None, "all", None]
    assert [forecast.quantity for forecast in forecasts][1::2] == [2000, 1000]
    assert [columns["StoreID"].tolist() for columns in model.asked] == [["B", "A"]]


def test_a_store_under_another_city_keeps_its_own_series_and_says_so(
    predictor: Predictor, model: StoreMean
) -> None:
    (forecast,) = predictor.forecast([row("A", country="Peru", city="Lima")])
    assert (forecast.quantity, forecast.fallback) == (1000, None)
    assert [text.split(":")[0] for text in forecast.warnings] == ["Country 'Peru'", "City 'Lima'"]
    assert model.asked[0]["City"].tolist() == ["Quito"]


def test_a_place_that_training_does_not_know_is_not_contradicted(model: StoreMean) -> None:
    predictor = Predictor(model=model, profile=one_month(Country="unknown", City="unknown"))
    (forecast,) = predictor.forecast([row("A", country="Peru", city="Lima")])
    assert forecast.warnings == ("no interval: this model has no backtest",)


def test_a_value_unseen_in_training_counts_as_unknown_and_is_named(
    predictor: Predictor, model: StoreMean
) -> None:
    (forecast,) = predictor.forecast([row(weather="Locusts", promotion="No", holiday="Carnival")])
    assert [text.split(" is ")[0] for text in forecast.warnings] == [
        "Weather 'Locusts'",
        "Holiday 'Carnival'",
    ]
    assert model.asked[0]["Weather"].tolist() == ["Sunny"]


@pytest.mark.parametrize("month", ["2025-12-01", "2025-11-01", "1999-01-01", "0001-01-01"])
def test_a_month_that_is_not_after_training_is_forecast_with_a_warning(
    predictor: Predictor, month: str
) -> None:
    (forecast,) = predictor.forecast([row(month=month)])
    assert forecast.quantity == 1000
    assert forecast.lower == pytest.approx(900)
    assert forecast.warnings == ("the month is not after training, which ends in 2025-12",)


def test_months_too_far_after_training_are_all_refused(predictor: Predictor) -> None:
    with pytest.raises(RowsRefusedError) as refused:
        predictor.forecast([row(month="2028-01-01"), row(month="2027-12-01"), row(month="9999-12-01")])
    assert [(problem.row, problem.field, problem.value) for problem in refused.value.rows] == [
        (0, "Month", "2028-01"),
        (2, "Month", "9999-12"),
    ]
    assert f"2027-12, {MAX_HORIZON} months" in str(refused.value)
    assert "and 1 more" in str(refused.value)


def test_the_last_month_allowed_is_forecast(predictor: Predictor) -> None:
    assert predictor.forecast([row(month="2027-12-31")])[0].quantity == 1000


@pytest.mark.parametrize("answer", [np.nan, np.inf, -np.inf])
def test_what_the_model_cannot_tell_is_replaced_and_flagged(
    predictor: Predictor, model: StoreMean, answer: float
) -> None:
    model.means["A"] = answer
    broken, sound = predictor.forecast([row("A"), row("B")])
    assert (broken.fallback, broken.quantity) == ("city", pytest.approx(31.0 * 31))
    assert "the model gave no value" in broken.warnings[0]
    assert (sound.fallback, sound.quantity) == (None, 2000)


def test_a_forecast_is_never_negative(predictor: Predictor, model: StoreMean) -> None:
    model.means["A"] = -5.0
    (forecast,) = predictor.forecast([row("A")])
    assert (forecast.quantity, forecast.lower) == (0, 0)


def test_without_a_backtest_there_is_no_interval_and_a_warning(model: StoreMean, profile: Profile) -> None:
    known, new = Predictor(model=model, profile=profile).forecast([row("A"), row("new", city="Lima")])
    assert (known.lower, known.upper) == (None, None)
    assert known.warnings == ("no interval: this model has no backtest",)
    assert new.lower is not None  # the spread of its city, not of the model


def test_no_rows_give_no_forecasts(predictor: Predictor) -> None:
    assert predictor.forecast([]) == []


def test_the_grid_is_every_store_in_every_month_to_come(predictor: Predictor) -> None:
    grid = predictor.grid(2)
    assert [(row.store_id, row.city, f"{row.month:%Y-%m}") for row in grid] == [
        (store, city, month)
        for store, city in (("A", "Quito"), ("B", "Cuenca"), ("C", "Lima"))
        for month in ("2026-01", "2026-02")
    ]
    assert {forecast.fallback for forecast in predictor.forecast(grid)} == {None}


def test_a_store_silent_for_a_year_is_left_out_of_the_grid_and_flagged_when_asked(
    model: StoreMean,
) -> None:
    profile = one_month(Month=pd.to_datetime(["2024-12", "2025-01", "2025-12"]))
    predictor = Predictor(model=model, profile=profile)
    assert [row.store_id for row in predictor.grid(1)] == ["B", "C"]
    (forecast,) = predictor.forecast([row("A")])
    assert "no sales of this store after 2024-12" in forecast.warnings
