"""A forest as arrays gives scikit-learn's numbers, and refuses what is no forest."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestRegressor

from ml.core.models import trees
from ml.core.models.trees import Trees


@pytest.fixture(scope="module")
def matrix() -> NDArray[np.float32]:
    return np.random.default_rng(0).random((500, 6)).astype(np.float32)


@pytest.fixture(scope="module")
def forest(matrix: NDArray[np.float32]) -> RandomForestRegressor:
    target = matrix[:, 0] * 10 + matrix[:, 1] * matrix[:, 2]
    return RandomForestRegressor(20, random_state=0).fit(matrix, target)


def arrays_of(forest: RandomForestRegressor) -> Trees:
    return Trees.of([tree.tree_ for tree in forest.estimators_])


@pytest.mark.parametrize("rows", [0, 1, 2, 500])
def test_predictions_are_scikit_learn_s_to_the_last_digit(
    rows: int, forest: RandomForestRegressor, matrix: NDArray[np.float32]
) -> None:
    expected = forest.predict(matrix[:rows]) if rows else np.zeros(0)
    assert np.array_equal(arrays_of(forest).predict(matrix[:rows]), expected)


def test_many_rows_are_taken_in_parts(
    forest: RandomForestRegressor, matrix: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trees, "ROWS", 7)
    assert np.array_equal(arrays_of(forest).predict(matrix), forest.predict(matrix))


def test_a_tree_that_is_a_single_leaf_gives_its_mean() -> None:
    forest = RandomForestRegressor(3, random_state=0).fit(np.zeros((4, 1)), np.full(4, 2.5))
    assert arrays_of(forest).predict(np.ones((2, 1), dtype=np.float32)).tolist() == [2.5, 2.5]


def test_it_survives_its_state(forest: RandomForestRegressor, matrix: NDArray[np.float32]) -> None:
    again = Trees.restore(arrays_of(forest).arrays(), 6)
    assert np.array_equal(again.predict(matrix), forest.predict(matrix))


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
    assert Trees.restore(sound, 3).predict(np.zeros((1, 3), dtype=np.float32)).tolist() == [2.0]
    with pytest.raises(ValueError, match="no forest"):
        Trees.restore({**sound, name: np.array(value)}, 3)
