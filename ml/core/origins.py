"""The origins of a backtest: as many as the history allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.core import calendar
from ml.core.schema import Months
from ml.errors import InputError

ENOUGH = 3
YEAR = 12


@dataclass(frozen=True, kw_only=True)
class BacktestPlan:
    """The months to test: `horizon` months after each origin."""

    origins: Months
    """Last months of training, newest first."""
    horizon: int
    warnings: tuple[str, ...] = ()


def plan(features: pd.DataFrame, *, horizon: int, origins: int) -> BacktestPlan:
    """The origins that the history allows: at most `origins`, at least 3 where it can be.

    Origins lie `horizon` months apart. Where the history is too short for three of those, they move closer
    and the tested months overlap; training keeps a year if possible, else half of the history.

    Raises:
        InputError: there are fewer than two complete months.
    """
    complete = calendar.as_months(features["Month"][features["Complete"].to_numpy(bool)])
    count = int(np.ptp(complete.astype(np.int64))) + 1 if len(complete) else 0
    if count < 2:  # noqa: PLR2004 - one to train on, one to test
        raise InputError(
            f"a backtest needs 2 complete months, the features hold {count}", "import a longer history"
        )
    tested = min(horizon, max(1, count // 3))
    wanted = min(ENOUGH, origins)
    training = YEAR if count >= YEAR + tested + wanted - 1 else count // 2
    spread = count - tested - training
    apart = tested if spread // tested + 1 >= wanted else max(1, spread // max(1, wanted - 1))
    number = min(origins, spread // apart + 1)
    first, last = complete.min(), complete.max()
    cutoffs = last - np.timedelta64(tested, "M") - np.arange(number) * np.timedelta64(apart, "M")
    warnings: list[str] = []
    if tested < horizon:
        warnings.append(f"{count} months of history test only {tested} of {horizon} months ahead")
    if number < wanted:
        warnings.append(f"{count} months of history allow only {number} backtest origin(s)")
    if apart < tested and number > 1:
        warnings.append(
            f"{count} months of history are short: the {number} backtests start {apart} month(s) apart "
            "and test some months twice"
        )
    oldest = int(calendar.months_between(first, cutoffs[-1])) + 1
    if oldest < YEAR:
        warnings.append(
            f"the oldest backtest trains on {oldest} months only, so it has no values of a year before"
        )
    return BacktestPlan(origins=cutoffs, horizon=tested, warnings=tuple(warnings))
