"""Requests and responses of the endpoint. The OpenAPI document is generated from these models."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from ml.core.forecasts import Forecast, ForecastRow
from ml.option_values import MAX_ROWS

MAX_BYTES = 8 * 1024 * 1024
MAX_TEXT = 200
MAX_PRICE = 1e9
"""Far above any price, and far below where single precision, which trees compute in, overflows."""
MAX_PROBLEMS = 100
MAX_FIELDS = 64
_MONTH = re.compile(r"^[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$")


@lru_cache(maxsize=1024)  # a batch holds few different months
def _first_day(text: str) -> dt.date | None:
    """The first day of that month, or `None` if the text is not a month."""
    if not _MONTH.fullmatch(text):  # `fromisoformat` alone also accepts weeks and 20261201
        return None
    try:
        return dt.date.fromisoformat(text if len(text) > len("2026-12") else f"{text}-01").replace(day=1)
    except ValueError:
        return None


def _month(text: str) -> str:
    if _first_day(text) is None:
        raise PydanticCustomError("month", "should be a month such as 2026-12, or a day in it")
    return text


Text = Annotated[str, Field(max_length=MAX_TEXT)]
MonthText = Annotated[str, AfterValidator(_month), Field(json_schema_extra={"pattern": _MONTH.pattern})]


class _ContractModel(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Row(_ContractModel):
    """One store and month to forecast. What is left out, or null, is filled from the store's past."""

    StoreID: Annotated[Text, Field(min_length=1, description="as in the sales rows", examples=["S001"])]
    Month: Annotated[MonthText, Field(description="the month, or a day in it", examples=["2026-12"])]
    Country: Annotated[Text | None, Field(description="of a store without history, to find its like")] = None
    City: Annotated[Text | None, Field(description="of a store without history, to find its like")] = None
    Price: Annotated[
        Annotated[float, Field(ge=0, le=MAX_PRICE, allow_inf_nan=False)] | None,
        Field(description="mean price planned for that month"),
    ] = None
    Weather: Text | None = None
    Promotion: Text | None = None
    Holiday: Text | None = None

    def to_row(self) -> ForecastRow:
        """The row as the predictor takes it."""
        month = _first_day(self.Month)
        if month is None:
            raise ValueError(self.Month)  # cannot happen after validation
        return ForecastRow(
            store_id=self.StoreID,
            month=month,
            country=self.Country,
            city=self.City,
            price=self.Price,
            weather=self.Weather,
            promotion=self.Promotion,
            holiday=self.Holiday,
        )


Rows = Annotated[list[Row], Field(min_length=1, max_length=MAX_ROWS)]


class RowsRequest(_ContractModel):
    """Rows by name."""

    rows: Rows


class Split(_ContractModel):
    """A table as pandas' `to_dict(orient="split")` gives it: names, then one list of values per row."""

    columns: Annotated[list[str], Field(min_length=1, max_length=MAX_FIELDS)]
    data: Annotated[list[list[str | float | None]], Field(min_length=1, max_length=MAX_ROWS)]
    index: list[int | str] | None = None


class SplitRequest(_ContractModel):
    """The payload that Azure ML's studio sends to MLflow models."""

    input_data: Split


class ModelInfo(_ContractModel):
    """The model that answered."""

    name: str
    version: str | None


class Prediction(_ContractModel):
    """The forecast of one row."""

    StoreID: str
    Month: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    QuantitySold: Annotated[float, Field(ge=0)]
    Lower: Annotated[float | None, Field(description="null if the model has no interval")]
    Upper: Annotated[float | None, Field(description="null if the model has no interval")]
    Fallback: Annotated[
        Literal["city", "country", "all"] | None,
        Field(description="whose mean stands in for a store without history"),
    ]
    Warnings: list[str]


class Response(_ContractModel):
    """One prediction per row, in the order of the rows."""

    model: ModelInfo
    predictions: list[Prediction]


class BadRow(_ContractModel):
    """Why a row can't be forecast."""

    row: Annotated[int, Field(ge=0, description="its position in the request, from 0")]
    field: str
    reason: str
    value: str | float | bool | None = None


class Error(_ContractModel):
    """What is wrong, and every row it is wrong in, up to a hundred."""

    message: str
    rows: list[BadRow]


class ErrorResponse(_ContractModel):
    """The answer to a request that is refused."""

    error: Error


def response(forecasts: Sequence[Forecast], name: str, version: str | None) -> dict[str, Any]:
    """A `Response`, built without validation: this is the request path, and `Forecast` is typed already."""
    return {
        "model": {"name": name, "version": version},
        "predictions": [
            {
                "StoreID": forecast.store_id,
                "Month": f"{forecast.month.year:04}-{forecast.month.month:02}",
                "QuantitySold": forecast.quantity,
                "Lower": forecast.lower,
                "Upper": forecast.upper,
                "Fallback": forecast.fallback,
                "Warnings": list(forecast.warnings),
            }
            for forecast in forecasts
        ],
    }
