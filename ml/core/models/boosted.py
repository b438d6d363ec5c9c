"""XGBoost on the features of the recipe."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import xgboost as xgb
from numpy.typing import NDArray

from ml.core.models import design, state
from ml.core.models.base import FitOptions
from ml.core.models.design import Design
from ml.core.schema import Columns

ROUNDS = 300
PARAMETERS: Mapping[str, Any] = {
    "objective": "reg:squarederror",
    "learning_rate": 0.05,
    "max_depth": 6,
    "subsample": 0.8,
    "colsample_bytree": 0.8,
    "tree_method": "hist",
    "nthread": 1,  # the same sums in the same order, and no threads that wait for each other
}


@dataclass(frozen=True)
class FittedBoosted:
    """The booster with the encoders it was fitted with."""

    design: Design
    booster: xgb.Booster
    name: ClassVar[str] = "xgboost"

    def predict(self, rows: Columns) -> NDArray[np.float64]:
        matrix, multiplier = self.design.transform(rows)
        if not len(matrix):
            return np.zeros(0)
        return np.maximum(self.booster.inplace_predict(matrix).astype(np.float64), 0.0) * multiplier

    def importance(self) -> dict[str, float]:
        gains = self.booster.get_score(importance_type="total_gain")
        columns = [_number(gains.get(f"f{i}", 0.0)) for i in range(len(self.design.fields))]
        return design.by_field(self.design.fields, np.array(columns))

    def dump(self) -> dict[str, bytes]:
        return {**self.design.dump(), "booster.ubj": bytes(self.booster.save_raw("ubj"))}


class Boosted:
    """Gradient-boosted trees beside the customer's forest."""

    name: ClassVar[str] = "xgboost"

    def fit(self, history: pd.DataFrame, options: FitOptions) -> FittedBoosted:
        training = design.fit(history, options)
        matrix = training.matrix
        # Sparse zeros would be taken as missing, which they are not when a request comes.
        dense = matrix if isinstance(matrix, np.ndarray) else matrix.toarray()
        data = xgb.DMatrix(dense, training.target, nthread=1)
        booster = xgb.train({**PARAMETERS, "seed": options.seed}, data, ROUNDS)
        return FittedBoosted(training.design, _own(booster.save_raw("ubj")))

    def load(self, files: Mapping[str, bytes]) -> FittedBoosted:
        with state.refusing_foreign_files(self.name):
            encoders = design.load(files)
            booster = _own(bytearray(files["booster.ubj"]))
            if booster.num_features() != len(encoders.fields):
                raise ValueError(f"the booster wants {booster.num_features()} columns")
            return FittedBoosted(encoders, booster)


def _own(raw: bytearray) -> xgb.Booster:
    """The booster as it will be loaded, so that a fresh one and a saved one are the same."""
    booster = xgb.Booster({"nthread": 1})
    booster.load_model(raw)
    return booster


def _number(gain: float | list[float]) -> float:
    return float(np.sum(gain))
