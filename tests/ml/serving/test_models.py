"""Every model that can become champion, saved and loaded as for service, asked what no one should ask."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml.core import models
from ml.core.intervals import Intervals, Residuals
from ml.core.models.base import FitOptions
from ml.core.profile import Profile
from ml.core.schema import Recipe
from ml.serving.client import score
from ml.serving.scorer import Scorer
from ml.serving.server import serving
from ml.store import bundle

NAMES = [name for name in models.FORECASTERS if name != "lstm"]  # an optional extra


def saved(name: str, history: pd.DataFrame, folder: Path, recipe: Recipe = "extended") -> Path:
    """The bundle of that model, with intervals from made-up residuals of a tenth."""
    origins = np.repeat(np.arange("2025-01", "2025-06", dtype="datetime64[M]"), 10)
    actual = np.linspace(50, 150, len(origins))
    residuals = Residuals(origin=origins, horizon=np.tile([1, 2], 25), actual=actual, predicted=actual * 1.1)
    options = FitOptions(recipe=recipe)
    bundle.save(
        folder,
        model=models.get(name).fit(history, options),
        profile=Profile.from_history(history),
        options=options,
        intervals=Intervals.fit(residuals, coverage=0.8),
    )
    return folder


@pytest.mark.parametrize("recipe", ["customer", "extended"])
@pytest.mark.parametrize("name", NAMES)
def test_no_allowed_row_is_more_than_a_model_can_take(
    name: str, recipe: Recipe, history: pd.DataFrame, tmp_path: Path
) -> None:
    scorer = Scorer.load(saved(name, history, tmp_path / "model", recipe))
    texts = ("Country", "City", "Weather", "Holiday")
    rows: list[dict[str, Any]] = [
        *(
            {"StoreID": "S1", "Month": month}
            for month in ("0001-01", "1969-12", "2024-01", "2025-12", "2027-12")
        ),
        *({"StoreID": "S2", "Month": "2026-01", "Price": price} for price in (0, 1e-300, 1, 1e9)),
        *(
            {"StoreID": store, "Month": "2026-02", **dict.fromkeys(texts, text)}
            for store in ("S3", "new", "\0")
            for text in ("", "\0", "Ω" * 200, "nan")
        ),
        {"StoreID": "S1", "Month": "2026-03", "Promotion": "Yes"},
    ]
    status, body = scorer.answer(json.dumps(rows).encode())
    assert status == 200
    for row, prediction in zip(rows, body["predictions"], strict=True):
        numbers = (prediction["Lower"], prediction["QuantitySold"], prediction["Upper"])
        assert all(math.isfinite(x) for x in numbers), (row, prediction)
        assert 0 <= numbers[0] <= numbers[1] <= numbers[2], (row, prediction)
        assert (prediction["Fallback"] is None) == (row["StoreID"] in {"S1", "S2", "S3"}), (row, prediction)


@pytest.mark.parametrize("name", NAMES)
def test_one_row_is_forecast_as_it_is_among_others(name: str, history: pd.DataFrame, tmp_path: Path) -> None:
    scorer = Scorer.load(saved(name, history, tmp_path / "model"))
    rows = scorer.predictor.grid(3)
    together = [forecast.quantity for forecast in scorer.predictor.forecast(rows)]
    alone = [scorer.predictor.forecast([row])[0].quantity for row in rows]
    assert alone == pytest.approx(together, rel=1e-9)


@pytest.mark.slow
def test_the_customers_forest_is_served_with_intervals(history: pd.DataFrame, tmp_path: Path) -> None:
    folder = saved("random-forest", history, tmp_path / "model", "customer")
    with serving(folder, log=tmp_path / "log", version="1") as server:
        answer = score(server.score_url, [{"StoreID": store, "Month": "2026-01"} for store in ("S1", "?")])
    known, new = answer["predictions"]
    assert answer["model"] == {"name": "random-forest", "version": "1"}
    expected = Scorer.load(folder).predictor.forecast(Scorer.load(folder).predictor.grid(1)[:1])[0]
    assert known["QuantitySold"] == pytest.approx(expected.quantity)
    assert known["Lower"] < known["QuantitySold"] < known["Upper"]
    assert (known["Fallback"], new["Fallback"]) == (None, "all")
