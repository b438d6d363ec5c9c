"""What a lagged model sees of a month: the past up to the origin and the plan, nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ml.core.models.lags import FIELDS, LagFeatures, Lags
from ml.core.schema import Columns

ColumnsOf = Callable[[pd.DataFrame], Columns]


def all_pairs(lags: Lags, horizon: int = 3) -> LagFeatures:
    series, number, ahead = lags.training(horizon)
    return lags.features(series, number, ahead, lags.past_plan(series, number))


def test_what_happens_after_the_origin_is_not_seen(history: pd.DataFrame) -> None:
    cut = pd.Timestamp("2022-12-01")
    after = history["Month"] > cut
    changed = history.assign(
        QuantitySold=history["QuantitySold"].where(~after, 9999.0),
        TradingDays=history["TradingDays"].where(~after, 1.0),
    )
    lags, other = Lags.from_history(history), Lags.from_history(changed)
    series, number, ahead = lags.training(3)
    origin = number - ahead
    early = origin <= np.datetime64(cut, "M").astype(int)
    early &= number > origin.max() - 40  # all of them
    features = [
        past.features(
            series[early], number[early], ahead[early], past.past_plan(series[early], number[early])
        )
        for past in (lags, other)
    ]
    assert np.array_equal(features[0].matrix, features[1].matrix, equal_nan=True)
    assert np.array_equal(features[0].base, features[1].base)


def test_a_month_to_come_is_seen_as_it_was_in_training(history: pd.DataFrame, columns_of: ColumnsOf) -> None:
    """The last three months, held out, look the same from their origin as they do with them known."""
    held_out = history["Month"] > "2023-09-01"
    before, whole = Lags.from_history(history[~held_out]), Lags.from_history(history)
    rows = columns_of(history[held_out])
    series, number = before.panel.locate(rows), rows["Month"].astype(np.int64)
    ahead = before.ahead(number)
    assert set(ahead.tolist()) == {1, 2, 3}
    asked = before.features(series, number, ahead, before.plan_of(rows))
    trained = whole.features(series, number, ahead, whole.past_plan(series, number))
    assert asked.matrix == pytest.approx(trained.matrix, nan_ok=True)
    assert asked.base == pytest.approx(trained.base)


def test_ratios_do_not_depend_on_the_size_of_a_store(history: pd.DataFrame) -> None:
    large = history.assign(QuantitySold=history["QuantitySold"] * 1000)
    features, scaled = all_pairs(Lags.from_history(history)), all_pairs(Lags.from_history(large))
    absolute = np.isclose(np.log1p(scaled.base) - np.log1p(features.base), np.log(1000), atol=0.2).all()
    assert absolute
    relative = np.array([i for i in range(len(FIELDS)) if i != 20])  # column 20 is the level itself
    assert features.matrix[:, relative] == pytest.approx(scaled.matrix[:, relative], nan_ok=True)


def test_the_base_is_the_mean_of_the_three_months_before_the_origin(history: pd.DataFrame) -> None:
    lags = Lags.from_history(history)
    store = history[history["StoreID"] == "S003"].sort_values("Month")
    rate = (store["QuantitySold"] / store["TradingDays"]).to_numpy()
    series = lags.panel.locate({k: store[k].to_numpy(object)[:1] for k in ("StoreID", "Country", "City")})
    number = np.array([lags.panel.first + 20])
    features = lags.features(series, number, np.array([2]), lags.past_plan(series, number))
    assert features.base == pytest.approx([rate[16:19].mean()])
    assert features.matrix[0, FIELDS.index("QuantitySold") + 1] == pytest.approx(
        rate[18] / rate[16:19].mean()
    )


def test_a_store_closed_for_the_season_is_measured_by_last_year(
    history: pd.DataFrame, columns_of: ColumnsOf
) -> None:
    store = history[history["StoreID"] == "S000"].copy()
    winter = store["Month"] >= "2023-10-01"
    store.loc[winter, "QuantitySold"] = 0.0
    lags = Lags.from_history(store)
    rows = columns_of(store.head(1).assign(Month=pd.Timestamp("2024-01-01")))
    number = rows["Month"].astype(np.int64)
    features = lags.features(lags.panel.locate(rows), number, lags.ahead(number), lags.plan_of(rows))
    assert features.base == features.naive
    assert features.base > 0


def test_every_column_has_a_field(history: pd.DataFrame) -> None:
    assert all_pairs(Lags.from_history(history)).matrix.shape[1] == len(FIELDS)


def test_pairs_reach_back_no_further_than_the_first_month(history: pd.DataFrame) -> None:
    lags = Lags.from_history(history[history["Month"] < "2021-04-01"])  # three months of eight stores
    _, number, ahead = lags.training(6)
    # from the first month: 1 and 2 ahead; from the second: 1 ahead
    pairs = sorted(zip((number - ahead - lags.panel.first).tolist(), ahead.tolist(), strict=True))
    assert pairs == sorted([(0, 1), (0, 2), (1, 1)] * 8)
