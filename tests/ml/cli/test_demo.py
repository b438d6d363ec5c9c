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
    process = subprocess.run(
        [str(Path(sys.executable).with_name("roast")), "demo"],
        capture_output=True,
        text=True,
        env=clean | {"COLUMNS": "400"},
        cwd=tmp_path,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    out = tmp_path / "out" / "demo"
    for text in ("1/5 sample", "2/5 run", "3/5 forecast", "4/5 serve", "answered:", "done in", "verdict"):
        assert text in process.stdout, process.stdout
    assert str(out / "report.html") in process.stdout
    assert (out / "report.html").stat().st_size > 10_000
    forecasts = pl.read_parquet(out / "forecast" / "forecast.parquet")
    first = forecasts.row(0, named=True)
    assert f'"StoreID": "{first["StoreID"]}"' in process.stdout
    assert f'"QuantitySold": {first["QuantitySold"]}' in process.stdout, (
        "the endpoint answers what the file says"
    )
