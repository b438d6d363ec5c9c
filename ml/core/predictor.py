"""A model with everything a forecast needs: the profile of the stores and the intervals."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.core.filling import EMPTY
from ml.core.forecasts import Forecast, ForecastRow, month_number, month_of
from ml.core.intervals import Intervals
from ml.core.models.base import Fitted
from ml.core.profile import Profile
from ml.core.stores import FILLED, YEAR, Series
from ml.errors import InputError
from ml.option_values import MAX_HORIZON

Floats = NDArray[np.float64]

__all__ = ["MAX_HORIZON", "Forecast", "ForecastRow", "Predictor", "RowProblem", "RowsRefusedError"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RowProblem:
    """Why one row can't be forecast: its position, the field at fault, the reason and the value."""

    row: int
    field: str
    reason: str
    value: object = None

    def __str__(self) -> str:
        return f"row {self.row}, {self.field}: {self.reason}"


class RowsRefusedError(InputError):
    """Some rows can't be forecast; `rows` holds every problem."""

    def __init__(self, rows: Sequence[RowProblem]) -> None:
        more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
        super().__init__(f"{rows[0]}{more}")
        self.rows = tuple(rows)


@dataclass(frozen=True, kw_only=True)
class Predictor:
    """The one path from rows to forecasts, for the backtest, the command line and the endpoint."""

    model: Fitted
    profile: Profile
    intervals: Intervals | None = None

    def forecast(self, rows: Sequence[ForecastRow]) -> list[Forecast]:
        """Quantity, interval, fallback and warnings of each row, in their order.

        A store without history gets the mean per day of its city, else its country, else of all stores. A
        month up to the last one of training is forecast too, with a warning. Quantities are finite, never
        negative.

        Raises:
            RowsRefusedError: a month lies more than `MAX_HORIZON` months after training.
        """
        self._refuse_far_months(rows)
        if not rows:
            return []
        series = [self.profile.find(row) for row in rows]
        quantity, lower, upper = self._predict(rows, series)
        return [
            self._forecast_row(*values)
            for values in zip(rows, series, quantity.tolist(), lower.tolist(), upper.tolist(), strict=True)
        ]

    def grid(self, months: int) -> list[ForecastRow]:
        """The rows of the next `months` months for every series that sold in the last twelve of training."""
        profile = self.profile
        return [
            ForecastRow(
                store_id=series.store_id,
                country=series.country,
                city=series.city,
                month=month_of(profile.last_month + ahead),
            )
            for series in profile.series
            if series.last_month > profile.last_month - YEAR
            for ahead in range(1, months + 1)
        ]

    def _refuse_far_months(self, rows: Sequence[ForecastRow]) -> None:
        limit = self.profile.last_month + MAX_HORIZON
        far = [(i, row.month) for i, row in enumerate(rows) if month_number(row.month) > limit]
        if far:
            reason = f"is after {month_of(limit):%Y-%m}, {MAX_HORIZON} months past the last one of training"
            raise RowsRefusedError(
                [RowProblem(row=i, field="Month", reason=reason, value=f"{m:%Y-%m}") for i, m in far]
            )

    def _predict(
        self, rows: Sequence[ForecastRow], series: Sequence[Series | None]
    ) -> tuple[Floats, Floats, Floats]:
        """The model's quantity per row and its bounds; NaN for new stores and where the model gives none."""
        quantity, lower, upper = (np.full(len(rows), np.nan) for _ in range(3))
        old = [i for i, match in enumerate(series) if match is not None]
        if old:
            columns = self.profile.columns([rows[i] for i in old], [series[i] for i in old])
            quantity[old] = self.model.predict(columns)
        predicted = np.isfinite(quantity)
        quantity = np.where(predicted, np.maximum(quantity, 0), np.nan)
        if self.intervals is not None and predicted.any():
            numbers = np.array([month_number(row.month) for row in rows], dtype=np.int64)
            horizon = np.maximum(numbers - self.profile.last_month, 1)
            lower[predicted], upper[predicted] = self.intervals.bounds(
                quantity[predicted], horizon[predicted]
            )
        return quantity, lower, upper

    def _forecast_row(
        self, row: ForecastRow, series: Series | None, quantity: float, lower: float, upper: float
    ) -> Forecast:
        warnings = self._warnings(row, series)
        fallback = None
        if math.isnan(quantity):
            location = (row.country, row.city) if series is None else (series.country, series.city)
            fallback, level = self.profile.level(*location)
            days = monthrange(row.month.year, row.month.month)[1]
            quantity, lower, upper = level.daily * days, level.low * days, level.high * days
            why = "no history of this store" if series is None else "the model gave no value"
            warnings.append(f"{why}: the mean of {_REGIONS[fallback]} is used")
        if math.isnan(lower):
            warnings.append("no interval: this model has no backtest")
        return Forecast(
            store_id=row.store_id,
            month=row.month.replace(day=1),
            quantity=quantity,
            lower=None if math.isnan(lower) else max(0.0, min(lower, quantity)),
            upper=None if math.isnan(upper) else max(upper, quantity),
            fallback=fallback,
            warnings=tuple(warnings),
        )

    def _warnings(self, row: ForecastRow, series: Series | None) -> list[str]:
        """Warnings about a row that is forecast nevertheless."""
        profile = self.profile
        warnings: list[str] = []
        if month_number(row.month) <= profile.last_month:
            end = month_of(profile.last_month)
            warnings.append(f"the month is not after training, which ends in {end:%Y-%m}")
        if series is not None:
            if row.country not in {None, series.country} and series.country != EMPTY["Country"]:
                warnings.append(f"Country {row.country!r}: this store is known in {series.country!r}")
            if row.city not in {None, series.city} and series.city != EMPTY["City"]:
                warnings.append(f"City {row.city!r}: this store is known in {series.city!r}")
            if series.last_month < profile.last_month:
                warnings.append(f"no sales of this store after {month_of(series.last_month):%Y-%m}")
            # A regional mean does not depend on these, so there is no warning for a new store.
            for field in FILLED:
                value = getattr(row, field.lower())
                if value is not None and not profile.knows(field, value):
                    warnings.append(f"{field} {value!r} is not in the training data: the usual value is used")
        return warnings


_REGIONS = {"city": "its city", "country": "its country", "all": "all stores"}
