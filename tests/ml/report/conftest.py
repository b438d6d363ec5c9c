"""A run's folders as its steps write them, from seeded sales, and a real browser to open the report in."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml.core import backtest, gate, metrics
from ml.core.schema import KEYS
from ml.report.sources import FOLDERS
from ml.store import frames, lineage
from ml.store.lineage import Lineage

ROOT = Path(__file__).resolve().parents[3]
CITIES = (("U.S.", "Chicago"), ("U.S.", "New York"), ("Canada", "Montréal"), ("Mexico", "Mérida"))
ORIGINS = tuple(np.datetime64(m, "M") for m in ("2023-09", "2023-06", "2023-03"))
HORIZON = 3
ERRORS = {
    "lagged": 0.06,
    "random-forest": 0.12,
    "last-month": 0.2,
    "seasonal-naive": 0.15,
    "seasonal-naive-growth": 0.1,
}
BASELINES = ("last-month", "seasonal-naive", "seasonal-naive-growth")

Folders = dict[str, Path]
WriteRun = Callable[..., Folders]


def monthly_sales(stores: int, cities: Sequence[tuple[str, str]] = CITIES) -> pd.DataFrame:
    """Four years of trend and season per store; the last month is cut off, and one store opens late."""
    rng = np.random.default_rng(7)
    months = pd.date_range("2020-01-01", "2024-01-01", freq="MS").as_unit("s")
    rows: list[pd.DataFrame] = []
    for i in range(stores):
        country, city = cities[i % len(cities)]
        t = np.arange(len(months))
        level = 400 * (1 + i % 7) * (1 + 0.004 * t) * (1 + 0.2 * np.sin(2 * np.pi * t / 12))
        quantity = np.round(level * rng.normal(1, 0.04, len(months)))
        own = pd.DataFrame({"StoreID": f"S{i:03d}", "Country": country, "City": city, "Month": months})
        own = own.assign(QuantitySold=quantity, Complete=months < months[-1])
        rows.append(own.iloc[30 if i == 1 else 0 :])
    return pd.concat(rows, ignore_index=True)


def backtest_rows(monthly: pd.DataFrame, errors: dict[str, float]) -> pd.DataFrame:
    """Forecasts of each candidate: what was sold, times an error of the given spread."""
    rng = np.random.default_rng(11)
    parts: list[pd.DataFrame] = []
    for name, spread in errors.items():
        for origin in ORIGINS:
            ahead = monthly["Month"].to_numpy().astype("datetime64[M]") - origin
            ahead = ahead.astype(int)
            rows = monthly[(ahead >= 1) & (ahead <= HORIZON) & monthly["Complete"].to_numpy(bool)]
            horizon = (rows["Month"].to_numpy().astype("datetime64[M]") - origin).astype(int)
            parts.append(
                rows[list(KEYS)].assign(
                    candidate=name,
                    origin=origin.astype("datetime64[s]"),
                    horizon=horizon,
                    actual=rows["QuantitySold"],
                    predicted=rows["QuantitySold"] * rng.normal(1, spread, len(rows)).clip(0.1),
                    scale=100.0,
                )
            )
    return pd.concat(parts, ignore_index=True)


def write_run(
    root: Path,
    *,
    stores: int = 8,
    cities: Sequence[tuple[str, str]] = CITIES,
    errors: dict[str, float] | None = None,
    champion: float | None = None,
    example: str = "StoreID=S001, QuantitySold=-4",
) -> Folders:
    """Writes every folder the report reads.

    Args:
        root: where to.
        stores: how many.
        cities: country and city of the stores, in turn.
        errors: spread of each candidate's error; the least wins.
        champion: spread of the champion's error, if there is one.
        example: of a row that was set aside.
    """
    folders = {name: root / name for name in FOLDERS}
    for folder in folders.values():
        folder.mkdir(parents=True)
    errors = errors or ERRORS
    monthly = monthly_sales(stores, cities)
    frames.write(monthly, folders["monthly"] / "monthly.parquet")
    source = Lineage(
        source="preprocess",
        rows=len(monthly),
        columns=tuple(monthly.columns),
        hash="b5" * 32,
        inputs={"raw": "a1" * 32},
        parameters={"recipe": "extended"},
    )
    lineage.write(folders["monthly"], source)
    rows = backtest_rows(monthly, errors | ({"champion": champion} if champion else {}))
    rows, intervals = backtest.calibrate(rows, 0.8)
    frames.write(metrics.table(rows), folders["evaluation"] / "scores.parquet")
    frames.write(rows, folders["evaluation"] / "backtest.parquet")
    for name, interval in intervals.items():
        content = {"note": interval} if isinstance(interval, str) else interval.to_json()
        _json(folders["evaluation"] / "intervals" / f"{name}.json", content)
    verdict = _verdict(rows, errors, with_champion=champion is not None)
    _json(folders["evaluation"] / "verdict.json", verdict.to_json())
    _json(folders["evaluation"] / "customer_split.json", _split())
    headlines = {
        "horizon": HORIZON,
        "origins": [str(origin) for origin in ORIGINS],
        "warnings": ["lstm could not be tested from 2023-03: it needs 40 months"],
    }
    _json(folders["evaluation"] / "scores.json", headlines)
    _json(folders["quality"] / "quality.json", _quality(len(monthly), example))
    _json(folders["importance"] / "importance.json", _importance())
    _json(
        folders["registration"] / "registration.json",
        {"registered": verdict.promote, "name": "monthly-demand", "version": "3", "reason": verdict.reason},
    )
    about = {"format": 1, "recipe": "extended", "seed": 42, "trained_until": "2023-12"}
    _json(folders["registration"] / "model" / "data" / "bundle" / "bundle.json", about)
    return folders


def _verdict(rows: pd.DataFrame, errors: dict[str, float], *, with_champion: bool) -> gate.Verdict:
    kinds = [(n, n in BASELINES) for n in sorted(errors, key=lambda n: n not in BASELINES)]
    return gate.judge(
        rows,
        [gate.Challenger(name=n, kind="baseline" if b else "model", recipe="extended") for n, b in kinds],
        gate.ChampionInfo(model="xgboost", recipe="extended", trained_until="2023-03", hash="c0", version="2")
        if with_champion
        else None,
    )


def _split() -> dict[str, Any]:
    score = {"rmsle": 0.2, "bias": 0.01, "n": 24, "trained_on": 300}
    by_time = [
        {"origin": str(o), "wape": w, **score} for o, w in zip(ORIGINS, (0.12, 0.15, 0.18), strict=True)
    ]
    return {
        "model": "random-forest",
        "recipe": "customer",
        "random": {"wape": 0.05, **score},
        "time": by_time[0],
        "origins": by_time,
    }


def _quality(rows_out: int, example: str) -> dict[str, Any]:
    rows_in = 118_240
    return {
        "rows_in": rows_in,
        "rows_valid": rows_in - 40,
        "rows_quarantined": 40,
        "rules": [
            {"rule": "quantity is not negative", "count": 28, "example": example},
            {"rule": "date is not in the future", "count": 12, "example": "Date=2031-02-30"},
        ],
        "warnings": ["Weather is missing in 12.5 % of rows"],
        "reduction": {"rows_in": rows_in, "rows_out": rows_out, "factor": rows_in / rows_out},
        "returns": {"rows": 1, "quantity": 3.0},
        "columns": [{"name": "Weather", "missing": rows_in // 8}, {"name": "Price", "missing": 0}],
        "incomplete_months": 8,
        "granularity": "daily",
    }


def _importance() -> dict[str, Any]:
    return {
        "random-forest": {
            "impurity": {"StoreID": 0.4, "Price": 0.1, "Season": 0.2, "QuantitySold": 0.3},
            "permutation": {"StoreID": 0.8, "Season": 0.202, "Price": -0.002},
        }
    }


def _json(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture(name="write_run")
def _write_run() -> WriteRun:
    return write_run


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """One run that most tests only read."""
    return write_run(tmp_path_factory.mktemp("run"))
