"""The customer's encoding: one-hot categories and a standardised price, fitted on training rows only.

The libraries for training are imported where they are used: a server starts twice as fast without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.core.models.frame import codes
from ml.core.schema import CUSTOMER_FEATURES, Columns

NUMERIC = ("Price", "IsWeekend")
CATEGORICAL = tuple(name for name in CUSTOMER_FEATURES if name not in NUMERIC)


@dataclass(frozen=True)
class Encoder:
    """Fitted encoders of scikit-learn, as plain lists and numbers.

    A request is encoded by lookup, without a DataFrame; the result equals that of scikit-learn.

    Attributes:
        categories: by field, in the order of their columns. The columns of the numeric fields come last.
        mean: of Price.
        scale: standard deviation of Price.
    """

    categories: Mapping[str, tuple[str, ...]]
    mean: float
    scale: float

    @classmethod
    def fit(cls, rows: Columns) -> Self:
        """Learns the categories, and the mean and deviation of the price (0 and 1 if there is no price)."""
        from sklearn.preprocessing import OneHotEncoder, StandardScaler  # noqa: PLC0415 - not needed to serve

        text = np.stack([rows[name] for name in CATEGORICAL], axis=1)
        categories = OneHotEncoder(handle_unknown="ignore").fit(text).categories_
        price = rows["Price"][~np.isnan(rows["Price"])]
        scaler = StandardScaler().fit(price[:, None] if len(price) else [[0.0]])
        return cls(
            categories={
                name: tuple(str(v) for v in values)
                for name, values in zip(CATEGORICAL, categories, strict=True)
            },
            mean=_only(scaler.mean_),
            scale=_only(scaler.scale_),
        )

    def transform(self, rows: Columns) -> NDArray[np.float32]:
        """The matrix of (rows, columns): zeros for an unseen value; a missing price counts as the mean."""
        count = len(rows["StoreID"])
        matrix = np.zeros((count, len(self.fields)), dtype=np.float32)
        every = np.arange(count)
        for column in self._hot_columns(rows):
            known = column >= 0
            matrix[every[known], column[known]] = 1.0
        for i, numbers in enumerate(self._numbers(rows), start=-len(NUMERIC)):
            matrix[:, i] = numbers
        return matrix

    def transform_sparse(self, rows: Columns) -> Any:
        """`transform` without its zeros: with a column per store, trees grow ten times faster on it."""
        from scipy import sparse  # noqa: PLC0415 - not needed to serve

        count = len(rows["StoreID"])
        row, column = [], []
        for hot in self._hot_columns(rows):
            row.append(np.flatnonzero(hot >= 0).astype(np.int32))  # scikit-learn wants 32-bit indices
            column.append(hot[hot >= 0].astype(np.int32))
        values = np.ones(sum(map(len, row)), dtype=np.float32)
        shape = (count, len(self.fields) - len(NUMERIC))
        hot = sparse.csc_array((values, (np.concatenate(row), np.concatenate(column))), shape=shape)
        numbers = np.stack(self._numbers(rows), axis=1).astype(np.float32)
        return sparse.csc_array(sparse.hstack([hot, sparse.csc_array(numbers)]))

    @property
    def fields(self) -> tuple[str, ...]:
        """The source field of each column, by which importance is summed back."""
        return self._fields

    @cached_property
    def _fields(self) -> tuple[str, ...]:
        return (*(name for name, values in self.categories.items() for _ in values), *NUMERIC)

    @cached_property
    def _columns(self) -> dict[str, dict[str, float]]:
        starts = accumulate((len(values) for values in self.categories.values()), initial=0)
        return {
            name: {value: float(start + i) for i, value in enumerate(values)}
            for (name, values), start in zip(self.categories.items(), starts, strict=False)
        }

    def _hot_columns(self, rows: Columns) -> list[NDArray[np.int64]]:
        return [codes(rows[name], known, -1).astype(np.int64) for name, known in self._columns.items()]

    def _numbers(self, rows: Columns) -> list[NDArray[np.float64]]:
        return [
            np.nan_to_num((rows["Price"] - self.mean) / self.scale, nan=0.0),
            np.nan_to_num(rows["IsWeekend"], nan=0.0),
        ]

    def to_json(self) -> dict[str, Any]:
        return {
            "categories": [[name, list(values)] for name, values in self.categories.items()],
            "mean": self.mean,
            "scale": self.scale,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The encoder that `to_json` wrote."""
        return cls(
            categories={name: tuple(values) for name, values in data["categories"]},
            mean=float(data["mean"]),
            scale=float(data["scale"]),
        )


def _only(values: Any) -> float:
    (value,) = np.asarray(values, dtype=np.float64)
    return float(value)
