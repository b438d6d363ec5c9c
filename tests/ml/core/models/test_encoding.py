"""The customer's encoding is scikit-learn's own, only without a DataFrame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.compose import make_column_transformer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from ml.core.models.encoding import CATEGORICAL, Encoder
from ml.core.schema import CUSTOMER_FEATURES, Columns

ColumnsOf = Callable[[pd.DataFrame], Columns]


def scikit_learn(train: pd.DataFrame, rows: pd.DataFrame) -> NDArray[np.float32]:
    """The same by a column transformer on DataFrames."""
    transformer = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), list(CATEGORICAL)),
        (StandardScaler(), ["Price"]),
        ("passthrough", ["IsWeekend"]),
    )
    text = dict.fromkeys(CATEGORICAL, object)
    fitted = transformer.fit(train[list(CUSTOMER_FEATURES)].astype(text))
    return np.asarray(fitted.transform(rows[list(CUSTOMER_FEATURES)].astype(text)), dtype=np.float32)


def test_it_equals_scikit_learn_s_transform(history: pd.DataFrame, columns_of: ColumnsOf) -> None:
    cut = history["Month"] < "2023-06-01"
    encoder = Encoder.fit(columns_of(history[cut]))
    assert np.array_equal(
        encoder.transform(columns_of(history[~cut])), scikit_learn(history[cut], history[~cut])
    )


def test_sparse_and_dense_are_the_same(history: pd.DataFrame, columns_of: ColumnsOf) -> None:
    rows = columns_of(history)
    encoder = Encoder.fit(rows)
    assert np.array_equal(encoder.transform_sparse(rows).toarray(), encoder.transform(rows))


def test_an_unseen_value_is_zero_in_all_columns_of_its_field(
    history: pd.DataFrame, columns_of: ColumnsOf
) -> None:
    encoder = Encoder.fit(columns_of(history))
    row = columns_of(history.head(1).assign(StoreID="new", Weather="Hail"))
    matrix = encoder.transform(row)[0]
    by_field = {name: matrix[np.array(encoder.fields) == name] for name in CUSTOMER_FEATURES}
    assert not by_field["StoreID"].any()
    assert not by_field["Weather"].any()
    assert by_field["City"].sum() == 1


def test_only_training_rows_are_learned_from(history: pd.DataFrame, columns_of: ColumnsOf) -> None:
    train = columns_of(history.head(20))
    encoder = Encoder.fit(train)
    assert encoder.mean == pytest.approx(np.mean(train["Price"]))
    assert encoder.categories["StoreID"] == ("S000",)


def test_a_missing_price_counts_as_the_mean(history: pd.DataFrame, columns_of: ColumnsOf) -> None:
    encoder = Encoder.fit(columns_of(history))
    column = encoder.fields.index("Price")
    rows = columns_of(history.head(2).assign(Price=[np.nan, encoder.mean]))
    assert encoder.transform(rows)[:, column].tolist() == [0.0, 0.0]


def test_a_price_that_is_wholly_missing_does_not_matter(history: pd.DataFrame, columns_of: ColumnsOf) -> None:
    rows = columns_of(history.assign(Price=np.nan))
    assert np.isfinite(Encoder.fit(rows).transform(rows)).all()


def test_it_survives_its_state(history: pd.DataFrame, columns_of: ColumnsOf) -> None:
    encoder = Encoder.fit(columns_of(history))
    assert Encoder.from_json(encoder.to_json()) == encoder
