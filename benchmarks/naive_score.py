"""A straightforward scoring script: a scikit-learn Pipeline on a pandas DataFrame."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import joblib
import pandas as pd

SEASONS = {m: ("Winter", "Spring", "Summer", "Autumn")[m % 12 // 3] for m in range(1, 13)}
pipeline: Any = None


def init() -> None:
    """Loads the pipeline."""
    global pipeline  # noqa: PLW0603 - the server's convention
    pipeline = joblib.load(Path(os.environ["AZUREML_MODEL_DIR"]) / "pipeline.joblib")


def run(data: str) -> list[float]:
    """Predicts all rows."""
    rows = pd.DataFrame(json.loads(data)["rows"])
    return pipeline.predict(features(rows)).tolist()


def features(rows: pd.DataFrame) -> pd.DataFrame:
    """The customer's nine features, from rows that have all of them but the calendar features."""
    month = pd.to_datetime(rows["Month"])
    return rows.assign(Season=month.dt.month.map(SEASONS), IsWeekend=9 / month.dt.days_in_month)
