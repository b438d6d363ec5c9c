"""`roast demo`: nothing but a command, and at its end a served forecast."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_demo_ends_with_a_forecast_an_answer_and_a_report(tmp_path: Path) -> None:
    clean = {n: text for n, text in os.environ.items() if not n.startswith(("MLFLOW_", "SNOWFLAKE_"))}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("roast")), "demo"],
        capture_output=True,
        text=True,
        env=clean | {"COLUMNS": "400"},
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    out = tmp_path / "out" / "demo"
    for said in ("1/5 sample", "2/5 run", "3/5 forecast", "4/5 serve", "answered:", "done in", "verdict"):
        assert said in done.stdout, done.stdout
    assert str(out / "report.html") in done.stdout
    assert (out / "report.html").stat().st_size > 10_000
    forecasts = pl.read_parquet(out / "forecast" / "forecast.parquet")
    first = forecasts.row(0, named=True)
    assert f'"StoreID": "{first["StoreID"]}"' in done.stdout
    assert f'"QuantitySold": {first["QuantitySold"]}' in done.stdout, (
        "the endpoint answers what the file says"
    )
