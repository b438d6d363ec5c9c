"""Drift of recent rows from those of training: population stability, and forecast errors.

The population stability index of a feature is `sum over bins of (q - p) * ln(q / p)`, with p and q the shares
of training and of recent rows: Jeffreys' divergence. Below 0.1 nothing has changed, above 0.25 the population
has (Siddiqi, Credit Risk Scorecards, 2006, which gives both thresholds). Numbers fall into the deciles of
training; categories, the unseen and the missing ones too, are bins of their own.

Two samples of one population have an index above zero as well: it is distributed as chi-squared with B - 1
degrees of freedom times (1/n + 1/m) (Yurdakul, Statistical Properties of Population Stability Index, 2018).
`noise` is the 99 % point of its normal approximation; an index below it is not drift, whatever the threshold
is. Rows of one store and day are not independent, so it is a lower bound.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.metrics import wape

MODERATE = 0.1
STRONG = 0.25
BINS = 10
MISSING = "(missing)"
_HALF = 0.5  # added to each bin, so that an empty one has a logarithm (Jeffreys' prior)
_Z99 = 2.326

DriftLevel = Literal["none", "moderate", "strong"]


@dataclass(frozen=True, kw_only=True)
class Shift:
    """The bin that has moved most: its shares of training and of recent rows."""

    bin: str
    before: float
    now: float


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One feature; `noise` is what chance alone explains."""

    feature: str
    psi: float
    noise: float
    shift: Shift

    @property
    def significant(self) -> bool:
        return self.psi > self.noise

    @property
    def level(self) -> DriftLevel:
        """By the thresholds of the literature, if it is significant."""
        if not self.significant or self.psi < MODERATE:
            return "none"
        return "strong" if self.psi > STRONG else "moderate"


@dataclass(frozen=True, kw_only=True)
class Residual:
    """Errors of the forecasts of months whose sales are known, and those of the backtest."""

    rows: int
    wape: float
    backtest: float

    @property
    def ratio(self) -> float:
        """How many times larger the error is; NaN if either is undefined or the backtest's is zero."""
        return self.wape / self.backtest if self.backtest > 0 else math.nan


def drifts(
    training: pd.DataFrame, recent: pd.DataFrame, *, numbers: Sequence[str], categories: Sequence[str]
) -> tuple[Drift, ...]:
    """The drift of each feature, largest first.

    Raises:
        ValueError: one of the two has no rows.
    """
    measured = [
        *(number(training[name], recent[name]) for name in numbers),
        *(category(training[name], recent[name]) for name in categories),
    ]
    return tuple(sorted(measured, key=lambda drift: -drift.psi))


def number(training: pd.Series, recent: pd.Series) -> Drift:
    """The drift of a number, over the deciles of training; one with few values is a category.

    Raises:
        ValueError: one of the two has no rows.
    """
    then, now = training.to_numpy(float), recent.to_numpy(float)
    if len(np.unique(then[np.isfinite(then)])) <= BINS:
        return category(training, recent)
    finite = then[np.isfinite(then)]
    edges = np.unique(np.quantile(finite, np.arange(1, BINS) / BINS))
    names = [
        *(f"up to {high:g}" for high in edges),
        f"over {edges[-1]:g}",
        MISSING,
    ]
    return _drift(str(training.name), names, _counts(then, edges), _counts(now, edges))


def category(training: pd.Series, recent: pd.Series) -> Drift:
    """The drift of a category.

    Raises:
        ValueError: one of the two has no rows.
    """
    then, now = (_texts(values).value_counts() for values in (training, recent))
    names = sorted({*then.index, *now.index})
    counts = [
        np.array([int(frequencies.get(name, 0)) for name in names], dtype=float)
        for frequencies in (then, now)
    ]
    return _drift(str(training.name), names, counts[0], counts[1])


def residual(actual: Sequence[float], predicted: Sequence[float], backtest: float) -> Residual:
    """The error of forecasts against what was sold, as WAPE.

    Raises:
        ValueError: they are not of one length.
    """
    if len(actual) != len(predicted):
        raise ValueError(f"{len(predicted)} forecasts for {len(actual)} rows")
    error = wape(np.asarray(actual, dtype=float), np.asarray(predicted, dtype=float))
    return Residual(rows=len(actual), wape=error, backtest=backtest)


def same_season(training: pd.DataFrame, recent: pd.DataFrame, date: str) -> pd.DataFrame:
    """The training rows of the calendar months that `recent` covers; all, if training has none of them.

    December would differ from a whole year every December.
    """
    months = set(recent[date].dt.month)
    chosen = training[training[date].dt.month.isin(months)]
    return chosen if len(chosen) else training


def _texts(values: pd.Series) -> pd.Series[Any]:
    return values.astype(object).where(values.notna(), MISSING).astype(str)


def _counts(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    known = ~np.isnan(values)
    bins = np.bincount(np.searchsorted(edges, values[known], side="left"), minlength=len(edges) + 1)
    return np.append(bins, (~known).sum()).astype(float)


def _drift(feature: str, names: Sequence[str], then: NDArray[np.float64], now: NDArray[np.float64]) -> Drift:
    used = (then > 0) | (now > 0)
    then, now, names = (
        then[used],
        now[used],
        [name for name, is_used in zip(names, used, strict=True) if is_used],
    )
    if not then.sum() or not now.sum():
        raise ValueError(f"{feature}: there are no rows to compare")
    before, after = _shares(then), _shares(now)
    parts = (after - before) * np.log(after / before)
    most = int(np.argmax(parts))
    scale, degrees = 1 / then.sum() + 1 / now.sum(), len(names) - 1
    return Drift(
        feature=feature,
        psi=float(parts.sum()),
        noise=float(scale * (degrees + _Z99 * math.sqrt(2 * degrees))),
        shift=Shift(bin=names[most], before=float(then[most] / then.sum()), now=float(now[most] / now.sum())),
    )


def _shares(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    return (counts + _HALF) / (counts.sum() + _HALF * len(counts))
