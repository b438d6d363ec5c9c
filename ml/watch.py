"""What the platform asks of the model's side: requests to try a model with, what an answer says, drift."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from ml.core import drift as drifting
from ml.core import validation
from ml.errors import InputError
from ml.serving.contract import Response
from ml.serving.score import find_model
from ml.store import bundle, lineage, mltable

_ROWS = 20
_BATCH = 1000
# What a model sees of a row that can drift. Season and weekend are the calendar's; the quantity is judged by
# the errors of its forecasts.
_NUMBERS = ("Price",)
_CATEGORIES = ("StoreID", "Country", "City", "Category", "Weather", "Promotion", "Holiday")


def requests(model: Path, count: int) -> list[bytes]:
    """So many requests for the month after training, of the stores that this model knows.

    Args:
        model: folder of an MLflow model or a bundle, or one up to two levels above it.
        count: of requests; a few rows each, over other stores as long as there are any.

    Raises:
        InputError: there is no model.
    """
    rows = [
        {"StoreID": one.store_id, "Month": f"{one.month:%Y-%m}"}
        for one in bundle.load(find_model(model)).grid(1)
    ]
    parts = [rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS)]
    return [_body(parts[number % len(parts)]) for number in range(count)]


def problem(body: bytes, answer: bytes) -> str | None:
    """What is wrong with an answer; None if it is one prediction per row, as the contract says."""
    try:
        found = Response.model_validate_json(answer)
    except ValueError as error:
        return f"the answer breaks the contract: {str(error).splitlines()[0]}"
    asked = len(json.loads(body)["rows"])
    said = len(found.predictions)
    return None if asked == said else f"{said} predictions for {asked} rows"


def forecasts(answer: bytes) -> list[float]:
    """The quantities of an answer, by row."""
    return [one.QuantitySold for one in Response.model_validate_json(answer).predictions]


def _body(rows: Sequence[Mapping[str, Any]]) -> bytes:
    return json.dumps({"rows": rows}).encode()


def drift(raw: Path, trained_until: str, days: int) -> dict[str, Any]:
    """How the sales of the last days differ from those of the same months of training.

    Args:
        raw: folder with an MLTable of raw sales in it.
        trained_until: the last month of training, such as `2026-09`.
        days: that count as recent, back from the last day sold.

    Returns:
        `features` (largest drift first: `feature`, `psi`, `noise`, `level`, and the `bin` that moved most
        with its shares `before` and `now`), `training_rows`, `recent_rows`, `recent_from`, `recent_until`.

    Raises:
        InputError: there are no sales, or none that are older.
    """
    sales = _sales(raw)
    until = sales["Date"].max()
    since = until - pd.Timedelta(days=days - 1)
    recent = sales[sales["Date"] >= since]
    trained = sales[
        (sales["Date"] < since) & (sales["Date"] < _month(trained_until) + pd.offsets.MonthBegin(1))
    ]
    if trained.empty:
        raise InputError(
            f"no sales of training are older than the last {days} days", "ask for fewer: --recent DAYS"
        )
    compared = drifting.same_season(trained, recent, "Date")
    found = drifting.drifts(compared, recent, numbers=_NUMBERS, categories=_CATEGORIES)
    return {
        "features": [
            {
                "feature": one.feature,
                "psi": one.psi,
                "noise": one.noise,
                "level": one.level,
                **asdict(one.shift),
            }
            for one in found
        ],
        "training_rows": len(compared),
        "recent_rows": len(recent),
        "recent_from": f"{since:%Y-%m-%d}",
        "recent_until": f"{until:%Y-%m-%d}",
    }


def arrived(raw: Path, trained_until: str) -> tuple[list[bytes], list[float]]:
    """Requests for the whole months that have come since training, and what was sold in each row of them."""
    sales = _sales(raw)
    month = sales["Date"].dt.to_period("M").dt.to_timestamp()
    last = sales["Date"].max()
    # A month that still goes on would look like a collapse of sales.
    whole = month < (last + pd.Timedelta(days=1)).to_period("M").to_timestamp()
    chosen = sales[(month > _month(trained_until)) & whole]
    totals = chosen.groupby(["StoreID", "Country", "City", month[chosen.index]], sort=True)[
        "QuantitySold"
    ].sum()
    rows = [
        {"StoreID": store, "Country": country, "City": city, "Month": f"{when:%Y-%m}"}
        for store, country, city, when in totals.index
    ]
    return [_body(rows[at : at + _BATCH]) for at in range(0, len(rows), _BATCH)], [
        float(one) for one in totals
    ]


def residual(actual: Sequence[float], predicted: Sequence[float], backtest: float) -> dict[str, float]:
    """The error of those forecasts beside that of the backtest: `rows`, `wape`, `backtest`, `ratio`."""
    found = drifting.residual(actual, predicted, backtest)
    return {**asdict(found), "ratio": found.ratio}


def _sales(raw: Path) -> pd.DataFrame:
    """The good rows of the MLTable in that folder, by the rules of `preprocess`."""
    described = sorted(raw.rglob(mltable.FILE))
    if not described:
        raise InputError(f"there is no {mltable.FILE} in {raw}", "import the sales first")
    folder = described[0].parent
    taken = lineage.read(folder).imported_at if (folder / lineage.FILE).exists() else None
    day = (taken or dt.datetime.now(dt.UTC)).date()
    rows = validation.check(mltable.scan(folder), imported_on=day).sales.to_pandas()
    return rows.assign(Date=pd.to_datetime(rows["Date"]))


def _month(text: str) -> pd.Timestamp:
    return pd.Timestamp(f"{text}-01")
