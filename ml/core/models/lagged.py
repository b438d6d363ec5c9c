"""A global model: LightGBM on the ratio of a store's month to its recent level."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.models import design, state
from ml.core.models.base import FitOptions
from ml.core.models.lags import FIELDS, Lags
from ml.core.models.trees import Tree, Trees
from ml.core.schema import Columns
from ml.errors import InputError

if TYPE_CHECKING:
    import lightgbm as lgb

NAIVE_SHARE = 0.25
"""Share of seasonal naive times growth in the forecast: trees underestimate a year's growth."""
FEWEST_PAIRS = 40
"""Pairs of a month and an origin below which the model is not trained."""
MISSING = -10.0
"""Below every value, so that a tree can separate it."""
MOST_PAIRS = 300_000
HIGHEST_RATIO = 5.0
ROUNDS = 150
PARAMETERS: Mapping[str, Any] = {
    "objective": "regression_l1",  # weighted by level, it is the WAPE
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "deterministic": True,
    "force_row_wise": True,
    # One thread: on a busy machine LightGBM's threads wait for each other, up to a hundred times longer.
    "num_threads": 1,
    "verbosity": -1,
}


@dataclass(frozen=True)
class FittedLagged:
    """The trees, and the past that their lag features come from."""

    lags: Lags
    trees: Trees
    longest: int
    """The longest horizon it was trained on; a month further ahead gets the features of that horizon."""
    gain: Mapping[str, float]
    name: ClassVar[str] = "lagged"

    def predict(self, rows: Columns) -> NDArray[np.float64]:
        panel = self.lags.panel
        months = rows["Month"].astype("datetime64[M]")
        number, series = months.astype(np.int64), panel.locate(rows)
        features = self.lags.features(series, number, self.lags.ahead(number), self.lags.plan_of(rows))
        features.matrix[:, 0] = np.minimum(features.matrix[:, 0], self.longest)
        ratio = np.maximum(self.trees.total(_filled(features.matrix)), 0.0)
        rate = (1 - NAIVE_SHARE) * ratio * features.base + NAIVE_SHARE * features.naive
        return rate * panel.trading_calendar.future(series, months)

    def importance(self) -> dict[str, float]:
        return dict(self.gain)

    def dump(self) -> dict[str, bytes]:
        return {
            "lags.json": state.to_json(
                {**self.lags.meta(), "longest": self.longest, "gain": list(self.gain.items())}
            ),
            "lags.npz": state.pack(self.lags.arrays()),
            "lagged.npz": state.pack(self.trees.arrays()),
        }


class Lagged:
    """One model for all stores and horizons; it predicts the ratio of a month to its level, not the level."""

    name: ClassVar[str] = "lagged"

    def fit(self, history: pd.DataFrame, options: FitOptions) -> FittedLagged:
        lags = Lags.from_history(history)
        matrix, ratio, weight = training(lags, options)
        booster = train(matrix, ratio, weight, options.seed)
        return FittedLagged(
            lags=lags,
            trees=trees_of(booster),
            longest=int(matrix[:, 0].max()),
            gain=design.by_field(FIELDS, booster.feature_importance("gain")),
        )

    def load(self, files: Mapping[str, bytes]) -> FittedLagged:
        with state.reading_dump_of(self.name):
            meta = state.from_json(files["lags.json"])
            return FittedLagged(
                lags=Lags.restore(meta, state.unpack(files["lags.npz"])),
                trees=Trees.restore(state.unpack(files["lagged.npz"]), len(FIELDS)),
                longest=int(meta["longest"]),
                gain={str(k): float(v) for k, v in meta["gain"]},
            )


def training(
    lags: Lags, options: FitOptions
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Matrix, ratio and weight of the pairs to train on."""
    series, number, ahead = lags.training(options.horizon)
    if len(series) > MOST_PAIRS:
        drawn = np.random.default_rng(options.seed).choice(len(series), MOST_PAIRS, replace=False)
        drawn.sort()
        series, number, ahead = series[drawn], number[drawn], ahead[drawn]
    if len(series) < FEWEST_PAIRS:
        raise InputError(
            f"the history is too short for {Lagged.name}: {len(series)} pairs of a month and an earlier one",
            f"it needs {FEWEST_PAIRS}, such as 4 months of 10 stores",
        )
    features = lags.features(series, number, ahead, lags.past_plan(series, number))
    usable = features.base > 0
    if usable.sum() < FEWEST_PAIRS:
        raise InputError(f"{Lagged.name} can't be trained: nearly all months have no sales")
    ratio = lags.panel.at(series, number)[usable] / features.base[usable]
    weight = features.base[usable] / features.base[usable].mean()
    return _filled(features.matrix[usable]), np.minimum(ratio, HIGHEST_RATIO), weight


def train(
    matrix: NDArray[np.float64], ratio: NDArray[np.float64], weight: NDArray[np.float64], seed: int
) -> lgb.Booster:
    import lightgbm as lgb  # noqa: PLC0415 - a server starts without it

    lgb.register_logger(logging.getLogger("ml.lightgbm"))  # it would print to standard output
    data = lgb.Dataset(matrix, ratio, weight=weight, params={"verbosity": -1})
    return lgb.train({**PARAMETERS, "seed": seed}, data, ROUNDS)


def trees_of(booster: lgb.Booster) -> Trees:
    """The trees of a trained booster."""
    return Trees.of([_tree(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]])


def _tree(root: Mapping[str, Any]) -> Tree:
    nodes: list[tuple[int, int, int, float, float]] = []

    def add(node: Mapping[str, Any]) -> int:
        here = len(nodes)
        nodes.append((-1, -1, 0, 0.0, float(node.get("leaf_value", 0.0))))
        if "split_feature" in node:
            left, right = add(node["left_child"]), add(node["right_child"])
            nodes[here] = (left, right, node["split_feature"], node["threshold"], 0.0)
        return here

    add(root)
    left, right, feature, threshold, value = (np.array(column) for column in zip(*nodes, strict=True))
    return Tree(left=left, right=right, feature=feature, threshold=threshold, value=value)


def _filled(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isnan(matrix), MISSING, matrix)
