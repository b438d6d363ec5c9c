"""The extended features: what is known of a month, and nothing that is known only afterwards."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ml.core.models.extended import MISSING, Extended
from ml.core.schema import KNOWN, Columns

ColumnsOf = Callable[[pd.DataFrame], Columns]
LAG = 3


@pytest.fixture
def encoder(history: pd.DataFrame) -> Extended:
    return Extended.fit(history, LAG)


def test_a_past_only_field_does_not_tell_of_its_own_month(
    encoder: Extended, history: pd.DataFrame, columns_of: ColumnsOf
) -> None:
    last = history[history["Month"] == history["Month"].max()]
    past_only = [name for name, known in KNOWN.items() if known == "past" and name in last]
    changed = last.assign(**dict.fromkeys(past_only, 0.5)).assign(Weather="Hail", QuantitySold=0.0)
    assert np.array_equal(encoder.transform(columns_of(changed))[0], encoder.transform(columns_of(last))[0])


def test_it_tells_what_was_known_the_lag_before(
    encoder: Extended, history: pd.DataFrame, columns_of: ColumnsOf
) -> None:
    store = history[history["StoreID"] == "S002"].reset_index(drop=True)
    matrix = encoder.transform(columns_of(store))[0]
    column = encoder.fields.index("WeatherMissing")
    assert (matrix[:LAG, column] == MISSING).all()
    assert matrix[LAG:, column] == pytest.approx(store["WeatherMissing"].to_numpy()[:-LAG])


def test_a_month_to_come_sees_the_last_one_known(
    encoder: Extended, history: pd.DataFrame, columns_of: ColumnsOf
) -> None:
    last = history[history["Month"] == history["Month"].max()]
    far = columns_of(last.assign(Month=pd.Timestamp("2030-01-01")))
    column = encoder.fields.index("WeatherMissing")
    expected = last["WeatherMissing"].to_numpy()
    assert encoder.transform(far)[0][:, column] == pytest.approx(expected)


def test_stores_rank_by_their_sales(encoder: Extended, history: pd.DataFrame) -> None:
    order = history.groupby("StoreID")["QuantitySold"].mean().sort_values().index
    assert encoder.ranks["StoreID"] == {store: rank for rank, store in enumerate(order)}


def test_an_unseen_value_ranks_in_the_middle(
    encoder: Extended, history: pd.DataFrame, columns_of: ColumnsOf
) -> None:
    matrix = encoder.transform(columns_of(history.head(1).assign(StoreID="new")))[0]
    assert matrix[0, encoder.fields.index("StoreID")] == 3.5  # of the ranks 0 to 7


def test_every_column_has_a_field(encoder: Extended, history: pd.DataFrame, columns_of: ColumnsOf) -> None:
    assert encoder.transform(columns_of(history))[0].shape == (len(history), len(encoder.fields))


def test_a_table_without_shares_is_enough(history: pd.DataFrame, columns_of: ColumnsOf) -> None:
    plain = history.drop(columns=["Category=Coffee", "WeatherMissing", "PromotionMissing"])
    matrix = Extended.fit(plain, LAG).transform(columns_of(plain))[0]
    assert np.isfinite(matrix).all()
