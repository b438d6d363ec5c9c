"""The forest grows on all rows of a small chain, and on a bounded bootstrap of a large one."""

from __future__ import annotations

import pandas as pd
import pytest
from sklearn.ensemble import RandomForestRegressor

from ml.core.models import design, forest
from ml.core.models.base import FitOptions
from ml.core.models.forest import RandomForest
from ml.core.models.frame import columns_of
from ml.core.schema import Recipe


@pytest.mark.parametrize(("recipe", "leaf", "share"), [("customer", 1, 1.0), ("extended", 3, 0.5)])
def test_up_to_the_limit_it_is_scikit_learn_s_forest_on_every_row(
    recipe: Recipe, leaf: int, share: float, history: pd.DataFrame
) -> None:
    options = FitOptions(recipe=recipe, seed=3)
    training = design.fit(history, options)
    plain = RandomForestRegressor(100, min_samples_leaf=leaf, max_features=share, random_state=3)
    expected = plain.fit(training.matrix, training.target).predict(training.matrix)
    rows = columns_of(history)
    matrix, multiplier = training.design.transform(rows)
    assert len(matrix) == len(expected)
    predicted = RandomForest().fit(history, options).predict(rows)
    assert predicted == pytest.approx(expected * multiplier, rel=1e-9)


def test_beyond_the_limit_the_extended_recipe_s_trees_stay_small_and_the_customer_s_are_as_before(
    history: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nodes(recipe: Recipe) -> int:
        return len(RandomForest().fit(history, FitOptions(recipe=recipe)).trees.value)

    before: dict[Recipe, int] = {"customer": nodes("customer"), "extended": nodes("extended")}
    monkeypatch.setattr(forest, "MOST_ROWS", 60)
    assert nodes("extended") < before["extended"] / 2
    assert nodes("customer") == before["customer"]
