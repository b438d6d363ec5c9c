"""What the platform asks of the model's side: requests to try a model with, what is wrong with an answer."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ml.serving.contract import Response
from ml.serving.score import find_model
from ml.store import bundle

_ROWS = 20


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
