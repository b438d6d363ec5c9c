from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

from ml.core import backtest, models
from ml.core.backtest import Candidate
from ml.core.intervals import Intervals
from ml.core.models.base import FitOptions, Fitted
from ml.core.origins import BacktestPlan, plan
from ml.errors import InputError

LAST = np.datetime64("2024-12")


def candidate(forecaster: Any, name: str | None = None, **options: Any) -> Candidate:
    return Candidate(name=name or forecaster.name, forecaster=forecaster, options=FitOptions(**options))


def baselines() -> list[Candidate]:
    return [candidate(models.get(name)) for name in models.BASELINES]


def of(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return rows[rows["candidate"] == name].reset_index(drop=True)


def two_origins(features: pd.DataFrame) -> BacktestPlan:
    return plan(features, horizon=3, origins=2)


def test_every_candidate_forecasts_every_month_of_every_store_from_every_origin(panel: Any) -> None:
    features = panel(36)
    rows = backtest.run(features, baselines(), plan(features, horizon=3, origins=4)).rows
    assert len(rows) == 3 * 4 * 3 * 3  # candidates, origins, months, stores
    assert set(rows["horizon"]) == {1, 2, 3}
    assert not rows[["actual", "predicted", "scale"]].isna().any(axis=None)
    row = rows.iloc[-1]
    truth = features[(features["StoreID"] == row["StoreID"]) & (features["Month"] == row["Month"])]
    assert row["actual"] == truth["QuantitySold"].item()


def test_the_horizon_counts_months_after_the_origin(panel: Any) -> None:
    features = panel(36)
    rows = backtest.run(features, baselines(), two_origins(features)).rows
    origin, month = (rows[c].to_numpy().astype("datetime64[M]") for c in ("origin", "Month"))
    np.testing.assert_array_equal((month - origin).astype(int), rows["horizon"])
    assert rows["origin"].iloc[0] == pd.Timestamp("2024-09-01")


def test_training_ends_with_the_origin(panel: Any, mean_model: Any) -> None:
    features, mean = panel(24), mean_model()
    backtest.run(features, [candidate(mean)], two_origins(features))
    assert [h["Month"].max() for h in mean.histories] == [
        pd.Timestamp("2024-09-01"),
        pd.Timestamp("2024-06-01"),
    ]


def test_poison_in_the_tested_months_leaves_every_model_and_forecast_as_it_was(panel: Any) -> None:
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


def test_planned_columns_are_given_and_weather_is_withheld(panel: Any, mean_model: Any) -> None:
    features, mean = panel(24), mean_model()
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


def test_a_missing_planned_value_is_filled_like_in_service(panel: Any, mean_model: Any) -> None:
    features, mean = panel(24), mean_model()
    features.loc[features["Month"] == pd.Timestamp("2024-12-01"), ["Price", "Promotion"]] = [np.nan, None]
    backtest.run(features, [candidate(mean)], plan(features, horizon=1, origins=1))
    asked = mean.fitted[0].asked[0]
    assert np.isfinite(asked["Price"]).all()
    assert set(asked["Promotion"]) <= {"None", "BOGO"}


def test_only_complete_months_are_scored(panel: Any) -> None:
    features = panel(24)
    cut_off = (features["StoreID"] == "S1") & (features["Month"] == pd.Timestamp("2024-11-01"))
    features.loc[cut_off, "Complete"] = False
    rows = backtest.run(features, baselines()[:1], plan(features, horizon=3, origins=1)).rows
    assert len(rows) == 3 * 3 - 1


def test_a_store_that_opens_in_the_tested_months_is_scored_with_its_fallback(
    panel: Any, mean_model: Any
) -> None:
    features = panel(24)
    features = features[(features["StoreID"] != "S2") | (features["Month"] > pd.Timestamp("2024-09-01"))]
    rows = backtest.run(features, [candidate(mean_model())], plan(features, horizon=3, origins=1)).rows
    new = rows[rows["StoreID"] == "S2"]
    assert len(new) == 3
    assert (new["predicted"] > 0).all()
    assert new["scale"].isna().all()


def test_a_candidate_that_refuses_an_origin_is_left_out_of_it_with_the_reason(
    panel: Any, mean_model: Any
) -> None:
    features = panel(36)
    tested = backtest.run(features, [candidate(mean_model(least=31)), *baselines()], two_origins(features))
    assert of(tested.rows, "mean")["origin"].unique().tolist() == [pd.Timestamp("2024-09-01")]
    assert len(of(tested.rows, "last-month")["origin"].unique()) == 2
    (skipped,) = tested.skipped
    assert (skipped.candidate, str(skipped.origin), skipped.reason) == (
        "mean",
        "2024-06",
        "mean needs 31 months",
    )


def test_when_nothing_can_be_fitted_the_reason_is_given(panel: Any, mean_model: Any) -> None:
    features = panel(24)
    with pytest.raises(InputError, match=r"no candidate could be backtested.*mean needs 99 months"):
        backtest.run(features, [candidate(mean_model(least=99))], two_origins(features))


def test_calibration_gives_each_candidate_its_intervals_and_each_row_held_out_bounds(panel: Any) -> None:
    features = panel(36)
    rows = backtest.run(features, baselines(), plan(features, horizon=3, origins=4)).rows
    bounded, intervals = backtest.calibrate(rows, 0.8)
    pd.testing.assert_frame_equal(bounded[rows.columns.tolist()], rows)
    assert ((bounded["lower"] <= bounded["predicted"]) & (bounded["predicted"] <= bounded["upper"])).all()
    assert set(intervals) == set(models.BASELINES)
    assert all(
        isinstance(interval, Intervals) and interval.measured_coverage is not None
        for interval in intervals.values()
    )


def test_calibration_says_why_a_candidate_has_no_intervals(panel: Any) -> None:
    features = panel(4, stores=1)
    rows = backtest.run(features, baselines(), plan(features, horizon=3, origins=1)).rows
    bounded, intervals = backtest.calibrate(rows, 0.8)
    assert intervals["last-month"] == "an interval of 80% needs 4 forecast errors; the backtest gave 1"
    assert bounded["lower"].isna().all()
