from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from ml.core import backtest, models
from ml.core.backtest import CHAMPION, Candidate, Champion
from ml.core.intervals import Intervals
from ml.core.models.base import FitOptions, Fitted
from ml.core.origins import Plan, plan
from ml.core.predictor import Predictor
from ml.core.profile import Profile
from ml.core.schema import Columns
from ml.errors import InputError

LAST = np.datetime64("2024-12")


def panel(months: int, *, stores: int = 3, seed: int = 0) -> pd.DataFrame:
    """Stores with a level of their own, a season and noise; the last month is 2024-12."""
    rng = np.random.default_rng(seed)
    month = np.tile(LAST - np.arange(months)[::-1], stores)
    store = np.repeat(np.arange(stores), months)
    season = 1 + 0.3 * np.sin(2 * np.pi * month.astype(int) / 12)
    days = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int)
    return pd.DataFrame(
        {
            "StoreID": [f"S{s}" for s in store],
            "Country": np.where(store % 2, "Mexico", "USA"),
            "City": np.where(store % 2, "Mérida", "Reno"),
            "Month": month.astype("datetime64[s]"),
            "QuantitySold": (100.0 * (store + 1)) * season * rng.uniform(0.9, 1.1, len(store)),
            "Price": rng.uniform(3, 5, len(store)),
            "Weather": rng.choice(["Sunny", "Rainy"], len(store)),
            "Promotion": rng.choice(["None", "BOGO"], len(store)),
            "Holiday": "None",
            "IsWeekend": 2 / 7,
            "Season": "Winter",
            "Rows": days,
            "TradingDays": days,
            "Complete": True,
            "DaysInMonth": days,
            "WeekendDays": 8,
            "WeatherMissing": 0.0,
            "PromotionMissing": 0.0,
        }
    )


@dataclass
class MeanFitted:
    """Every store's mean, and what it was asked."""

    means: dict[str, float]
    asked: list[dict[str, NDArray[Any]]] = field(default_factory=list)
    name: str = "mean"

    def predict(self, rows: Columns) -> NDArray[np.float64]:
        self.asked.append(dict(rows))
        return np.array([self.means[store] for store in rows["StoreID"]])

    def importance(self) -> dict[str, float]:
        return {}

    def dump(self) -> dict[str, bytes]:
        return {"means": repr(sorted(self.means.items())).encode()}


@dataclass
class Mean:
    """The simplest model there is; it wants `least` months and remembers what it was given."""

    name: ClassVar[str] = "mean"
    least: int = 1
    fitted: list[MeanFitted] = field(default_factory=list)
    histories: list[pd.DataFrame] = field(default_factory=list)

    def fit(self, history: pd.DataFrame, options: FitOptions) -> Fitted:
        del options
        if history["Month"].nunique() < self.least:
            raise InputError(f"mean needs {self.least} months")
        self.histories.append(history)
        self.fitted.append(MeanFitted(dict(history.groupby("StoreID")["QuantitySold"].mean())))
        return self.fitted[-1]


def candidate(forecaster: Any, name: str | None = None, **options: Any) -> Candidate:
    return Candidate(name=name or forecaster.name, forecaster=forecaster, options=FitOptions(**options))


def baselines() -> list[Candidate]:
    return [candidate(models.get(name)) for name in models.BASELINES]


def of(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return rows[rows["candidate"] == name].reset_index(drop=True)


def two_origins(features: pd.DataFrame) -> Plan:
    return plan(features, horizon=3, origins=2)


def test_every_candidate_forecasts_every_month_of_every_store_from_every_origin() -> None:
    features = panel(36)
    rows = backtest.run(features, baselines(), plan(features, horizon=3, origins=4)).rows
    assert len(rows) == 3 * 4 * 3 * 3  # candidates, origins, months, stores
    assert set(rows["horizon"]) == {1, 2, 3}
    assert not rows[["actual", "predicted", "scale"]].isna().any(axis=None)
    one = rows.iloc[-1]
    truth = features[(features["StoreID"] == one["StoreID"]) & (features["Month"] == one["Month"])]
    assert one["actual"] == truth["QuantitySold"].item()


def test_the_horizon_counts_months_after_the_origin() -> None:
    features = panel(36)
    rows = backtest.run(features, baselines(), two_origins(features)).rows
    origin, month = (rows[c].to_numpy().astype("datetime64[M]") for c in ("origin", "Month"))
    np.testing.assert_array_equal((month - origin).astype(int), rows["horizon"])
    assert rows["origin"].iloc[0] == pd.Timestamp("2024-09-01")


def test_training_ends_with_the_origin() -> None:
    features, mean = panel(24), Mean()
    backtest.run(features, [candidate(mean)], two_origins(features))
    assert [h["Month"].max() for h in mean.histories] == [
        pd.Timestamp("2024-09-01"),
        pd.Timestamp("2024-06-01"),
    ]


def test_poison_in_the_tested_months_leaves_every_model_and_forecast_as_it_was() -> None:
    """Quantities, weather and the counts of days are unknown beforehand: forecasts may not depend on them."""
    features = panel(30)
    one_origin = plan(features, horizon=3, origins=1)
    tested = features["Month"] > pd.Timestamp("2024-09-01")
    poisoned = features.copy()
    unknown = {
        "QuantitySold": 1e9,
        "Weather": "Frogs",
        "IsWeekend": 1.0,
        "Rows": 999,
        "TradingDays": 1,
        "WeatherMissing": 1.0,
        "PromotionMissing": 1.0,
    }
    for column, poison in unknown.items():
        poisoned.loc[tested, column] = poison
    for name in sorted(models.FORECASTERS.keys() - {"lstm"}):  # an optional extra
        clean, dirty = Spy(models.get(name)), Spy(models.get(name))
        before = backtest.run(features, [candidate(clean, name)], one_origin).rows
        after = backtest.run(poisoned, [candidate(dirty, name)], one_origin).rows
        assert clean.dumps == dirty.dumps, name
        np.testing.assert_array_equal(before["predicted"], after["predicted"], err_msg=name)
        assert (after["actual"] == 1e9).all()


@dataclass
class Spy:
    """A real forecaster whose models are dumped as they are fitted."""

    inner: Any
    name: ClassVar[str] = "spy"
    dumps: list[Mapping[str, str]] = field(default_factory=list)

    def fit(self, history: pd.DataFrame, options: FitOptions) -> Fitted:
        fitted = self.inner.fit(history, options)
        self.dumps.append({k: hashlib.sha256(v).hexdigest() for k, v in fitted.dump().items()})
        return fitted


def test_planned_columns_are_given_and_weather_is_withheld() -> None:
    features, mean = panel(24), Mean()
    tested = features["Month"] == pd.Timestamp("2024-10-01")
    features.loc[tested, ["Price", "Promotion", "Weather"]] = [99.0, "BOGO", "Rainy"]
    seasonal = (features["Month"].dt.month == 10) & ~tested
    features.loc[seasonal, "Weather"] = "Sunny"
    backtest.run(features, [candidate(mean)], plan(features, horizon=1, origins=3))
    backtest.run(features, [candidate(mean)], plan(features, horizon=3, origins=1))
    asked = mean.fitted[-1].asked[0]
    october = asked["Month"] == np.datetime64("2024-10")
    assert asked["Price"][october].tolist() == [99.0] * 3
    assert asked["Promotion"][october].tolist() == ["BOGO"] * 3
    assert asked["Weather"][october].tolist() == ["Sunny"] * 3


def test_a_missing_planned_value_is_filled_like_in_service() -> None:
    features, mean = panel(24), Mean()
    features.loc[features["Month"] == pd.Timestamp("2024-12-01"), ["Price", "Promotion"]] = [np.nan, None]
    backtest.run(features, [candidate(mean)], plan(features, horizon=1, origins=1))
    asked = mean.fitted[0].asked[0]
    assert np.isfinite(asked["Price"]).all()
    assert set(asked["Promotion"]) <= {"None", "BOGO"}


def test_only_complete_months_are_scored() -> None:
    features = panel(24)
    cut_off = (features["StoreID"] == "S1") & (features["Month"] == pd.Timestamp("2024-11-01"))
    features.loc[cut_off, "Complete"] = False
    rows = backtest.run(features, baselines()[:1], plan(features, horizon=3, origins=1)).rows
    assert len(rows) == 3 * 3 - 1


def test_a_store_that_opens_in_the_tested_months_is_scored_with_its_fallback() -> None:
    features = panel(24)
    features = features[(features["StoreID"] != "S2") | (features["Month"] > pd.Timestamp("2024-09-01"))]
    rows = backtest.run(features, [candidate(Mean())], plan(features, horizon=3, origins=1)).rows
    new = rows[rows["StoreID"] == "S2"]
    assert len(new) == 3
    assert (new["predicted"] > 0).all()
    assert new["scale"].isna().all()


def test_a_candidate_that_refuses_an_origin_is_left_out_of_it_with_the_reason() -> None:
    features = panel(36)
    found = backtest.run(features, [candidate(Mean(least=31)), *baselines()], two_origins(features))
    assert of(found.rows, "mean")["origin"].unique().tolist() == [pd.Timestamp("2024-09-01")]
    assert len(of(found.rows, "last-month")["origin"].unique()) == 2
    (skipped,) = found.skipped
    assert (skipped.candidate, str(skipped.origin), skipped.reason) == (
        "mean",
        "2024-06",
        "mean needs 31 months",
    )


def test_when_nothing_can_be_fitted_the_reason_is_told() -> None:
    features = panel(24)
    with pytest.raises(InputError, match=r"nothing could be backtested.*mean needs 99 months"):
        backtest.run(features, [candidate(Mean(least=99))], two_origins(features))


def champion(features: pd.DataFrame, until: str, forecaster: Any, *, refit: bool = True) -> Champion:
    history = features[features["Month"] <= pd.Timestamp(until)]
    own = candidate(forecaster)
    fitted = own.forecaster.fit(history, own.options)
    return Champion(
        predictor=Predictor(model=fitted, profile=Profile.from_history(history)), refit=own if refit else None
    )


def test_a_champion_that_has_seen_the_future_is_refitted_and_a_stale_one_forecasts_as_it_is() -> None:
    features = panel(36)
    names = ["last-month"]
    origins = plan(features, horizon=3, origins=4)  # 2024-09, -06, -03, 2023-12
    served = champion(features, "2024-06-01", models.get("last-month"))
    rows = backtest.run(features, [candidate(models.get(n)) for n in names], origins, served).rows
    own, refitted = of(rows, CHAMPION), of(rows, "last-month")
    stale = own["origin"] == pd.Timestamp("2024-09-01")
    np.testing.assert_array_equal(own["predicted"][~stale], refitted["predicted"][~stale])
    assert (own["predicted"][stale] != refitted["predicted"][stale]).all()
    per_day = own[stale].assign(days=own["Month"].dt.days_in_month)
    rates = (per_day["predicted"] / per_day["days"]).groupby(per_day["StoreID"]).first().to_numpy()
    june = features[features["Month"] == pd.Timestamp("2024-06-01")].sort_values("StoreID")
    np.testing.assert_allclose(rates, june["QuantitySold"] / 30)


def test_a_champion_trained_up_to_an_origin_is_refitted_there() -> None:
    features, mean = panel(24), Mean()
    served = champion(features, "2024-09-01", mean)
    backtest.run(features, baselines(), plan(features, horizon=3, origins=1), served)
    assert len(mean.fitted) == 2  # once for service, once at the origin


def test_a_champion_that_is_also_a_candidate_is_fitted_once_per_origin() -> None:
    features, mean = panel(24), Mean()
    served = champion(features, "2024-12-01", mean)
    rows = backtest.run(features, [candidate(mean)], two_origins(features), served).rows
    assert len(mean.fitted) == 1 + 2
    np.testing.assert_array_equal(of(rows, CHAMPION)["predicted"], of(rows, "mean")["predicted"])


def test_a_champion_of_another_recipe_is_no_candidate() -> None:
    features, mean = panel(24), Mean()
    served = champion(features, "2024-12-01", mean)
    other = candidate(mean, recipe="customer")
    backtest.run(features, [other], two_origins(features), served)
    assert len(mean.fitted) == 1 + 2 + 2


def test_a_champion_whose_kind_is_not_installed_is_scored_only_where_it_need_not_be_refitted() -> None:
    features = panel(36)
    served = champion(features, "2024-06-01", Mean(), refit=False)
    found = backtest.run(features, baselines(), two_origins(features), served)
    assert of(found.rows, CHAMPION)["origin"].unique().tolist() == [pd.Timestamp("2024-09-01")]
    assert "not installed here" in found.skipped[0].reason


def test_a_champion_too_old_to_forecast_is_left_out_with_the_reason() -> None:
    features = panel(60)
    served = champion(features, "2022-03-01", models.get("last-month"))
    found = backtest.run(features, baselines(), plan(features, horizon=3, origins=1), served)
    assert of(found.rows, CHAMPION).empty
    assert "24 months past the last one of training" in found.skipped[0].reason


def test_calibration_gives_each_candidate_its_intervals_and_each_row_held_out_bounds() -> None:
    features = panel(36)
    rows = backtest.run(features, baselines(), plan(features, horizon=3, origins=4)).rows
    bounded, found = backtest.calibrate(rows, 0.8)
    pd.testing.assert_frame_equal(bounded[rows.columns.tolist()], rows)
    assert ((bounded["lower"] <= bounded["predicted"]) & (bounded["predicted"] <= bounded["upper"])).all()
    assert set(found) == set(models.BASELINES)
    assert all(isinstance(one, Intervals) and one.measured_coverage is not None for one in found.values())


def test_calibration_says_why_a_candidate_has_no_intervals() -> None:
    features = panel(4, stores=1)
    rows = backtest.run(features, baselines(), plan(features, horizon=3, origins=1)).rows
    bounded, found = backtest.calibrate(rows, 0.8)
    assert found["last-month"] == "an interval of 80% needs 4 forecast errors; the backtest gave 1"
    assert bounded["lower"].isna().all()
