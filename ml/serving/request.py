"""A request's bytes become rows, or an answer that says what is wrong with which row."""

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


class Refused(InputError):  # noqa: N818 - it reads as the answer it is
    """A request that can't be answered, with the status to say so."""

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
    def of_rows(cls, problems: Sequence[RowProblem]) -> Refused:
        """The answer to bad rows."""
        bad = len({problem.row for problem in problems})
        shown = f"; the first {MAX_PROBLEMS} problems are listed" if len(problems) > MAX_PROBLEMS else ""
        return cls(422, f"{bad} bad row{'s' if bad > 1 else ''}{shown}", problems)


_ROWS: TypeAdapter[list[Row]] = TypeAdapter(list[Row])
_SPLIT: TypeAdapter[Split] = TypeAdapter(Split)


def parse(body: bytes) -> list[ForecastRow]:
    """The rows of a request: `{"rows": [...]}`, a bare list, or `{"input_data": {...}}`.

    Raises:
        Refused: 400 for what is no JSON or no such request, 413 for too many rows, 422 for bad rows.
    """
    if not body.strip():
        raise Refused(400, 'the request is empty; send {"rows": [{"StoreID": ..., "Month": ...}]}')
    try:
        data = from_json(body, allow_inf_nan=True)  # so that the row is named
    except ValueError as error:
        raise Refused(400, f"the request is not JSON in UTF-8: {error}") from None
    rows = _rows_of(data)
    if len(rows) > MAX_ROWS:
        raise Refused(413, f"{len(rows)} rows are too many; send at most {MAX_ROWS} at a time")
    if not rows:
        raise Refused(422, "there are no rows")
    problems = [
        RowProblem(
            row=i, field="", reason=f"has {len(row)} fields; a row has at most {len(Row.model_fields)}"
        )
        for i, row in enumerate(rows)
        if isinstance(row, Mapping) and len(row) > MAX_FIELDS  # or listing each would cost more than it tells
    ]
    if problems:
        raise Refused.of_rows(problems)
    try:
        return [row.to_row() for row in _ROWS.validate_python(rows)]
    except ValidationError as error:
        raise Refused.of_rows(_problems(error)) from None


def _rows_of(data: Any) -> list[Any]:
    if isinstance(data, list):
        return data
    if isinstance(data, dict) and len(data) == 1:
        if isinstance(data.get("rows"), list):
            return data["rows"]
        if "input_data" in data:
            return _unsplit(data["input_data"])
    raise Refused(400, 'the request should be {"rows": [...]}, a list of rows, or {"input_data": {...}}')


def _unsplit(data: Any) -> list[Any]:
    try:
        split = _SPLIT.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, ("input_data", *first["loc"][:3])))
        raise Refused(400, f"{place}: {_reason(first)}") from None
    if len(set(split.columns)) < len(split.columns):
        raise Refused(400, "input_data.columns: a name stands there twice")
    wrong = [
        RowProblem(row=i, field="", reason=f"has {len(row)} values for {len(split.columns)} columns")
        for i, row in enumerate(split.data)
        if len(row) != len(split.columns)
    ]
    if wrong:
        raise Refused.of_rows(wrong)
    return [dict(zip(split.columns, row, strict=True)) for row in split.data]


def _problems(error: ValidationError) -> list[RowProblem]:
    return [
        RowProblem(
            row=int(one["loc"][0]),
            field=str(one["loc"][1])[:MAX_TEXT] if len(one["loc"]) > 1 else "",
            reason=_reason(one),
            value=None if one["type"] == "missing" else one["input"],
        )
        for one in error.errors(include_url=False, include_context=False)
    ]


def _reason(error: Mapping[str, Any]) -> str:
    """Pydantic's message in our words: it follows the name of the field."""
    special = {
        "missing": "is missing",
        "extra_forbidden": f"is no field of a row; there are: {', '.join(Row.model_fields)}",
        "model_type": "should be an object of fields",
    }
    text = special.get(error["type"]) or str(error["msg"])
    return text.removeprefix("Input ").removeprefix("String ").removeprefix("Value error, ")


def _plain(value: Any) -> str | float | bool | None:
    """A value as JSON can carry it, and not longer than a line."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else f"a whole number of {value.bit_length()} bits"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else f"{value[:MAX_TEXT]}…"
    return f"{'an object' if isinstance(value, Mapping) else 'a list'} of {len(value)}"
