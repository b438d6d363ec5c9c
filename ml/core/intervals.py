"""Prediction intervals by split conformal calibration on the residuals of a backtest.

A residual is divided by the predicted level raised to an exponent, so that small and large stores share one
calibration: common shocks grow with the level, random variation with its square root (Taylor's law), and the
exponent between the two is estimated from the residuals. Levels near zero count as `floor`. Per horizon the
half-width is the finite-sample conformal quantile, the ceil((n + 1) x coverage)-th smallest of n (Vovk et
al., 2005). This reaches the requested coverage if future residuals are exchangeable with those of the
backtest. Months that share a shock are not, so coverage is also measured, on months left out of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FLOOR_QUANTILE = 0.05
"""The floor of the scale: this quantile of the predicted levels above zero."""

EXPONENTS = (0.5, 1.0)
"""The exponent lies between square root and proportional growth."""

ENOUGH_FOR_EXPONENT = 100
"""With fewer residuals the exponent is 1: a slope through so few says little."""

MEASURABLE_ORIGINS = 3
"""From this many origins on, the newest alone measures the coverage; with fewer, each measures the others."""


@dataclass(frozen=True, kw_only=True)
class Residuals:
    """Equal-length arrays: forecasts, their origin (the last training month), and the actual quantities."""

    origin: NDArray[np.datetime64]
    horizon: Ints
    actual: Floats
    predicted: Floats

    @property
    def month(self) -> NDArray[np.datetime64]:
        return self.origin.astype("datetime64[M]") + self.horizon.astype("timedelta64[M]")

    def where(self, mask: NDArray[np.bool_]) -> Residuals:
        return Residuals(
            origin=self.origin[mask],
            horizon=self.horizon[mask],
            actual=self.actual[mask],
            predicted=self.predicted[mask],
        )


@dataclass(frozen=True, kw_only=True)
class Intervals:
    """Half-widths by horizon, in multiples of the predicted level to the power of `exponent`.

    Attributes:
        coverage: the requested share of months.
        floor: the least level that the half-widths are multiples of, in units of quantity.
        widths: half-width by horizon in months; only horizons with enough residuals are here.
        counts: residuals behind each width.
        exponent: 1 if errors grow with the level, less if they grow more slowly.
        measured_coverage: share of held-out months that fell inside, or `None` if it can't be measured.
        relative_width: sum of the held-out intervals' widths over the sum of their forecasts.
        note: a caveat about these numbers, or `""`.
    """

    coverage: float
    floor: float
    widths: Mapping[int, float]
    counts: Mapping[int, int]
    exponent: float = 1.0
    measured_coverage: float | None = None
    relative_width: float | None = None
    note: str = ""

    @classmethod
    def fit(cls, residuals: Residuals, coverage: float) -> Intervals | None:
        """Calibrates on all residuals and measures the coverage out of sample.

        Returns:
            `None` if there are too few residuals for the coverage (see `too_few`).
        """
        known = residuals.where(np.isfinite(residuals.actual) & np.isfinite(residuals.predicted))
        fitted = _calibrate(known, coverage)
        return None if fitted is None else _measure(fitted, known)

    def bounds(self, quantity: Floats, horizon: Ints) -> tuple[Floats, Floats]:
        """Lower (never negative) and upper bound of each forecast.

        Args:
            quantity: the forecasts.
            horizon: months after the last training month, 1 for the next one. A horizon without a width of
                its own takes that of the next longer one; beyond the longest it takes the widest.
        """
        widths = self._table[np.clip(horizon, 1, len(self._table)) - 1]
        half = widths * np.maximum(quantity, self.floor) ** self.exponent
        return np.maximum(quantity - half, 0.0), quantity + half

    @cached_property
    def _table(self) -> Floats:
        """Half-width of the horizons 1 to the longest, and last of all longer ones."""
        known = sorted(self.widths)
        own = [self.widths[min(k for k in known if k >= h)] for h in range(1, known[-1] + 1)]
        return np.array([*own, max(self.widths.values())])

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "coverage": self.coverage,
            "floor": self.floor,
            "widths": {str(h): w for h, w in self.widths.items()},
            "counts": {str(h): n for h, n in self.counts.items()},
            "exponent": self.exponent,
            "measured_coverage": self.measured_coverage,
            "relative_width": self.relative_width,
            "note": self.note,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Intervals:
        """From what `to_json` gave."""
        return cls(
            coverage=float(data["coverage"]),
            floor=float(data["floor"]),
            widths={int(h): float(w) for h, w in data["widths"].items()},
            counts={int(h): int(n) for h, n in data["counts"].items()},
            exponent=float(data.get("exponent", 1.0)),
            measured_coverage=data["measured_coverage"],
            relative_width=data["relative_width"],
            note=data["note"],
        )


def needed(coverage: float) -> int:
    """The least number of residuals whose conformal quantile is finite: 4 for 80 %, 99 for 99 %."""
    # 0.8 / (1 - 0.8) is a little more than 4 in binary: rounding keeps it at 4
    return math.ceil(round(coverage / (1 - coverage), 9))


def too_few(residuals: Residuals, coverage: float) -> str:
    """Why `Intervals.fit` gave `None`, for the report."""
    n = int((np.isfinite(residuals.actual) & np.isfinite(residuals.predicted)).sum())
    return f"an interval of {coverage:.0%} needs {needed(coverage)} forecast errors; the backtest gave {n}"


def held_out_bounds(residuals: Residuals, coverage: float) -> tuple[Floats, Floats]:
    """Bounds of each backtest forecast, calibrated on the other origins and on other months only.

    NaN where the others gave too few residuals.
    """
    lower = np.full(len(residuals.actual), np.nan)
    upper = lower.copy()
    for origin in np.unique(residuals.origin):
        here = residuals.origin == origin
        # origins may overlap: a month tested here must not calibrate, from whichever origin it was forecast
        others = residuals.where(~np.isin(residuals.month, residuals.month[here]))
        fitted = _calibrate(others, coverage)
        if fitted is not None:
            lower[here], upper[here] = fitted.bounds(residuals.predicted[here], residuals.horizon[here])
    return lower, upper


def _calibrate(residuals: Residuals, coverage: float) -> Intervals | None:
    if len(residuals.actual) < needed(coverage):
        return None
    levels = residuals.predicted[residuals.predicted > 0]
    floor = float(np.quantile(levels, FLOOR_QUANTILE)) if len(levels) else 1.0
    errors, scales = np.abs(residuals.actual - residuals.predicted), np.maximum(residuals.predicted, floor)
    exponent = _exponent(errors, scales)
    scores = errors / scales**exponent
    counts = {int(h): int((residuals.horizon == h).sum()) for h in np.unique(residuals.horizon)}
    counts = {h: n for h, n in counts.items() if n >= needed(coverage)}
    widths = {h: _quantile(scores[residuals.horizon == h], coverage) for h in counts}
    if not widths:  # no horizon has enough of its own: all share one width
        longest = int(residuals.horizon.max())
        counts, widths = {longest: len(scores)}, {longest: _quantile(scores, coverage)}
    return Intervals(coverage=coverage, floor=floor, widths=widths, counts=counts, exponent=exponent)


def _exponent(errors: Floats, levels: Floats) -> float:
    """Slope of the logarithm of the error over that of the level."""
    known = errors > 0
    x, y = np.log(levels[known]), np.log(errors[known])
    if len(x) < ENOUGH_FOR_EXPONENT or np.ptp(x) == 0:
        return 1.0
    x = x - x.mean()
    return float(np.clip((x @ y) / (x @ x), *EXPONENTS))


def _quantile(scores: Floats, coverage: float) -> float:
    rank = math.ceil(round((len(scores) + 1) * coverage, 9))
    return float(np.partition(scores, rank - 1)[rank - 1])


def _measure(fitted: Intervals, residuals: Residuals) -> Intervals:
    origins = np.unique(residuals.origin)
    lower, upper = held_out_bounds(residuals, fitted.coverage)
    held_out = np.isfinite(lower)
    if len(origins) >= MEASURABLE_ORIGINS:
        held_out &= residuals.origin == origins[-1]
    if not held_out.any():
        return replace(fitted, note="coverage could not be measured: no origin is left to measure it on")
    actual, forecast = residuals.actual[held_out], residuals.predicted[held_out]
    lower, upper = lower[held_out], upper[held_out]
    total = float(forecast.sum())
    return replace(
        fitted,
        measured_coverage=float(((lower <= actual) & (actual <= upper)).mean()),
        relative_width=float((upper - lower).sum()) / total if total > 0 else None,
        note="" if len(origins) >= MEASURABLE_ORIGINS else "coverage was measured on two origins only",
    )
