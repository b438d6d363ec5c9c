"""Drift is found, measured, reported and turned into an event."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ml.store import mltable
from roastery.jobs.telemetry import PSI

pytestmark = pytest.mark.xdist_group("api")


UNCHANGED = "unchanged"


def sales(promoted: str) -> pl.DataFrame:
    """Three stores from January 2025 to February 2026; the last month's promotions are `promoted`."""
    days = pl.DataFrame({"Date": pl.date_range(pl.date(2025, 1, 1), pl.date(2026, 2, 28), eager=True)})
    stores = pl.DataFrame({"StoreID": ["S1", "S2", "S3"]})
    day, month = pl.col("Date").dt.ordinal_day(), pl.col("Date").dt.month()
    new = (pl.col("Date") >= pl.date(2026, 2, 1)) & (promoted != UNCHANGED)
    return stores.join(days, how="cross").with_columns(
        Country=pl.lit("USA"),
        City=pl.lit("Austin"),
        Category=pl.lit("Coffee"),
        Product=pl.lit("Latte"),
        QuantitySold=200.0 / pl.col("Date").dt.month_end().dt.day(),
        Price=3.0 + (day % 7) / 10,
        Weather=pl.when(month < 6).then(pl.lit("rainy")).otherwise(pl.lit("sunny")),
        Promotion=pl.when(new)
        .then(pl.lit(promoted))
        .otherwise(pl.when(day % 4 == 0).then(pl.lit("Yes")).otherwise(pl.lit("No"))),
        Holiday=pl.lit("None"),
    )


@pytest.fixture
def arrive(entities: Any, ml: Any, unique: str, tmp_path: Path) -> Callable[[str], str]:
    """Registers sales as the next version of an asset, and gives its name."""

    def register(promoted: str) -> str:
        folder = tmp_path / f"raw-{promoted}"
        folder.mkdir()
        rows = sales(promoted).to_arrow()
        with mltable.writer(folder, rows.schema) as write:
            write(rows)
        ml.data.create_or_update(entities.Data(name=f"raw-{unique}", path=str(folder), type="mltable"))
        return f"raw-{unique}"

    return register


def test_drift_is_reported_measured_and_asks_for_a_retrain(
    ml: Any, roast: Any, endpoint: Any, model: Any, rows: str, arrive: Any, listen: Any, tmp_path: Path
) -> None:
    name, hook, secret = endpoint("blue", "green"), listen(503, 200), tmp_path / "secret"
    code, _, err = roast("model", "monitor", "--endpoint", name)
    assert (code, f"no model is in service at {name}" in err) == (1, True)
    served = model("flat", trained_until="2025-12", wape="0.2", role="champion")
    assert (
        roast("model", "promote", "--endpoint", name, "--rows", rows, "--model", served, "--watch", "0")[0]
        == 0
    )
    secret.write_text("from-the-grove\n")
    options = ["--endpoint", name, "--recent", "28", "--report", str(tmp_path / "report.json")]
    options += ["--webhook", hook.url, "--webhook-secret", str(secret)]

    data = arrive("Yes")
    code, out, err = roast("model", "monitor", "--data", data, "--json", *options)
    assert code == 10, err
    report = json.loads(out)
    assert report == json.loads((tmp_path / "report.json").read_text())
    assert report["features"][0]["feature"] == "Promotion"
    assert {feature["feature"] for feature in report["features"] if feature["level"] != "none"} == {
        "Promotion"
    }
    # 200 are sold in each month since training, 100 were forecast
    assert report["residual"] == {
        "rows": 6,
        "wape": pytest.approx(0.5),
        "backtest": 0.2,
        "ratio": pytest.approx(2.5),
    }
    assert len(report["reasons"]) == 2
    lines = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    worst = max((metric for metric in lines if metric["name"] == PSI), key=lambda metric: metric["value"])
    assert worst["properties"]["feature"] == "Promotion"
    assert worst["value"] > 0.25
    assert [header for _, header, _ in hook.requests] == ["Bearer from-the-grove"] * 2
    assert json.loads(hook.requests[1][2])["event"] == "drift"
    assert "from-the-grove" not in out + err
    assert ml.online_deployments.get("blue", name).tags["roast-drift"].startswith("drifted")

    code, out, err = roast("model", "monitor", "--data", arrive(UNCHANGED), "--residual", "9", *options)
    assert (code, "is stable" in out) == (0, True), err
    assert len(hook.requests) == 2
    tags = ml.online_deployments.get("blue", name).tags
    assert tags["roast-drift"].startswith("stable: psi 0.00")

    code, out, err = roast("job", "status", "--endpoint", name, "--json")
    assert code == 0, err
    status = json.loads(out)
    assert status["drift"].startswith("stable: psi")
    assert status["endpoint"]["deployments"][0] | {"drift": ""} == {
        "name": "blue",
        "traffic": 100,
        "state": "Succeeded",
        "model": served,
        "outcome": "in service",
        "drift": "",
    }
    code, out, _ = roast("job", "status", "--endpoint", name)
    assert (code, served in out) == (0, True)
