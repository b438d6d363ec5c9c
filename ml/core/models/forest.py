"""The customer's random forest: trained by scikit-learn, predicted from its arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.models import design, state
from ml.core.models.base import FitOptions
from ml.core.models.design import Design
from ml.core.models.trees import Tree, Trees
from ml.core.schema import Columns

if TYPE_CHECKING:
    from sklearn.ensemble import RandomForestRegressor

TREES = 100
FEWEST_TREES = 20
WIDE = 100
"""With more columns than this (one per store) there are fewer trees: time grows with the width."""
LEAF = {"customer": 1, "extended": 3}
"""Least rows in a leaf. scikit-learn's 1 for one-hot stores, which have few rows each."""
FEATURES = {"customer": 1.0, "extended": 0.5}
"""Share of the columns tried at a split; scikit-learn's 1 for the customer's."""
MOST_ROWS = 100_000
"""Each tree of the extended recipe grows on a bootstrap of at most so many rows; more only deepen it."""


@dataclass(frozen=True)
class FittedForest:
    """A forest with the encoders it was fitted with."""

    design: Design
    trees: Trees
    impurity: Mapping[str, float]
    name: ClassVar[str] = "random-forest"

    def predict(self, rows: Columns) -> NDArray[np.float64]:
        matrix, multiplier = self.design.transform(rows)
        return np.maximum(self.trees.total(matrix) / len(self.trees.roots), 0.0) * multiplier

    def importance(self) -> dict[str, float]:
        return dict(self.impurity)

    def dump(self) -> dict[str, bytes]:
        return {
            **self.design.dump(),
            "forest.json": state.to_json({"impurity": list(self.impurity.items())}),
            "forest.npz": state.pack(self.trees.arrays()),
        }


class RandomForest:
    """`RandomForestRegressor` on the nine features of the customer, or on the extended ones."""

    name: ClassVar[str] = "random-forest"

    def fit(self, history: pd.DataFrame, options: FitOptions) -> FittedForest:
        training = design.fit(history, options)
        forest = regressor(training, options).fit(training.matrix, training.target)
        return FittedForest(
            design=training.design,
            trees=trees_of(forest),
            impurity=design.by_field(training.design.fields, forest.feature_importances_),
        )

    def load(self, files: Mapping[str, bytes]) -> FittedForest:
        with state.reading_dump_of(self.name):
            encoders = design.load(files)
            return FittedForest(
                design=encoders,
                trees=Trees.restore(state.unpack(files["forest.npz"]), len(encoders.fields)),
                impurity={str(k): float(v) for k, v in state.from_json(files["forest.json"])["impurity"]},
            )


def regressor(training: design.Training, options: FitOptions) -> RandomForestRegressor:
    """scikit-learn's forest, not yet fitted. Each tree has its own seed, so that jobs do not change it."""
    from sklearn.ensemble import RandomForestRegressor  # noqa: PLC0415 - a server starts without it

    count, width = training.matrix.shape
    limited = options.recipe == "extended" and count > MOST_ROWS
    return RandomForestRegressor(
        n_estimators=max(FEWEST_TREES, min(TREES, TREES * WIDE // width)),
        min_samples_leaf=LEAF[options.recipe],
        max_features=FEATURES[options.recipe],
        max_samples=MOST_ROWS if limited else None,
        random_state=options.seed,
        n_jobs=options.jobs,
    )


def trees_of(forest: RandomForestRegressor) -> Trees:
    """The trees of a fitted forest."""
    grown = [estimator.tree_ for estimator in forest.estimators_]
    return Trees.of(
        [
            Tree(
                left=tree.children_left,
                right=tree.children_right,
                feature=tree.feature,
                threshold=tree.threshold,
                value=tree.value[:, 0, 0],
            )
            for tree in grown
        ]
    )
