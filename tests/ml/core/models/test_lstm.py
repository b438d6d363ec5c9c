"""What Keras learned is forecast with NumPy alone, and gives what Keras would have given."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.core import models
from ml.core.models import lstm
from ml.core.models.base import FitOptions
from ml.core.models.frame import columns_of


def test_numpy_and_keras_give_the_same_answer() -> None:
    network = lstm.network((12, 2), (5,))
    rng = np.random.default_rng(0)
    past, month = rng.normal(size=(7, 12, 2)), rng.normal(size=(7, 5))

    ours = lstm.forward(lstm.weights_of(network), past, month)

    np.testing.assert_allclose(ours, network.predict([past, month], verbose=0)[:, 0], rtol=1e-4, atol=1e-5)


def test_a_fit_is_repeatable_and_survives_being_saved(history: pd.DataFrame) -> None:
    options = FitOptions(seed=3)
    first, second = (models.get("lstm").fit(history, options) for _ in range(2))
    rows = columns_of(history.tail(20))

    again = models.load("lstm", first.dump())

    assert first.dump() == second.dump()
    assert (again.predict(rows) == first.predict(rows)).all()
    assert (first.predict(rows) >= 0).all()
