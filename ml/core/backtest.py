"""Rolling-origin backtest: every candidate is refitted at each origin and forecasts the months after it.

The forecasts are made by `Predictor`, as in service. It gets what is planned ahead (price, promotion,
holiday); what can't be known (weather) is left out and filled from the past. Only complete months are scored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core import calendar, metrics
from ml.core.intervals import Intervals, Residuals, held_out_bounds, too_few
from ml.core.models.base import FitOptions, Forecaster
from ml.core.origins import BacktestPlan
from ml.core.predictor import ForecastRow, Predictor
from ml.core.profile import Profile
from ml.core.schema import KEYS, SERIES, TARGET
from ml.errors import InputError

Floats = NDArray[np.float64]

CHAMPION = "champion"
"""The name of the champion in a backtest."""

_COLUMNS = ["candidate", "origin", "horizon", *KEYS, "actual", "predicted", "scale"]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A forecaster and the options of its training."""

    name: str
    forecaster: Forecaster
    options: FitOptions


@dataclass(frozen=True, kw_only=True)
class ServedChampion:
    """The model in service.

    At an origin up to its last month of training it is refitted, because it has seen the months after that
    origin; at a later one it forecasts as it is, so that the scores show if it is stale.
    """

    predictor: Predictor
    refit: Candidate | None
    """`None` if its kind of model is not installed here."""


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """Why a candidate has no forecasts from an origin."""

    candidate: str
    origin: np.datetime64
    reason: str


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """Rows as `metrics.table` takes them, with `Month`; newest origin first."""

    rows: pd.DataFrame
    skipped: tuple[Skipped, ...]


def run(
    features: pd.DataFrame,
    candidates: Sequence[Candidate],
    plan: BacktestPlan,
    champion: ServedChampion | None = None,
) -> Backtest:
    """Fits and forecasts at every origin.

    A candidate that can't be fitted at an origin (`InputError`) is left out there, with the reason.

    Raises:
        InputError: no candidate could be tested from any origin.
    """
    parts: list[pd.DataFrame] = []
    skipped: list[Skipped] = []
    for origin in plan.origins:
        trial = _Trial.at(origin, features, plan.horizon)
        if trial is None:
            continue
        forecasts: dict[tuple[str, FitOptions], Floats] = {}
        for entry in (*candidates, *((champion,) if champion else ())):
            name = entry.name if isinstance(entry, Candidate) else CHAMPION
            try:
                if isinstance(entry, Candidate):
                    predicted = trial.refitted(entry)
                    forecasts[entry.name, entry.options] = predicted
                else:
                    predicted = trial.by_champion(entry, forecasts)
            except InputError as error:
                skipped.append(Skipped(candidate=name, origin=origin, reason=str(error)))
            else:
                parts.append(trial.rows(name, predicted))
    if not parts:
        raise InputError("no candidate could be backtested", "; ".join(sorted({s.reason for s in skipped})))
    return Backtest(rows=pd.concat(parts, ignore_index=True), skipped=tuple(skipped))


def calibrate(rows: pd.DataFrame, coverage: float) -> tuple[pd.DataFrame, dict[str, Intervals | str]]:
    """Intervals of each candidate, or why it has none.

    Returns:
        The rows with `lower` and `upper`, each calibrated on other origins and other months (NaN where there
        are too few), and by candidate the intervals to serve, calibrated on all rows.
    """
    bounded: list[pd.DataFrame] = []
    intervals: dict[str, Intervals | str] = {}
    for name, own in rows.groupby("candidate", sort=False):
        residuals = Residuals(
            origin=calendar.as_months(own["origin"]),
            horizon=own["horizon"].to_numpy(np.int64),
            actual=own["actual"].to_numpy(float),
            predicted=own["predicted"].to_numpy(float),
        )
        lower, upper = held_out_bounds(residuals, coverage)
        bounded.append(own.assign(lower=lower, upper=upper))
        intervals[str(name)] = Intervals.fit(residuals, coverage) or too_few(residuals, coverage)
    return pd.concat(bounded).sort_index(), intervals


@dataclass(frozen=True, kw_only=True)
class _Trial:
    """One origin: the history known there, and the months to forecast."""

    origin: np.datetime64
    history: pd.DataFrame
    future: pd.DataFrame

    @classmethod
    def at(cls, origin: np.datetime64, features: pd.DataFrame, horizon: int) -> Self | None:
        """The trial at that origin; `None` if no store has a complete month to test."""
        ahead = calendar.months_between(calendar.as_months(origin), calendar.as_months(features["Month"]))
        tested = (ahead >= 1) & (ahead <= horizon) & features["Complete"].to_numpy(bool)
        if not tested.any():
            return None
        return cls(origin=origin, history=features[ahead <= 0], future=features[tested])

    @cached_property
    def _profile(self) -> Profile:
        return Profile.from_history(self.history)

    @cached_property
    def _requested(self) -> list[ForecastRow]:
        planned = self.future[list(KEYS)].assign(
            **{name: _or_none(self.future[name]) for name in ("Price", "Promotion", "Holiday")}
        )
        return [
            ForecastRow(
                store_id=store,
                country=country,
                city=city,
                month=month.date(),
                price=price,
                promotion=promotion,
                holiday=holiday,
            )
            for store, country, city, month, price, promotion, holiday in planned.itertuples(
                index=False, name=None
            )
        ]

    @cached_property
    def _known(self) -> pd.DataFrame:
        """The test rows without the forecast."""
        keys = self.future[list(SERIES)].reset_index(drop=True)
        months = calendar.as_months(self.future["Month"])
        scale = metrics.scales(self.history).rename("scale")
        return keys.join(scale, on=list(SERIES)).assign(
            origin=self.origin.astype("datetime64[s]"),
            horizon=calendar.months_between(calendar.as_months(self.origin), months),
            Month=months.astype("datetime64[s]"),
            actual=self.future[TARGET].to_numpy(float),
        )

    def refitted(self, candidate: Candidate) -> Floats:
        model = candidate.forecaster.fit(self.history, candidate.options)
        return self._forecast(Predictor(model=model, profile=self._profile))

    def by_champion(
        self, champion: ServedChampion, forecasts: Mapping[tuple[str, FitOptions], Floats]
    ) -> Floats:
        """As served, or refitted where it has seen the tested months; a candidate may be the same model."""
        if self.origin > np.datetime64(champion.predictor.profile.last_month, "M"):
            return self._forecast(champion.predictor)
        if champion.refit is None:
            raise InputError("its kind of model is not installed here, so it can't be refitted")
        same = forecasts.get((champion.refit.name, champion.refit.options))
        return self.refitted(champion.refit) if same is None else same

    def _forecast(self, predictor: Predictor) -> Floats:
        return np.array([forecast.quantity for forecast in predictor.forecast(self._requested)])

    def rows(self, name: str, predicted: Floats) -> pd.DataFrame:
        return self._known.assign(candidate=name, predicted=predicted)[_COLUMNS]


def _or_none(values: pd.Series) -> pd.Series:
    return values.astype(object).where(values.notna(), None)
