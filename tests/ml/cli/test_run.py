"""`roast run`, as a user types it: the real steps on small sales, each a process of its own."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ml.core.sample import generate
from ml.pipeline import PIPELINE

STEPS = [node.step.name for node in PIPELINE.nodes]
QUICK = ("--model", "random-forest", "--horizon", "1", "--origins", "1")

Roast = Callable[..., tuple[int, str, str]]


@dataclass
class Run:
    """A finished run and its result."""

    out: Path
    sales: Path
    code: int
    result: dict[str, Any]
    progress: str

    def states(self) -> dict[str, str]:
        return {step["step"]: step["state"] for step in self.result["steps"]}


def roast_run(out: Path, sales: Path, *options: str) -> Run:
    """`roast run` in a process of its own, from another folder than ours."""
    clean = {
        name: text for name, text in os.environ.items() if not name.startswith(("MLFLOW_", "SNOWFLAKE_"))
    }
    command = [str(Path(sys.executable).with_name("roast")), "run", "--data", str(sales), "--out", str(out)]
    process = subprocess.run(
        [*command, *QUICK, "--json", *options],
        capture_output=True,
        text=True,
        env=clean,
        cwd=out.parent,
        check=False,
    )
    assert process.stdout.count("\n") == 1, process.stderr
    return Run(out, sales, process.returncode, json.loads(process.stdout), process.stderr)


def write_sales(path: Path, *, seed: int) -> Path:
    generate(stores=3, years=2, seed=seed, until=dt.date(2025, 12, 31)).write_csv(path)
    return path


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that started with nothing."""
    folder = tmp_path_factory.mktemp("run")
    return roast_run(folder / "out", write_sales(folder / "sales.csv", seed=1))


@pytest.fixture(scope="module")
def second(first: Run) -> Run:
    """The same again."""
    return roast_run(first.out, first.sales)


def test_a_run_goes_through_every_step_and_reports_the_result(first: Run) -> None:
    assert first.code == 0, first.progress
    assert first.states() == dict.fromkeys(STEPS, "done")
    assert first.result["state"] == "complete"
    assert first.result["quality"]["rows_in"] > first.result["quality"]["rows_valid"]
    assert first.result["reduction"]["rows_out"] > 0
    assert first.result["verdict"]["promote"]
    assert first.result["registration"]["version"] == "1"
    assert {"random", "time"} <= first.result["customer_split"].keys()


def test_the_report_is_at_the_path_that_the_run_prints(first: Run) -> None:
    report = Path(first.result["report"])
    assert report == first.out / "report.html"
    assert "<html" in report.read_text(encoding="utf-8")


def test_the_data_sets_are_assets_with_versions(first: Run) -> None:
    for name in ("sales-raw", "sales-monthly", "sales-features"):
        (note,) = (first.out / "assets" / name).glob("*.json")
        record = json.loads(note.read_bytes())
        assert record["lineage"]["rows"] > 0
        assert (first.out / record["path"]).is_dir()


def test_progress_goes_to_stderr_a_line_per_change(first: Run) -> None:
    lines = first.progress.splitlines()
    assert lines[0].startswith(f"sales from {first.sales}, loaded into an embedded warehouse in")
    for step in STEPS:
        assert any(line.split()[:2] == [step, "done"] for line in lines)
    assert any("WAPE" in line for line in lines if line.startswith("evaluate"))


def test_a_second_run_finds_all_steps_unchanged_and_the_champion_stays(first: Run, second: Run) -> None:
    assert second.code == 0
    assert second.states() == dict.fromkeys(STEPS, "unchanged")
    assert second.result["registration"] == first.result["registration"]
    assert second.result["verdict"] == first.result["verdict"]


@pytest.mark.slow
def test_a_model_that_is_required_and_loses_is_exit_code_3(second: Run) -> None:
    winner = second.result["verdict"]["winner"]
    loser = next(c["name"] for c in second.result["verdict"]["candidates"] if c["name"] != winner)
    lost = roast_run(second.out, second.sales, "--require", loser)
    assert lost.code == 3
    assert lost.result["state"] == "failed"
    assert lost.result["exit_code"] == 3
    assert f"{loser} did not win the backtest" in lost.result["error"]
    assert lost.progress.splitlines()[-1].startswith(f"error: register: {loser} did not win the backtest")


@pytest.mark.slow
def test_new_sales_are_imported_and_judged_against_the_champion(second: Run) -> None:
    other = roast_run(second.out, write_sales(second.sales.with_name("other.csv"), seed=2))
    assert other.code == 0, other.progress
    assert other.states() == dict.fromkeys(STEPS, "done")
    assert other.result["verdict"]["champion_version"] == "1"
    again = roast_run(second.out, other.sales)
    assert again.states() == dict.fromkeys(STEPS, "unchanged")
    assert again.result["verdict"] == other.result["verdict"]


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    sales = write_sales(tmp_path / "sales.csv", seed=1)
    text = sales.read_text().replace("QuantitySold", "Pieces", 1)
    sales.write_text(text)
    failed = roast_run(tmp_path / "out", sales)
    assert failed.code == 2
    assert "QuantitySold" in failed.result["error"]
    assert failed.progress.count("error:") == 1
    assert "Traceback" not in failed.progress


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ((), "give either --data FILE or --snowflake (one of them names the sales)"),
        (("--data", "x", "--snowflake"), "give either --data FILE or --snowflake"),
        (("--data", "absent.csv"), "absent.csv does not exist"),
        (("--data", "x", "--model", "oracle"), "unknown model 'oracle' (models: last-month,"),
        (("--data", "x", "--model", "last-month"), "--model last-month: is a baseline"),
        (
            ("--data", "x", "--require", "lstm"),
            "--require lstm: is not in the run (there are: random-forest,",
        ),
        (("--data", "x", "--horizon", "0"), "Invalid value for '--horizon': 0 is less than 1"),
        (
            ("--snowflake",),
            "the embedded warehouse in .roast/warehouse holds no sales (set SNOWFLAKE_ACCOUNT",
        ),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_made(
    roast: Roast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = roast("run", *argv, "--out", "out")
    assert (code, out) == (2, "")
    assert message in err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


def test_a_wrong_snowflake_setting_is_named(
    roast: Roast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SNOWFLAKE_ACCOUNT", "acme-eu1")
    code, _, err = roast("run", "--snowflake", "--out", str(tmp_path / "out"))
    assert code == 2
    assert "SNOWFLAKE_DATABASE is not set" in err
