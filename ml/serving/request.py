"""Parses a request into rows, or into the error response that names each bad row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from ml.core.forecasts import ForecastRow
from ml.core.predictor import RowProblem
from ml.errors import InputError
from ml.serving.contract import MAX_FIELDS, MAX_PROBLEMS, MAX_ROWS, MAX_TEXT, Row, Split


class RequestRefusedError(InputError):
    """A request that can't be answered, with the HTTP status of the response."""

    def __init__(self, status: int, message: str, rows: Sequence[RowProblem] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.rows = tuple(rows)

    def body(self) -> dict[str, Any]:
        """An `ErrorResponse`, with at most `MAX_PROBLEMS` rows."""
        shown = [
            {"row": p.row, "field": p.field, "reason": p.reason, "value": _plain(p.value)}
            for p in self.rows[:MAX_PROBLEMS]
        ]
        return {"error": {"message": self.message, "rows": shown}}

    @classmethod
    def of_rows(cls, problems: Sequence[RowProblem]) -> RequestRefusedError:
        """The answer to bad rows."""
        bad = len({problem.row for problem in problems})
        shown = f"; the first {MAX_PROBLEMS} problems are listed" if len(problems) > MAX_PROBLEMS else ""
        return cls(422, f"{bad} bad row{'s' if bad > 1 else ''}{shown}", problems)


_ROWS: TypeAdapter[list[Row]] = TypeAdapter(list[Row])
_SPLIT: TypeAdapter[Split] = TypeAdapter(Split)


def parse(body: bytes) -> list[ForecastRow]:
    """The rows of a request: `{"rows": [...]}`, a bare list, or `{"input_data": {...}}`.

    Raises:
        RequestRefusedError: 400 for a body that is not JSON or not a request, 413 for too many rows, 422 for
            bad rows.
    """
    if not body.strip():
        raise RequestRefusedError(
            400, 'the request is empty; send {"rows": [{"StoreID": ..., "Month": ...}]}'
        )
    try:
        data = from_json(body, allow_inf_nan=True)  # accepted here, so that validation names the row
    except ValueError as error:
        raise RequestRefusedError(400, f"the request is not JSON in UTF-8: {error}") from None
    rows = _rows_of(data)
    if len(rows) > MAX_ROWS:
        raise RequestRefusedError(413, f"{len(rows)} rows are too many; send at most {MAX_ROWS} at a time")
    if not rows:
        raise RequestRefusedError(422, "there are no rows")
    problems = [
        RowProblem(
            row=i, field="", reason=f"has {len(row)} fields; a row has at most {len(Row.model_fields)}"
        )
        for i, row in enumerate(rows)
        if isinstance(row, Mapping)
        and len(row) > MAX_FIELDS  # listing each unknown field would be too expensive
    ]
    if problems:
        raise RequestRefusedError.of_rows(problems)
    try:
        return [row.to_row() for row in _ROWS.validate_python(rows)]
    except ValidationError as error:
        raise RequestRefusedError.of_rows(_problems(error)) from None


def _rows_of(data: Any) -> list[Any]:
    if isinstance(data, list):
        return data
    if isinstance(data, dict) and len(data) == 1:
        if isinstance(data.get("rows"), list):
            return data["rows"]
        if "input_data" in data:
            return _unsplit(data["input_data"])
    raise RequestRefusedError(
        400, 'the request should be {"rows": [...]}, a list of rows, or {"input_data": {...}}'
    )


def _unsplit(data: Any) -> list[Any]:
    try:
        split = _SPLIT.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        location = ".".join(map(str, ("input_data", *first["loc"][:3])))
        raise RequestRefusedError(400, f"{location}: {_reason(first)}") from None
    if len(set(split.columns)) < len(split.columns):
        raise RequestRefusedError(400, "input_data.columns: a name occurs twice")
    wrong = [
        RowProblem(row=i, field="", reason=f"has {len(row)} values for {len(split.columns)} columns")
        for i, row in enumerate(split.data)
        if len(row) != len(split.columns)
    ]
    if wrong:
        raise RequestRefusedError.of_rows(wrong)
    return [dict(zip(split.columns, row, strict=True)) for row in split.data]


def _problems(error: ValidationError) -> list[RowProblem]:
    return [
        RowProblem(
            row=int(detail["loc"][0]),
            field=str(detail["loc"][1])[:MAX_TEXT] if len(detail["loc"]) > 1 else "",
            reason=_reason(detail),
            value=None if detail["type"] == "missing" else detail["input"],
        )
        for detail in error.errors(include_url=False, include_context=False)
    ]


def _reason(error: Mapping[str, Any]) -> str:
    """Pydantic's message, worded to follow the name of the field."""
    special = {
        "missing": "is missing",
        "extra_forbidden": f"is not a field of a row; the fields are: {', '.join(Row.model_fields)}",
        "model_type": "should be an object of fields",
    }
    text = special.get(error["type"]) or str(error["msg"])
    return text.removeprefix("Input ").removeprefix("String ").removeprefix("Value error, ")


def _plain(value: Any) -> str | float | bool | None:
    """A value for the error response: plain JSON, and not longer than a line."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else f"a whole number of {value.bit_length()} bits"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else f"{value[:MAX_TEXT]}…"
    return f"{'an object' if isinstance(value, Mapping) else 'a list'} of {len(value)}"
