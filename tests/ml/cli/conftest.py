from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from ml.core import calendar, models
from ml.core.models.base import FitOptions
from ml.core.profile import Profile
from ml.serving.server import Server, serving
from ml.store import bundle
from roastery.cli.main import main


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last-month model of two stores until December 2025: a third one has been silent for a year."""
    stores = [("S1", "USA", "Austin", 24), ("S2", "México", "León", 24), ("[gone]", "USA", "Austin", 12)]
    frame = pd.DataFrame(
        [
            (store, country, city, month, 1000.0 * n)
            for n, (store, country, city, count) in enumerate(stores, 1)
            for month in pd.date_range("2024-01-01", periods=count, freq="MS")
        ],
        columns=["StoreID", "Country", "City", "Month", "QuantitySold"],
    )
    number = calendar.as_months(frame["Month"])
    days = frame["Month"].dt.days_in_month
    history = frame.assign(
        Price=3.0,
        Weather="Sunny",
        Promotion="No",
        Holiday="None",
        IsWeekend=calendar.weekend_days(number) / calendar.days_in_month(number),
        Season=calendar.season(number),
        Rows=days,
        TradingDays=days,
        Complete=True,
        DaysInMonth=days,
        WeekendDays=calendar.weekend_days(number),
        WeatherMissing=0.0,
        PromotionMissing=0.0,
    )
    model = models.get("last-month").fit(history, FitOptions())
    folder = tmp_path_factory.mktemp("model") / "last-month"
    bundle.save(folder, model=model, profile=Profile.from_history(history), options=FitOptions())
    return folder


@pytest.fixture(scope="session")
def server(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The inference server with that model."""
    log = tmp_path_factory.mktemp("server") / "serve.log"
    with serving(model_folder, log=log, name="monthly-demand", version="7") as running:
        yield running


Roast = Callable[..., tuple[int, str, str]]


@pytest.fixture
def roast(capsys: pytest.CaptureFixture[str]) -> Roast:
    """Runs a command: its exit code, and what it printed to standard output and standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return int(end.value.code or 0), printed.out, printed.err

    return run
