"""XGBoost on the features of the recipe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.models import design, state
from ml.core.models.base import FitOptions
from ml.core.models.design import Design
from ml.core.models.trees import Tree, Trees
from ml.core.schema import Columns, Recipe

if TYPE_CHECKING:
    import xgboost as xgb

ROUNDS = 300
PARAMETERS: Mapping[str, Any] = {
    "objective": "reg:squarederror",
    "subsample": 0.8,
    "colsample_bytree": 0.8,
    "tree_method": "hist",
    "nthread": 1,  # deterministic sums, and no threads that wait for each other
}
# One split separates one one-hot store: that takes deeper trees and a higher learning rate.
BY_RECIPE: Mapping[Recipe, Mapping[str, Any]] = {
    "customer": {"learning_rate": 0.2, "max_depth": 9},
    "extended": {"learning_rate": 0.05, "max_depth": 6},
}


@dataclass(frozen=True)
class FittedBoosted:
    """The trees, and the encoders they were trained with."""

    design: Design
    trees: Trees
    base: float
    """The constant that the trees add to."""
    gain: Mapping[str, float]
    name: ClassVar[str] = "xgboost"

    def predict(self, rows: Columns) -> NDArray[np.float64]:
        matrix, multiplier = self.design.transform(rows)
        return np.maximum(self.base + self.trees.total(matrix), 0.0) * multiplier

    def importance(self) -> dict[str, float]:
        return dict(self.gain)

    def dump(self) -> dict[str, bytes]:
        about = {"base": self.base, "gain": list(self.gain.items())}
        return {
            **self.design.dump(),
            "boosted.json": state.to_json(about),
            "boosted.npz": state.pack(self.trees.arrays()),
        }


class Boosted:
    """Gradient-boosted trees beside the customer's forest."""

    name: ClassVar[str] = "xgboost"

    def fit(self, history: pd.DataFrame, options: FitOptions) -> FittedBoosted:
        training = design.fit(history, options)
        fields = training.design.fields
        base = float(np.float32(training.target.mean()))
        booster = train(training, base, options)
        gains = booster.get_score(importance_type="total_gain")
        columns = [_number(gains.get(f"f{i}", 0.0)) for i in range(len(fields))]
        return FittedBoosted(
            design=training.design,
            trees=trees_of(booster),
            base=base,
            gain=design.by_field(fields, np.array(columns)),
        )

    def load(self, files: Mapping[str, bytes]) -> FittedBoosted:
        with state.reading_dump_of(self.name):
            encoders, about = design.load(files), state.from_json(files["boosted.json"])
            return FittedBoosted(
                design=encoders,
                trees=Trees.restore(state.unpack(files["boosted.npz"]), len(encoders.fields)),
                base=float(about["base"]),
                gain={str(k): float(v) for k, v in about["gain"]},
            )


def train(training: design.Training, base: float, options: FitOptions) -> xgb.Booster:
    import xgboost as xgb  # noqa: PLC0415 - a server starts without it

    matrix = training.matrix
    # Sparse zeros would be taken as missing, unlike the zeros of a request.
    dense = matrix if isinstance(matrix, np.ndarray) else matrix.toarray()
    parameters = {**PARAMETERS, **BY_RECIPE[options.recipe], "base_score": base, "seed": options.seed}
    return xgb.train(parameters, xgb.DMatrix(dense, training.target, nthread=1), ROUNDS)


def trees_of(booster: xgb.Booster) -> Trees:
    """The trees of a trained booster, which sends a row left if it is *below* the threshold."""
    model = json.loads(bytes(booster.save_raw("json")))["learner"]["gradient_booster"]["model"]
    return Trees.of([_tree(tree) for tree in model["trees"]])


def _tree(tree: Mapping[str, Any]) -> Tree:
    condition = np.array(tree["split_conditions"], dtype=np.float32)  # of a leaf: its value
    return Tree(
        left=np.array(tree["left_children"]),
        right=np.array(tree["right_children"]),
        feature=np.array(tree["split_indices"]),
        threshold=np.nextafter(condition, np.float32(-np.inf)).astype(np.float64),
        value=condition.astype(np.float64),
    )


def _number(gain: float | list[float]) -> float:
    return float(np.sum(gain))
