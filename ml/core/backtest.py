"""Rolling-origin backtest: every candidate is refitted at each origin and forecasts the months after it.

The forecasts come through `Predictor`, as in service. What is planned ahead (price, promotion, holiday) is
given; what can't be known (weather) is withheld and filled from the past. Only complete months are scored.
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
from ml.core.origins import Plan
from ml.core.predictor import ForecastRow, Predictor
from ml.core.profile import Profile
from ml.core.schema import KEYS, SERIES, TARGET
from ml.errors import InputError

Floats = NDArray[np.float64]

CHAMPION = "champion"
"""The name under which the champion's forecasts stand in a backtest."""

_COLUMNS = ["candidate", "origin", "horizon", *KEYS, "actual", "predicted", "scale"]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A forecaster with what its training depends on."""

    name: str
    forecaster: Forecaster
    options: FitOptions


@dataclass(frozen=True, kw_only=True)
class Champion:
    """The model in service.

    At an origin up to its last month of training it is refitted, for it has seen the months after; at a later
    one it forecasts as it is, so that a stale champion shows that it is stale.
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
    features: pd.DataFrame, candidates: Sequence[Candidate], plan: Plan, champion: Champion | None = None
) -> Backtest:
    """Fits and forecasts at every origin.

    A candidate that refuses an origin (`InputError`) is left out of it, with its reason.

    Raises:
        InputError: nothing could be forecast from any origin.
    """
    found: list[pd.DataFrame] = []
    skipped: list[Skipped] = []
    for origin in plan.origins:
        trial = _Trial.at(origin, features, plan.horizon)
        if trial is None:
            continue
        forecasts: dict[tuple[str, FitOptions], Floats] = {}
        for one in (*candidates, *((champion,) if champion else ())):
            name = one.name if isinstance(one, Candidate) else CHAMPION
            try:
                if isinstance(one, Candidate):
                    predicted = trial.refitted(one)
                    forecasts[one.name, one.options] = predicted
                else:
                    predicted = trial.by_champion(one, forecasts)
            except InputError as error:
                skipped.append(Skipped(candidate=name, origin=origin, reason=str(error)))
            else:
                found.append(trial.rows(name, predicted))
    if not found:
        raise InputError("nothing could be backtested", "; ".join(sorted({s.reason for s in skipped})))
    return Backtest(rows=pd.concat(found, ignore_index=True), skipped=tuple(skipped))


def calibrate(rows: pd.DataFrame, coverage: float) -> tuple[pd.DataFrame, dict[str, Intervals | str]]:
    """Intervals of each candidate, or why it has none.

    Returns:
        The rows with `lower` and `upper`, each calibrated on other origins and other months (NaN where that
        left too few), and by candidate the intervals calibrated on all, to be served.
    """
    bounded: list[pd.DataFrame] = []
    found: dict[str, Intervals | str] = {}
    for name, own in rows.groupby("candidate", sort=False):
        residuals = Residuals(
            origin=calendar.as_months(own["origin"]),
            horizon=own["horizon"].to_numpy(np.int64),
            actual=own["actual"].to_numpy(float),
            predicted=own["predicted"].to_numpy(float),
        )
        lower, upper = held_out_bounds(residuals, coverage)
        bounded.append(own.assign(lower=lower, upper=upper))
        found[str(name)] = Intervals.fit(residuals, coverage) or too_few(residuals, coverage)
    return pd.concat(bounded).sort_index(), found


@dataclass(frozen=True, kw_only=True)
class _Trial:
    """One origin: what is known there, and what is to be forecast."""

    origin: np.datetime64
    history: pd.DataFrame
    future: pd.DataFrame

    @classmethod
    def at(cls, origin: np.datetime64, features: pd.DataFrame, horizon: int) -> Self | None:
        """`None` if no store has a complete month to test."""
        ahead = calendar.months_between(calendar.as_months(origin), calendar.as_months(features["Month"]))
        tested = (ahead >= 1) & (ahead <= horizon) & features["Complete"].to_numpy(bool)
        if not tested.any():
            return None
        return cls(origin=origin, history=features[ahead <= 0], future=features[tested])

    @cached_property
    def _profile(self) -> Profile:
        return Profile.from_history(self.history)

    @cached_property
    def _asked(self) -> list[ForecastRow]:
        given = self.future[list(KEYS)].assign(
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
            for store, country, city, month, price, promotion, holiday in given.itertuples(
                index=False, name=None
            )
        ]

    @cached_property
    def _known(self) -> pd.DataFrame:
        """Everything of the test rows but the forecast."""
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

    def by_champion(self, champion: Champion, forecasts: Mapping[tuple[str, FitOptions], Floats]) -> Floats:
        """As it is served, or refitted where it has seen the future; a candidate may be the same model."""
        if self.origin > np.datetime64(champion.predictor.profile.last_month, "M"):
            return self._forecast(champion.predictor)
        if champion.refit is None:
            raise InputError("its kind of model is not installed here, so that it can't be refitted")
        same = forecasts.get((champion.refit.name, champion.refit.options))
        return self.refitted(champion.refit) if same is None else same

    def _forecast(self, predictor: Predictor) -> Floats:
        return np.array([one.quantity for one in predictor.forecast(self._asked)])

    def rows(self, name: str, predicted: Floats) -> pd.DataFrame:
        return self._known.assign(candidate=name, predicted=predicted)[_COLUMNS]


def _or_none(values: pd.Series) -> pd.Series:
    return values.astype(object).where(values.notna(), None)
