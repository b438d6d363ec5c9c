"""What the platform asks of the model's side: requests that a model answers, and months that have come."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from ml import watch
from ml.errors import InputError
from ml.store import mltable


def row(date: str, **more: object) -> dict[str, object]:
    rest = {
        "Category": "Coffee",
        "Product": "Latte",
        "Weather": "sunny",
        "Promotion": "No",
        "Holiday": "None",
    }
    location = {"StoreID": "S1", "Country": "USA", "City": "Austin"}
    return {**location, "Date": date, "QuantitySold": 10.0, "Price": 3.0, **rest, **more}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Sales of January until 20 March 2026, and one row of the year 2053."""
    dates = [f"2026-{month:02}-{day:02}" for month in (1, 2, 3) for day in range(1, 21)]
    rows = pl.DataFrame([*(row(date) for date in dates), row("2053-03-01")]).to_arrow()
    folder = tmp_path / "below"
    folder.mkdir()
    with mltable.writer(folder, rows.schema) as write:
        write(rows)
    return tmp_path


def test_months_that_have_come_are_whole_and_of_good_rows(raw: Path) -> None:
    bodies, actual = watch.arrived(raw, "2025-12")
    asked = [row["Month"] for body in bodies for row in json.loads(body)["rows"]]
    assert (asked, actual) == (["2026-01", "2026-02"], [200.0, 200.0])
    assert watch.arrived(raw, "2026-02") == ([], [])


def test_recent_days_are_compared_with_those_of_training(raw: Path) -> None:
    drift = watch.drift(raw, "2026-02", 20)
    assert (drift["recent_from"], drift["recent_until"]) == ("2026-03-01", "2026-03-20")
    assert drift["training_rows"] == 40
    assert {feature["level"] for feature in drift["features"]} == {"none"}
    with pytest.raises(InputError, match="use fewer"):
        watch.drift(raw, "2026-02", 400)


def test_a_folder_without_sales_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no MLTable"):
        watch.arrived(tmp_path, "2026-02")


def test_an_answer_is_one_prediction_per_row_as_the_contract_says() -> None:
    body = json.dumps({"rows": [{"StoreID": "S1", "Month": "2026-01"}]}).encode()
    rest = {"Lower": None, "Upper": None, "Fallback": None, "Warnings": []}
    prediction = {"StoreID": "S1", "Month": "2026-01", "QuantitySold": 7.0, **rest}

    def answer(*predictions: object) -> bytes:
        return json.dumps({"model": {"name": "m", "version": "1"}, "predictions": predictions}).encode()

    assert watch.problem(body, answer(prediction)) is None
    assert watch.forecasts(answer(prediction)) == [7.0]
    assert watch.problem(body, answer(prediction, prediction)) == "2 predictions for 1 rows"
    assert "breaks the contract" in (watch.problem(body, b"{}") or "")
