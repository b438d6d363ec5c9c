from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from ml.core.intervals import Intervals, Residuals, held_out_bounds, needed, too_few

NEWEST = np.datetime64("2024-12")


def residuals(
    *,
    origins: int,
    stores: int,
    horizons: int = 3,
    noise: float = 0.1,
    seed: int = 0,
    step: int = 3,
    exponent: float = 1,
) -> Residuals:
    """Forecasts off by a normal `noise` times the level to an exponent; stores sell 10 to 100 000."""
    rng = np.random.default_rng(seed)
    shape = (origins, stores, horizons)
    origin = np.broadcast_to((NEWEST - step * np.arange(origins))[:, None, None], shape).ravel()
    horizon = np.broadcast_to(np.arange(1, horizons + 1), shape).ravel()
    predicted = np.broadcast_to(10 ** rng.uniform(1, 5, stores)[:, None], shape).ravel()
    actual = predicted + noise * predicted**exponent * rng.standard_normal(predicted.size)
    return Residuals(origin=origin, horizon=horizon, actual=actual, predicted=predicted)


def fit(sample: Residuals, coverage: float = 0.8) -> Intervals:
    intervals = Intervals.fit(sample, coverage)
    assert intervals is not None
    return intervals


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.9, 0.95])
def test_fresh_months_fall_inside_as_often_as_was_asked(coverage: float) -> None:
    sample = residuals(origins=4, stores=2000)
    fresh = residuals(origins=1, stores=20_000, seed=1)
    lower, upper = fit(sample, coverage).bounds(fresh.predicted, fresh.horizon)
    inside = ((lower <= fresh.actual) & (fresh.actual <= upper)).mean()
    assert inside == pytest.approx(coverage, abs=0.015)


def test_the_quantile_covers_in_expectation_even_when_residuals_are_few() -> None:
    """Of 5 residuals the ceil(6 x 0.8) = 5th is taken and covers 5/6; the ceil(5 x 0.8) = 4th covers 4/6."""
    rng = np.random.default_rng(0)
    hits: list[bool] = []
    for _ in range(3000):
        actual = 100 + rng.standard_normal(6)
        sample = Residuals(
            origin=np.full(6, NEWEST),
            horizon=np.ones(6, int),
            actual=actual,
            predicted=np.full(6, 100.0),
        )
        lower, upper = fit(sample.where(np.arange(6) < 5)).bounds(np.array([100.0]), np.array([1]))
        hits.append(bool(lower[0] <= actual[5] <= upper[0]))
    assert np.mean(hits) == pytest.approx(5 / 6, abs=0.025)  # 3.7 standard errors


@pytest.mark.parametrize("exponent", [0.5, 0.75, 1.0])
def test_small_and_large_stores_are_covered_alike(exponent: float) -> None:
    sample = residuals(origins=4, stores=2000, exponent=exponent)
    intervals = fit(sample)
    assert intervals.exponent == pytest.approx(exponent, abs=0.03)
    lower, upper = intervals.bounds(sample.predicted, sample.horizon)
    inside = (lower <= sample.actual) & (sample.actual <= upper)
    for low, high in [(10, 1e2), (1e2, 1e3), (1e3, 1e4), (1e4, 1e5)]:
        assert inside[(sample.predicted >= low) & (sample.predicted < high)].mean() == pytest.approx(
            0.8, abs=0.03
        )


def test_few_residuals_count_as_shares_of_the_level() -> None:
    assert fit(residuals(origins=3, stores=11, exponent=0.5)).exponent == 1
    assert fit(residuals(origins=3, stores=12, exponent=0.5)).exponent < 0.9


def test_levels_that_are_all_alike_tell_no_exponent() -> None:
    sample = residuals(origins=4, stores=50)
    alike = replace(sample, predicted=np.full(600, 100.0), actual=100 + np.resize([1.0, -2.0, 3.0], 600))
    assert fit(alike).exponent == 1


def test_a_horizon_with_larger_errors_gets_a_wider_interval() -> None:
    near, far = residuals(origins=4, stores=50, horizons=1), residuals(origins=4, stores=50, noise=0.4)
    joined = Residuals(
        origin=np.concatenate([near.origin, far.origin]),
        horizon=np.concatenate([near.horizon, far.horizon + 1]),
        actual=np.concatenate([near.actual, far.actual]),
        predicted=np.concatenate([near.predicted, far.predicted]),
    )
    intervals = fit(joined)
    assert intervals.widths[2] > 2 * intervals.widths[1]


def test_horizons_beyond_those_measured_are_as_wide_as_the_widest() -> None:
    intervals = Intervals(coverage=0.8, floor=1, widths={1: 0.1, 2: 0.5, 4: 0.3}, counts={1: 9, 2: 9, 4: 9})
    quantity = np.full(6, 100.0)
    _, upper = intervals.bounds(quantity, np.array([0, 1, 2, 3, 4, 24]))
    np.testing.assert_allclose(upper, [110, 110, 150, 130, 130, 150])


def test_a_bound_is_never_negative_and_a_forecast_of_nothing_still_has_a_width() -> None:
    intervals = Intervals(coverage=0.8, floor=10, widths={1: 1.5}, counts={1: 9})
    lower, upper = intervals.bounds(np.array([0.0, 100.0]), np.array([1, 1]))
    np.testing.assert_allclose(lower, [0, 0])
    np.testing.assert_allclose(upper, [15, 250])


@pytest.mark.parametrize(("coverage", "n"), [(0.5, 1), (0.8, 4), (0.9, 9), (0.95, 19), (0.99, 99)])
def test_as_many_residuals_are_needed_as_make_the_rank_possible(coverage: float, n: int) -> None:
    assert needed(coverage) == n
    sample = residuals(origins=1, stores=n, horizons=1)
    assert fit(sample, coverage).widths
    assert Intervals.fit(sample.where(np.arange(n) < n - 1), coverage) is None


def test_too_few_residuals_are_said_in_numbers() -> None:
    sample = residuals(origins=1, stores=3, horizons=1)
    assert Intervals.fit(sample, 0.8) is None
    assert too_few(sample, 0.8) == "an interval of 80% needs 4 forecast errors; the backtest gave 3"


def test_horizons_with_too_few_residuals_each_share_one_width() -> None:
    intervals = fit(residuals(origins=2, stores=1))  # 2 per horizon, 6 in all
    assert list(intervals.widths) == [3]
    assert intervals.counts == {3: 6}


def test_coverage_is_measured_on_the_newest_origin_with_widths_of_the_earlier_ones() -> None:
    calm, wild = residuals(origins=4, stores=200), residuals(origins=1, stores=200, noise=0.4)
    newest = calm.origin == NEWEST
    shaken = Residuals(
        origin=calm.origin,
        horizon=calm.horizon,
        predicted=calm.predicted,
        actual=np.where(newest, np.resize(wild.actual, newest.size), calm.actual),
    )
    # predicted of the two samples agree store by store: both draw the levels first, from one seed
    np.testing.assert_array_equal(wild.predicted, calm.predicted[newest])
    assert fit(calm).measured_coverage == pytest.approx(0.8, abs=0.05)
    # widths of the calm origins, 1.28 x 0.1, hold 25 % of errors four times as large
    assert fit(shaken).measured_coverage == pytest.approx(0.25, abs=0.06)


def test_the_relative_width_is_that_of_the_measured_intervals() -> None:
    sample = residuals(origins=4, stores=2000)
    # 80 % of a normal error of 10 % lie within 1.2816 x 10 % on either side
    assert fit(sample).relative_width == pytest.approx(2 * 0.12816, rel=0.05)


def test_two_origins_measure_each_other_and_one_measures_nothing() -> None:
    double, single = fit(residuals(origins=2, stores=50)), fit(residuals(origins=1, stores=50))
    assert double.measured_coverage is not None
    assert double.note == "coverage was measured on two origins only"
    assert single.measured_coverage is None
    assert single.relative_width is None
    assert "could not be measured" in single.note


def test_held_out_bounds_take_nothing_from_their_own_origin_or_its_months() -> None:
    sample = residuals(origins=4, stores=50, step=1)
    tested = np.isin(sample.month, sample.month[sample.origin == NEWEST])
    blown = Residuals(
        origin=sample.origin,
        horizon=sample.horizon,
        predicted=sample.predicted,
        actual=np.where(tested, 100 * sample.actual, sample.actual),
    )
    newest = sample.origin == NEWEST
    for before, after in zip(held_out_bounds(sample, 0.8), held_out_bounds(blown, 0.8), strict=True):
        np.testing.assert_array_equal(before[newest], after[newest])
        assert (before[~newest] != after[~newest]).any()


def test_missing_actuals_and_forecasts_do_not_count() -> None:
    sample = residuals(origins=3, stores=50)
    gaps = Residuals(
        origin=np.concatenate([sample.origin, sample.origin[:2]]),
        horizon=np.concatenate([sample.horizon, sample.horizon[:2]]),
        actual=np.concatenate([sample.actual, [np.nan, 1.0]]),
        predicted=np.concatenate([sample.predicted, [1.0, np.inf]]),
    )
    assert fit(gaps) == fit(sample)


def test_intervals_survive_json() -> None:
    intervals = fit(residuals(origins=3, stores=30))
    copy = Intervals.from_json(json.loads(json.dumps(intervals.to_json(), allow_nan=False)))
    assert copy == intervals
    quantity, horizon = np.array([5.0, 500.0]), np.array([1, 9])
    np.testing.assert_array_equal(copy.bounds(quantity, horizon), intervals.bounds(quantity, horizon))
