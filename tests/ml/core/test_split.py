from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from ml.core import split
from ml.core.models.base import FitOptions, Fitted
from ml.core.origins import plan
from ml.core.schema import Columns
from ml.errors import InputError

MONTHS = 40
STORES = 5


def walk(seed: int = 0) -> pd.DataFrame:
    """Stores whose sales wander: a month is like its neighbours, but not like a month a year away."""
    rng = np.random.default_rng(seed)
    month = np.tile(np.datetime64("2021-01") + np.arange(MONTHS), STORES)
    steps = rng.normal(0, 0.2, (STORES, MONTHS))
    return pd.DataFrame(
        {
            "StoreID": np.repeat([f"S{i}" for i in range(STORES)], MONTHS),
            "Country": "USA",
            "City": "Reno",
            "Month": month.astype("datetime64[s]"),
            "QuantitySold": 1000 * np.exp(steps.cumsum(axis=1)).ravel(),
            "Price": 4.0,
            "Weather": rng.choice(["Sunny", "Rainy"], MONTHS * STORES),
            "Promotion": "None",
            "Holiday": "None",
            "IsWeekend": 0.3,
            "Season": "Winter",
            "Complete": True,
            "DaysInMonth": 30,
            "WeekendDays": 8,
        }
    )


@dataclass
class NearestFitted:
    """The known month of the store that is nearest in time: what a random split lets a forest look up."""

    history: pd.DataFrame
    asked: list[Columns] = field(default_factory=list)
    name: str = "nearest"

    def predict(self, rows: Columns) -> NDArray[np.float64]:
        self.asked.append(rows)
        known = self.history.assign(
            number=self.history["Month"].to_numpy().astype("datetime64[M]").astype(int)
        )
        values = []
        for store, month in zip(rows["StoreID"], rows["Month"].astype(int), strict=True):
            own = known[known["StoreID"] == store]
            values.append(own["QuantitySold"].to_numpy()[(own["number"] - month).abs().argmin()])
        return np.array(values)

    def importance(self) -> dict[str, float]:
        return {}

    def dump(self) -> dict[str, bytes]:
        return {}


@dataclass
class Nearest:
    name: ClassVar[str] = "nearest"
    fitted: list[NearestFitted] = field(default_factory=list)
    options: list[FitOptions] = field(default_factory=list)

    def fit(self, history: pd.DataFrame, options: FitOptions) -> Fitted:
        self.options.append(options)
        self.fitted.append(NearestFitted(history))
        return self.fitted[-1]


def compare(features: pd.DataFrame, *, seed: int = 0, forecaster: Any = None) -> dict[str, Any]:
    origins = plan(features, horizon=3, origins=3)
    return split.compare(features, forecaster or Nearest(), origins, seed=seed)


def test_a_random_split_is_too_optimistic_for_a_model_that_looks_up_neighbouring_months() -> None:
    """Steps of 20 % a month: a neighbour is off by about 16 %, the last month known by more each month."""
    scores = split.compare(walk(), Nearest(), plan(walk(), horizon=6, origins=4), seed=0)
    assert scores["random"]["wape"] == pytest.approx(0.16, abs=0.04)
    assert np.mean([o["wape"] for o in scores["origins"]]) > 1.5 * scores["random"]["wape"]


def test_the_random_split_tests_a_fifth_that_was_not_trained_on() -> None:
    nearest = Nearest()
    scores = compare(walk(), forecaster=nearest)
    assert (scores["random"]["n"], scores["random"]["trained_on"]) == (40, 160)
    random = nearest.fitted[0]
    trained = set(zip(random.history["StoreID"], random.history["Month"], strict=True))
    months = random.asked[0]["Month"].astype("datetime64[s]")
    tested = {(s, pd.Timestamp(m)) for s, m in zip(random.asked[0]["StoreID"], months, strict=True)}
    assert len(tested) == 40
    assert not trained & tested


def test_the_time_split_tests_the_last_months_and_trains_on_those_before() -> None:
    nearest = Nearest()
    scores = compare(walk(), forecaster=nearest)
    assert scores["time"] == scores["origins"][0]
    assert scores["time"]["origin"] == "2024-01"
    assert scores["time"]["n"] == 3 * STORES
    newest = nearest.fitted[1]
    assert newest.history["Month"].max() == pd.Timestamp("2024-01-01")
    assert set(newest.asked[0]["Month"].astype(str)) == {"2024-02", "2024-03", "2024-04"}


def test_the_tested_features_are_given_as_they_came() -> None:
    features, nearest = walk(), Nearest()
    compare(features, forecaster=nearest)
    asked = nearest.fitted[1].asked[0]
    truth = features[features["Month"] > pd.Timestamp("2024-01-01")]
    assert asked["Weather"].tolist() == truth["Weather"].tolist()
    assert asked["IsWeekend"].tolist() == [0.3] * 15


def test_the_recipe_is_the_customers() -> None:
    nearest = Nearest()
    assert compare(walk(), forecaster=nearest)["recipe"] == "customer"
    assert {o.recipe for o in nearest.options} == {"customer"}


def test_the_same_seed_gives_the_same_split_and_another_one_another() -> None:
    assert compare(walk(), seed=1) == compare(walk(), seed=1)
    assert compare(walk(), seed=1)["random"] != compare(walk(), seed=2)["random"]
    assert compare(walk(), seed=1)["time"] == compare(walk(), seed=2)["time"]


def test_incomplete_months_are_on_neither_side() -> None:
    features = walk()
    features["Complete"] = features["Month"] < pd.Timestamp("2024-04-01")
    nearest = Nearest()
    scores = compare(features, forecaster=nearest)
    assert scores["random"]["n"] + scores["random"]["trained_on"] == (MONTHS - 1) * STORES
    assert scores["time"]["origin"] == "2023-12"


def test_a_forecaster_that_refuses_says_so() -> None:
    class Refusing(Nearest):
        def fit(self, history: pd.DataFrame, options: FitOptions) -> Fitted:
            del history, options
            raise InputError("too short")

    with pytest.raises(InputError, match="too short"):
        compare(walk(), forecaster=Refusing())


def test_all_stores_of_a_small_chain_are_scored() -> None:
    scores = compare(walk())
    assert (scores["stores"], scores["of_stores"]) == (STORES, STORES)


def test_of_a_large_chain_whole_stores_are_drawn_once_for_both_splits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(split, "MOST_STORES", 3)
    nearest = Nearest()
    scores = compare(walk(), forecaster=nearest)
    assert (scores["stores"], scores["of_stores"]) == (3, STORES)
    assert scores["random"]["n"] + scores["random"]["trained_on"] == 3 * MONTHS
    assert len({frozenset(fitted.history["StoreID"]) for fitted in nearest.fitted}) == 1
    assert compare(walk(), seed=0) == scores
    assert compare(walk(), seed=5)["time"] != scores["time"]
