"""Trees as arrays give their libraries' numbers, and arrays that are not trees are refused."""

from __future__ import annotations

import numpy as np
import pytest
import xgboost as xgb
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestRegressor

from ml.core.models import boosted, lagged, trees
from ml.core.models.forest import trees_of
from ml.core.models.trees import Trees


@pytest.fixture(scope="module")
def matrix() -> NDArray[np.float32]:
    return np.random.default_rng(0).random((500, 6)).astype(np.float32)


@pytest.fixture(scope="module")
def forest(matrix: NDArray[np.float32]) -> RandomForestRegressor:
    target = matrix[:, 0] * 10 + matrix[:, 1] * matrix[:, 2]
    return RandomForestRegressor(20, random_state=0).fit(matrix, target)


@pytest.mark.parametrize("rows", [0, 1, 2, 500])
def test_predictions_are_scikit_learn_s_to_the_last_digit(
    rows: int, forest: RandomForestRegressor, matrix: NDArray[np.float32]
) -> None:
    expected = forest.predict(matrix[:rows]) if rows else np.zeros(0)
    assert np.array_equal(trees_of(forest).total(matrix[:rows]) / 20, expected)


def test_xgboost_s_trees_give_its_numbers(matrix: NDArray[np.float32]) -> None:
    grid = np.round(matrix * 8) / 8  # values that fall on thresholds
    data = xgb.DMatrix(grid, grid[:, 0] * 10 + grid[:, 1] * grid[:, 2])
    booster = xgb.train({"base_score": 2.5, "nthread": 1}, data, 30)
    expected = booster.inplace_predict(grid)
    assert 2.5 + boosted.trees_of(booster).total(grid) == pytest.approx(expected, abs=1e-4)


def test_lightgbm_s_trees_give_its_numbers_to_the_last_digit(matrix: NDArray[np.float32]) -> None:
    grid = np.round(matrix.astype(np.float64) * 8) / 8
    weight = np.ones(len(grid))
    booster = lagged.train(grid, grid[:, 0] * 10 + grid[:, 1] * grid[:, 2], weight, seed=0)
    assert np.array_equal(lagged.trees_of(booster).total(grid), np.asarray(booster.predict(grid)))


def test_many_rows_are_taken_in_parts(
    forest: RandomForestRegressor, matrix: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trees, "ROWS", 7)
    assert np.array_equal(trees_of(forest).total(matrix) / 20, forest.predict(matrix))


def test_a_tree_that_is_a_single_leaf_gives_its_mean() -> None:
    forest = RandomForestRegressor(3, random_state=0).fit(np.zeros((4, 1)), np.full(4, 2.5))
    assert trees_of(forest).total(np.ones((2, 1))).tolist() == [7.5, 7.5]


def test_it_survives_its_state(forest: RandomForestRegressor, matrix: NDArray[np.float32]) -> None:
    again = Trees.restore(trees_of(forest).arrays(), 6)
    assert np.array_equal(again.total(matrix) / 20, forest.predict(matrix))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("children", [[0, 1], [0, 1], [2, 2]]),  # a circle: predicting would never end
        ("children", [[1, 9], [1, 1], [2, 2]]),
        ("feature", [3, 0, 0]),
        ("feature", [0, 0]),
        ("roots", [7]),
        ("roots", []),
    ],
)
def test_what_is_no_forest_is_refused(name: str, value: list[int]) -> None:
    sound = {
        "roots": np.array([0]),
        "feature": np.array([2, 0, 0]),
        "threshold": np.array([0.5, np.inf, np.inf]),
        "children": np.array([[1, 2], [1, 1], [2, 2]]),
        "value": np.array([0.0, 1.0, 2.0]),
    }
    assert Trees.restore(sound, 3).total(np.zeros((1, 3))).tolist() == [2.0]  # 0 <= 0.5: left
    with pytest.raises(ValueError, match="not a forest"):
        Trees.restore({**sound, name: np.array(value)}, 3)
