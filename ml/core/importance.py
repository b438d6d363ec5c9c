"""Which field a model leans on: impurity importance, and permutation on months it has not seen."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ml.core import models
from ml.core.calendar import as_months
from ml.core.models.base import FitOptions, Fitted
from ml.core.schema import CUSTOMER_FEATURES, TARGET
from ml.errors import InputError

FIELDS = (*CUSTOMER_FEATURES, "Month")
REPEATS = 3

_NUMBERS = {"Price", "IsWeekend", "DaysInMonth", "WeekendDays"}
_GIVEN = (*CUSTOMER_FEATURES, "DaysInMonth", "WeekendDays")


def measure(
    features: pd.DataFrame, names: Sequence[str], options: FitOptions, fitted: Mapping[str, Fitted]
) -> dict[str, dict[str, dict[str, float]]]:
    """Importance of each field, one-hot columns summed back to it.

    Permutation: the model is fitted on all but the last `horizon` months; the importance of a field is by how
    much the error on those months grows when the field's values are shuffled, as a share of all growth.

    Returns:
        by model: `impurity` and `permutation`, by field; each adds up to 1 or is empty.
    """
    months = as_months(features["Month"])
    complete = features["Complete"].to_numpy(bool)
    cut = months[complete].max() - options.horizon if complete.any() else months.max()
    train, test = features[months <= cut], features[(months > cut) & complete]
    return {
        name: {
            "impurity": fitted[name].importance(),
            "permutation": _permutation(name, train, test, options),
        }
        for name in names
    }


def _permutation(name: str, train: pd.DataFrame, test: pd.DataFrame, options: FitOptions) -> dict[str, float]:
    if train.empty or test.empty:
        return {}
    try:
        model = models.get(name).fit(train, options)
    except InputError:
        return {}
    rows = {f: test[f].to_numpy(float if f in _NUMBERS else object) for f in _GIVEN}
    rows["Month"] = as_months(test["Month"])
    actual = test[TARGET].to_numpy(float)
    rng = np.random.default_rng(options.seed)
    base = _error(actual, model.predict(rows))
    grown = {
        field: float(
            np.mean(
                [
                    _error(actual, model.predict({**rows, field: rng.permutation(rows[field])})) - base
                    for _ in range(REPEATS)
                ]
            )
        )
        for field in FIELDS
    }
    total = sum(max(value, 0.0) for value in grown.values())
    return {field: max(value, 0.0) / total for field, value in grown.items()} if total else {}


def _error(actual: NDArray[np.float64], predicted: NDArray[np.float64]) -> float:
    return float(np.abs(actual - predicted).sum())


def plot(table: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """The table as an SVG: a row of two bar charts per model; equal tables give equal text."""
    with mpl.rc_context({"svg.hashsalt": "importance", "svg.fonttype": "none"}):
        figure = Figure(figsize=(9, 3.2 * max(len(table), 1)), layout="constrained")
        axes: Any = figure.subplots(max(len(table), 1), 2, squeeze=False)
        for row, (name, kinds) in zip(axes, table.items(), strict=False):
            for axis, kind in zip(row, ("impurity", "permutation"), strict=True):
                shares = sorted(kinds.get(kind, {}).items(), key=lambda item: item[1])
                axis.barh([field for field, _ in shares], [share for _, share in shares], color="#7a4b2a")
                axis.set_title(f"{name}: {kind}", fontsize=10)
                axis.tick_params(labelsize=8)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()
