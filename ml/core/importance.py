"""Feature importance of a model: by impurity, and by permutation on months it was not trained on."""

from __future__ import annotations

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
from ml.core.models.frame import columns_of
from ml.core.schema import CUSTOMER_FEATURES, TARGET
from ml.errors import InputError

FIELDS = (*CUSTOMER_FEATURES, "Month")
"""The fields that are shuffled. Columns derived from the month are shuffled with it."""
REPEATS = 5
OF_MONTH = ("Month", "DaysInMonth", "WeekendDays")

Table = dict[str, dict[str, dict[str, float]]]


def measure(
    features: pd.DataFrame, names: Sequence[str], options: FitOptions, fitted: Mapping[str, Fitted]
) -> Table:
    """Importance of each field, largest first, one-hot columns summed back to it.

    Permutation: the model is fitted on all but the last `horizon` months; the importance of a field is how
    much the error on those months grows when the field's values are shuffled among their rows, as a share of
    the growth over all fields. The rows hold those months as they were, weather included: this measures the
    model, not a forecast.

    Args:
        features: `sales-features` rows.
        names: which models to measure.
        options: what the models were fitted with; its seed also shuffles.
        fitted: the models, fitted on all of `features`.

    Returns:
        By model: `impurity` and `permutation`, by field. Each adds up to 1, or is empty if the model has
        none or there are too few months to hold some out.
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
    except InputError:  # too few months are left to fit it
        return {}
    return permutation(model, test, options.seed)


def permutation(model: Fitted, rows: pd.DataFrame, seed: int) -> dict[str, float]:
    """How much the error of `model` on `rows` grows when a field is shuffled, as shares of the total growth.

    A model with lag features takes the past of the store in the row: shuffling the store shuffles its past
    too.
    """
    columns, actual = dict(columns_of(rows)), rows[TARGET].to_numpy(np.float64)
    random = np.random.default_rng(seed)
    plain = _error(actual, model.predict(columns))
    orders = [random.permutation(len(rows)) for _ in range(REPEATS)]
    grown: dict[str, float] = {}
    for field in FIELDS:
        names = OF_MONTH if field == "Month" else (field,)
        errors = [
            _error(actual, model.predict({**columns, **{n: columns[n][order] for n in names}}))
            for order in orders
        ]
        grown[field] = max(float(np.mean(errors)) - plain, 0.0)
    total = sum(grown.values())
    if not total:
        return {}
    return {field: grown[field] / total for field in sorted(grown, key=lambda f: -grown[f])}


def _error(actual: NDArray[np.float64], predicted: NDArray[np.float64]) -> float:
    return float(np.abs(actual - predicted).sum())


def plot(table: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """The table as an SVG: a row of two bar charts per model; equal tables give equal text."""
    with mpl.rc_context({"svg.hashsalt": "importance", "svg.fonttype": "none"}):
        rows = max(len(table), 1)
        figure = Figure(figsize=(9, 3.2 * rows), layout="constrained")
        axes: Any = figure.subplots(rows, 2, squeeze=False)
        for row, (name, kinds) in zip(axes, table.items(), strict=False):
            for axis, kind in zip(row, ("impurity", "permutation"), strict=True):
                _bars(axis, kinds.get(kind, {}), f"{name}: {kind}")
        if not table:
            for axis in axes.flat:
                _bars(axis, {}, "")
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def _bars(axis: Any, shares: Mapping[str, float], title: str) -> None:
    axis.set_title(title, fontsize=10)
    if not shares:
        axis.text(0.5, 0.5, "not measured", ha="center", va="center", transform=axis.transAxes)
        axis.set_axis_off()
        return
    ordered = sorted(shares.items(), key=lambda item: item[1])
    axis.barh([field for field, _ in ordered], [share for _, share in ordered], color="#7a4b2a")
    axis.set_xlim(0, 1)
    axis.xaxis.set_major_formatter("{x:.0%}")
    axis.tick_params(labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)
