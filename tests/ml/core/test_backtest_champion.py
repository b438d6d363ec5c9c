"""The champion in a backtest: refitted where it has seen the tested months, else as it is served."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ml.core import backtest, models
from ml.core.backtest import CHAMPION, Candidate, ServedChampion
from ml.core.models.base import FitOptions
from ml.core.origins import BacktestPlan, plan
from ml.core.predictor import Predictor
from ml.core.profile import Profile


def candidate(forecaster: Any, **options: Any) -> Candidate:
    return Candidate(name=forecaster.name, forecaster=forecaster, options=FitOptions(**options))


def baselines() -> list[Candidate]:
    return [candidate(models.get(name)) for name in models.BASELINES]


def of(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return rows[rows["candidate"] == name].reset_index(drop=True)


def two_origins(features: pd.DataFrame) -> BacktestPlan:
    return plan(features, horizon=3, origins=2)


def champion(features: pd.DataFrame, until: str, forecaster: Any, *, refit: bool = True) -> ServedChampion:
    history = features[features["Month"] <= pd.Timestamp(until)]
    own = candidate(forecaster)
    fitted = own.forecaster.fit(history, own.options)
    return ServedChampion(
        predictor=Predictor(model=fitted, profile=Profile.from_history(history)), refit=own if refit else None
    )


def test_a_champion_that_has_seen_the_future_is_refitted_and_a_stale_one_forecasts_as_it_is(
    panel: Any,
) -> None:
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


def test_a_champion_trained_up_to_an_origin_is_refitted_there(panel: Any, mean_model: Any) -> None:
    features, mean = panel(24), mean_model()
    served = champion(features, "2024-09-01", mean)
    backtest.run(features, baselines(), plan(features, horizon=3, origins=1), served)
    assert len(mean.fitted) == 2  # once for service, once at the origin


def test_a_champion_that_is_also_a_candidate_is_fitted_once_per_origin(panel: Any, mean_model: Any) -> None:
    features, mean = panel(24), mean_model()
    served = champion(features, "2024-12-01", mean)
    rows = backtest.run(features, [candidate(mean)], two_origins(features), served).rows
    assert len(mean.fitted) == 1 + 2
    np.testing.assert_array_equal(of(rows, CHAMPION)["predicted"], of(rows, "mean")["predicted"])


def test_a_champion_of_another_recipe_is_no_candidate(panel: Any, mean_model: Any) -> None:
    features, mean = panel(24), mean_model()
    served = champion(features, "2024-12-01", mean)
    other = candidate(mean, recipe="customer")
    backtest.run(features, [other], two_origins(features), served)
    assert len(mean.fitted) == 1 + 2 + 2


def test_a_champion_whose_kind_is_not_installed_is_scored_only_where_it_need_not_be_refitted(
    panel: Any, mean_model: Any
) -> None:
    features = panel(36)
    served = champion(features, "2024-06-01", mean_model(), refit=False)
    tested = backtest.run(features, baselines(), two_origins(features), served)
    assert of(tested.rows, CHAMPION)["origin"].unique().tolist() == [pd.Timestamp("2024-09-01")]
    assert "not installed here" in tested.skipped[0].reason


def test_a_champion_too_old_to_forecast_is_left_out_with_the_reason(panel: Any) -> None:
    features = panel(60)
    served = champion(features, "2022-03-01", models.get("last-month"))
    tested = backtest.run(features, baselines(), plan(features, horizon=3, origins=1), served)
    assert of(tested.rows, CHAMPION).empty
    assert "24 months past the last one of training" in tested.skipped[0].reason
