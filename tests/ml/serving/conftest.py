from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.core import calendar, models
from ml.core.models.base import FitOptions
from ml.core.predictor import Predictor
from ml.core.profile import Profile
from ml.serving.server import Server, serving
from ml.store import bundle

STORES = (("S1", "USA", "Austin"), ("S2", "USA", "Boston"), ("S3", "México", "León"))


@pytest.fixture(scope="session")
def history() -> pd.DataFrame:
    """Three stores over two years until December 2025: Sn sells 100 x n + m units a day in month m."""
    months = pd.date_range("2024-01-01", "2025-12-01", freq="MS")
    frame = pd.DataFrame(
        [
            (*store, month, (100.0 * n + month.month) * month.days_in_month)
            for n, store in enumerate(STORES, 1)
            for month in months
        ],
        columns=["StoreID", "Country", "City", "Month", "QuantitySold"],
    )
    number = calendar.as_months(frame["Month"])
    return frame.assign(
        Price=3.0,
        Weather=np.where(frame["Month"].dt.month == 1, "Snowy", "Sunny"),
        Promotion="No",
        Holiday="None",
        IsWeekend=calendar.weekend_days(number) / calendar.days_in_month(number),
        Season=calendar.season(number),
        Rows=frame["Month"].dt.days_in_month,
        TradingDays=frame["Month"].dt.days_in_month,
        Complete=True,
        DaysInMonth=frame["Month"].dt.days_in_month,
        WeekendDays=calendar.weekend_days(number),
        WeatherMissing=0.0,
        PromotionMissing=0.0,
    )


@pytest.fixture(scope="session")
def predictor(history: pd.DataFrame) -> Predictor:
    """The naive seasonal model of `history`: January 2026 repeats January 2025."""
    model = models.get("seasonal-naive").fit(history, FitOptions())
    return Predictor(model=model, profile=Profile.from_history(history))


@pytest.fixture(scope="session")
def model(predictor: Predictor, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of that model."""
    folder = tmp_path_factory.mktemp("model") / "seasonal-naive"
    bundle.save(folder, model=predictor.model, profile=predictor.profile, options=FitOptions())
    return folder


@pytest.fixture(scope="session")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The genuine inference server with that model, called `monthly-demand` version 7."""
    log = tmp_path_factory.mktemp("server") / "serve.log"
    with serving(model, log=log, name="monthly-demand", version="7") as running:
        yield running
