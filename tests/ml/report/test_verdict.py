from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml.report import format as fmt
from ml.report.model import RunReport, from_sources
from ml.report.sources import read

Folders = dict[str, Path]
WriteRun = Callable[..., Folders]


@pytest.fixture(name="judged")
def _judged(write_run: WriteRun, tmp_path: Path) -> Callable[..., RunReport]:
    def judged(**options: Any) -> RunReport:
        return from_sources(read(write_run(tmp_path, **options)), {})

    return judged


def test_a_model_that_won_is_said_to_be_served(judged: Callable[..., RunReport]) -> None:
    report = judged()
    assert report.verdict.outcome == "promoted"
    assert report.verdict.headline == "Lagged boosting won and is served."
    assert report.verdict.sentences[-1] == "It is registered as monthly-demand version 3."
    assert report.backtest is not None
    assert [c.name for c in report.backtest.candidates if c.served] == ["lagged"]
    assert report.trained is None  # the winner itself is one


def test_a_baseline_that_won_is_said_plainly_to_be_one(judged: Callable[..., RunReport]) -> None:
    report = judged(errors={"lagged": 0.1, "last-month": 0.2, "seasonal-naive": 0.02})
    assert report.verdict.headline == "A baseline won and is served: Same month last year."
    assert "No trained model did better" in report.verdict.sentences[0]
    assert report.backtest is not None
    assert report.trained is not None
    assert report.trained[0] == "lagged"
    lagged = next(c for c in report.backtest.candidates if c.name == "lagged")
    assert (
        f"the best trained model, Lagged boosting, by {fmt.percent(lagged.wape)}"
        in (report.verdict.sentences[1])
    )


def test_a_champion_that_is_better_stays(judged: Callable[..., RunReport]) -> None:
    report = judged(champion=0.01)
    assert report.verdict.outcome == "kept"
    assert report.verdict.headline == "The champion stays. Nothing was replaced."
    assert "did not beat the champion" in report.verdict.sentences[0]
    assert report.backtest is not None
    assert [c.name for c in report.backtest.candidates if c.served] == ["champion"]


def test_a_champion_that_is_worse_is_replaced(judged: Callable[..., RunReport]) -> None:
    report = judged(champion=0.3)
    assert report.verdict.outcome == "promoted"
    assert "the champion, XGBoost, by " in report.verdict.sentences[0]


def test_a_run_that_registered_nothing_gives_the_reason(write_run: WriteRun, tmp_path: Path) -> None:
    folders = write_run(tmp_path)
    file = folders["registration"] / "registration.json"
    file.write_text(json.dumps({"registered": False, "reason": "the registry refused it"}))
    report = from_sources(read(folders), {})
    assert report.verdict.outcome == "nothing"
    assert report.verdict.headline == "Nothing was registered."
    assert report.verdict.sentences[-1] == "the registry refused it."
    assert report.backtest is not None
    assert not any(c.served for c in report.backtest.candidates)


def test_without_a_verdict_the_report_says_so(write_run: WriteRun, tmp_path: Path) -> None:
    folders = write_run(tmp_path)
    (folders["evaluation"] / "verdict.json").unlink()
    report = from_sources(read(folders), {})
    assert report.verdict.outcome == "unknown"
    assert report.history is None
