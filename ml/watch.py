"""What monitoring and promotion need from ml: test requests, checks of the answers, drift."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from ml.core import drift as drift_measures
from ml.core import validation
from ml.core.calendar import latest_day
from ml.errors import InputError
from ml.serving.contract import Response
from ml.serving.scorer import find_model
from ml.store import bundle, lineage, mltable

_ROWS = 20
_BATCH = 1000
# The features that can drift. Season and weekend follow from the calendar; drift of the quantity shows in the
# errors of its forecasts.
_NUMBERS = ("Price",)
_CATEGORIES = ("StoreID", "Country", "City", "Category", "Weather", "Promotion", "Holiday")


def requests(model: Path, count: int) -> list[bytes]:
    """`count` requests for the month after training, of the stores that this model knows.

    Args:
        model: folder of an MLflow model or a bundle, or one up to two levels above it.
        count: of requests; a few rows each, for different stores as long as there are any.

    Raises:
        InputError: there is no model in the folder.
    """
    rows = [
        {"StoreID": row.store_id, "Month": f"{row.month:%Y-%m}"}
        for row in bundle.load(find_model(model)).grid(1)
    ]
    parts = [rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS)]
    return [_body(parts[number % len(parts)]) for number in range(count)]


def problem(body: bytes, answer: bytes) -> str | None:
    """What is wrong with an answer; None if it holds one prediction per row, as the contract requires."""
    try:
        response = Response.model_validate_json(answer)
    except ValueError as error:
        return f"the answer breaks the contract: {str(error).splitlines()[0]}"
    asked = len(json.loads(body)["rows"])
    predicted = len(response.predictions)
    return None if asked == predicted else f"{predicted} predictions for {asked} rows"


def forecasts(answer: bytes) -> list[float]:
    """The quantities of an answer, by row."""
    return [prediction.QuantitySold for prediction in Response.model_validate_json(answer).predictions]


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
        InputError: there are no sales, or none older than `days`.
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
            f"the training data hold no sales before the last {days} days", "use fewer: --recent DAYS"
        )
    compared = drift_measures.same_season(trained, recent, "Date")
    drifts = drift_measures.drifts(compared, recent, numbers=_NUMBERS, categories=_CATEGORIES)
    return {
        "features": [
            {
                "feature": drift.feature,
                "psi": drift.psi,
                "noise": drift.noise,
                "level": drift.level,
                **asdict(drift.shift),
            }
            for drift in drifts
        ],
        "training_rows": len(compared),
        "recent_rows": len(recent),
        "recent_from": f"{since:%Y-%m-%d}",
        "recent_until": f"{until:%Y-%m-%d}",
    }


def arrived(raw: Path, trained_until: str) -> tuple[list[bytes], list[float]]:
    """Requests for the whole months since training, and the quantity sold of each row."""
    sales = _sales(raw)
    month = sales["Date"].dt.to_period("M").dt.to_timestamp()
    last = sales["Date"].max()
    # The current month is not over, and would look like a collapse of sales.
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
        float(total) for total in totals
    ]


def residual(actual: Sequence[float], predicted: Sequence[float], backtest: float) -> dict[str, float]:
    """The error of those forecasts beside that of the backtest: `rows`, `wape`, `backtest`, `ratio`."""
    comparison = drift_measures.residual(actual, predicted, backtest)
    return {**asdict(comparison), "ratio": comparison.ratio}


def _sales(raw: Path) -> pd.DataFrame:
    """The good rows of the MLTable in that folder, by the rules of `preprocess`."""
    described = sorted(raw.rglob(mltable.FILE))
    if not described:
        raise InputError(f"{raw} holds no {mltable.FILE}", "import the sales first")
    folder = described[0].parent
    taken = lineage.read(folder).imported_at if (folder / lineage.FILE).exists() else None
    day = latest_day(taken or dt.datetime.now(dt.UTC))
    rows = validation.check(mltable.scan(folder), imported_on=day).sales.to_pandas()
    return rows.assign(Date=pd.to_datetime(rows["Date"]))


def _month(text: str) -> pd.Timestamp:
    return pd.Timestamp(f"{text}-01")
