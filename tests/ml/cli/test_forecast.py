from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from ml.local import tracking
from ml.serving.table import SCHEMA
from ml.store import pyfunc, registry
from ml.store.tracking import URI

Roast = Callable[..., tuple[int, str, str]]


def test_the_forecast_is_the_same_in_parquet_and_csv(
    roast: Roast, model_folder: Path, tmp_path: Path
) -> None:
    code, out, err = roast(
        "forecast", "--months", 2, "--out", tmp_path, "--model-dir", model_folder, "--json"
    )
    assert (code, err) == (0, "")
    frame = pl.read_parquet(tmp_path / "forecast.parquet")
    assert frame.schema == SCHEMA
    assert frame.select("StoreID", "City", "Month", "Model").rows() == [
        (store, city, month, "last-month")
        for store, city in (("S1", "Austin"), ("S2", "León"))
        for month in (dt.date(2026, 1, 1), dt.date(2026, 2, 1))
    ]
    # the last month had 1000 and 2000 in 31 days; February 2026 has 28
    assert frame["QuantitySold"].to_list() == pytest.approx([1000, 1000 / 31 * 28, 2000, 2000 / 31 * 28])
    assert pl.read_csv(tmp_path / "forecast.csv", schema=SCHEMA).equals(frame)
    summary = json.loads(out)
    assert (summary["rows"], summary["stores"], summary["last_month"]) == (4, 2, "2026-02")
    assert {warning["warning"] for warning in summary["warnings"]} == {
        "no interval: this model has no backtest",
        "stores left out, because they have not sold for a year: 1",
    }


def test_people_read_the_paths_and_the_warnings(roast: Roast, model_folder: Path, tmp_path: Path) -> None:
    code, out, _ = roast("forecast", "--months", 1, "--out", tmp_path, "--model-dir", model_folder)
    assert code == 0
    assert "2 stores, 2026-01 to 2026-01, by last-month" in out
    assert "warning: no interval" in out
    assert str(tmp_path / "forecast.csv") in out


def test_the_champion_of_a_run_forecasts_with_its_name_and_version(
    roast: Roast,
    model_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = tmp_path / "run"
    monkeypatch.setenv(URI, "")
    tracking.use(run)
    model = tmp_path / "mlflow"
    pyfunc.save(model, model_folder, "# Card\n", {})
    registry.register("demand", model, registry.Entry(tags={registry.HASH: "1"}), over=None)
    capsys.readouterr()  # MLflow remarks on this environment while it saves
    arguments = ("forecast", "--run", run, "--registered-model", "demand", "--months", 1)
    code, _, err = roast(*arguments)
    assert (code, err) == (0, "")
    frame = pl.read_csv(run / "forecast" / "forecast.csv", schema=SCHEMA)
    assert set(frame.select("Model", "Version").rows()) == {("demand", "1")}


def test_a_run_without_a_champion_is_an_error_of_one_line(roast: Roast, tmp_path: Path) -> None:
    code, out, err = roast("forecast", "--run", tmp_path)
    assert (code, out) == (2, "")
    assert f"the registry of {tmp_path} has no champion 'monthly-demand'" in err
    assert err.count("\n") == 1


def test_a_missing_or_empty_model_folder_is_an_error_of_one_line(roast: Roast, tmp_path: Path) -> None:
    for folder, says in (
        (tmp_path / "absent", "there is no model folder"),
        (tmp_path, "holds no model"),
    ):
        code, out, err = roast("forecast", "--model-dir", folder, "--out", tmp_path / "out")
        assert (code, out) == (2, "")
        assert says in err
        assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("months", [0, 25, "three"])
def test_months_out_of_bounds_are_refused(roast: Roast, months: object) -> None:
    assert roast("forecast", "--months", months)[0] == 2


def test_an_earlier_forecast_stays_if_the_new_one_cannot_be_written(
    roast: Roast, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("forecast", "--out", tmp_path, "--model-dir", model_folder, "--months")
    assert roast(*arguments, 1)[0] == 0

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_csv", full)
    code, _, err = roast(*arguments, 2)
    assert code == 1
    assert "no space left" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["forecast.csv", "forecast.parquet"]
    assert len(pl.read_parquet(tmp_path / "forecast.parquet")) == 2
