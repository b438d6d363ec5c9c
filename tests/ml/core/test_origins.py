from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml.core.origins import BacktestPlan, plan
from ml.errors import InputError


def months(count: int, *, last: str = "2024-12") -> pd.DataFrame:
    months = np.datetime64(last, "M") - np.arange(count)
    return pd.DataFrame({"Month": months.astype("datetime64[s]"), "Complete": True})


def planned(count: int, *, horizon: int = 3, origins: int = 4) -> tuple[list[int], int]:
    """Months of training at each origin, and months tested."""
    backtest_plan = plan(months(count), horizon=horizon, origins=origins)
    return [
        count - int(m) for m in np.datetime64("2024-12", "M") - backtest_plan.origins
    ], backtest_plan.horizon


def warnings(count: int, *, horizon: int = 3, origins: int = 4) -> str:
    return "; ".join(plan(months(count), horizon=horizon, origins=origins).warnings)


def test_a_long_history_is_tested_from_origins_a_horizon_apart_newest_first() -> None:
    backtest_plan = plan(months(60), horizon=3, origins=4)
    assert backtest_plan.origins.astype(str).tolist() == ["2024-09", "2024-06", "2024-03", "2023-12"]
    assert backtest_plan == BacktestPlan(origins=backtest_plan.origins, horizon=3, warnings=())


@pytest.mark.parametrize("origins", [1, 2, 5])
def test_no_more_origins_are_used_than_were_asked_for(origins: int) -> None:
    assert len(planned(60, origins=origins)[0]) == origins


def test_every_origin_keeps_a_year_to_train_on_where_that_leaves_three() -> None:
    assert planned(24) == ([21, 18, 15, 12], 3)
    assert planned(36, horizon=12) == ([24, 18, 12], 12)


def test_origins_move_closer_where_a_short_history_would_give_less_than_three() -> None:
    assert planned(18) == ([15, 14, 13, 12], 3)
    assert planned(12) == ([9, 8, 7, 6], 3)
    assert "start 1 month(s) apart and test some months twice" in warnings(12)
    assert "trains on 6 month" in warnings(12)


@pytest.mark.parametrize("horizon", [1, 3, 12, 24])
@pytest.mark.parametrize("origins", [1, 3, 4, 24])
def test_whatever_the_history_each_origin_has_months_to_train_on_and_months_to_test(
    horizon: int, origins: int
) -> None:
    for count in range(2, 40):
        training, tested = planned(count, horizon=horizon, origins=origins)
        assert 1 <= len(training) <= origins
        assert 1 <= tested <= horizon
        assert training == sorted(set(training), reverse=True)
        assert training[0] == count - tested
        assert training[-1] >= min(count // 2, 12)
        assert len(training) >= min(3, origins) or count < 9


def test_a_very_short_history_tests_fewer_months_ahead_and_says_so() -> None:
    assert planned(4) == ([3, 2], 1)
    assert "4 months of history test only 1 of 3 months ahead" in warnings(4)
    assert "allow only 2 backtest origin(s)" in warnings(4)


def test_incomplete_months_are_neither_tested_nor_counted() -> None:
    frame = months(25)
    frame.loc[0, "Complete"] = False
    backtest_plan = plan(frame, horizon=3, origins=4)
    assert backtest_plan.origins[0] == np.datetime64("2024-08")


def test_a_single_complete_month_cannot_be_tested() -> None:
    with pytest.raises(InputError, match="needs 2 complete months, the features hold 1"):
        plan(months(1), horizon=3, origins=4)
    with pytest.raises(InputError, match="the features hold 0"):
        plan(months(3).assign(Complete=False), horizon=3, origins=4)
