from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.core import drift
from ml.core.drift import Drift, Shift

TEXTS = st.lists(st.sampled_from(["sunny", "rainy", "snowy", None]), min_size=1, max_size=60)
NUMBERS = st.lists(st.floats(-1e6, 1e6) | st.just(math.nan), min_size=1, max_size=60)


def texts(values: Sequence[str | None]) -> pd.Series:
    return pd.Series(list(values), dtype=object, name="Weather")


def floats(values: Sequence[float]) -> pd.Series:
    return pd.Series(list(values), dtype=float, name="Price")


@given(TEXTS)
def test_equal_categories_have_not_drifted(values: list[str | None]) -> None:
    assert drift.category(texts(values), texts(values)).psi == 0


@given(NUMBERS)
def test_equal_numbers_have_not_drifted(values: list[float]) -> None:
    assert drift.number(floats(values), floats(values)).psi == 0


@given(TEXTS, TEXTS)
def test_drift_of_categories_is_symmetric_finite_and_never_negative(
    first: list[str | None], second: list[str | None]
) -> None:
    there, back = drift.category(texts(first), texts(second)), drift.category(texts(second), texts(first))
    assert there.psi == pytest.approx(back.psi)
    assert there.noise == pytest.approx(back.noise)
    assert 0 <= there.psi < math.inf


@given(NUMBERS, NUMBERS)
def test_drift_of_numbers_is_finite_and_never_negative(first: list[float], second: list[float]) -> None:
    assert 0 <= drift.number(floats(first), floats(second)).psi < math.inf


@given(st.permutations(range(40)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    values = floats([float(n) for n in range(40)])
    moved = values + 15
    assert drift.number(values, moved.iloc[order]) == drift.number(values, moved)


def test_the_index_is_that_of_the_formula() -> None:
    result = drift.category(
        texts(["sunny"] * 600 + ["rainy"] * 400), texts(["sunny"] * 300 + ["rainy"] * 700)
    )
    assert result.psi == pytest.approx(
        (0.3 - 0.6) * math.log(0.3 / 0.6) + (0.7 - 0.4) * math.log(0.7 / 0.4), rel=0.01
    )
    assert result.level == "strong"


def test_an_unseen_category_is_finite_and_named() -> None:
    result = drift.category(texts(["sunny"] * 900 + ["rainy"] * 100), texts(["hail"] * 500 + ["sunny"] * 500))
    assert math.isfinite(result.psi)
    assert result.level == "strong"
    assert result.shift == Shift(bin="hail", before=0.0, now=0.5)


def test_missing_numbers_are_a_bin_of_their_own() -> None:
    values = floats([float(n) for n in range(1000)])
    result = drift.number(values, values.where(values < 500))
    assert result.shift.bin == drift.MISSING
    assert result.level == "strong"


def test_samples_of_one_population_rarely_exceed_chance() -> None:
    draw = np.random.default_rng(7)
    results = [
        drift.number(floats(list(draw.normal(size=400))), floats(list(draw.normal(size=120)))).significant
        for _ in range(300)
    ]
    assert sum(results) <= 15  # 1 % is promised by the normal approximation, the tail is a little heavier


def test_a_few_rows_that_differ_by_chance_are_no_drift() -> None:
    result = drift.category(texts(["yes", "no"]), texts(["yes", "yes"]))
    assert (result.significant, result.level) == (False, "none")


@pytest.mark.parametrize(
    ("psi", "noise", "level"),
    [(0.05, 0.01, "none"), (0.2, 0.01, "moderate"), (0.3, 0.01, "strong"), (0.3, 0.5, "none")],
)
def test_levels_are_those_of_the_literature(psi: float, noise: float, level: str) -> None:
    result = Drift(feature="Price", psi=psi, noise=noise, shift=Shift(bin="", before=0, now=0))
    assert result.level == level


def test_features_come_largest_first() -> None:
    training = pd.DataFrame({"Price": np.arange(100.0), "Weather": ["sunny", "rainy"] * 50})
    recent = training.assign(Price=training["Price"] + 60)
    results = drift.drifts(training, recent, numbers=["Price"], categories=["Weather"])
    assert [result.feature for result in results] == ["Price", "Weather"]
    assert results[1].psi == 0


def test_a_season_is_compared_with_the_same_months_of_training() -> None:
    days = pd.DataFrame({"Date": pd.date_range("2024-01-01", "2025-12-31")})
    recent = pd.DataFrame({"Date": pd.date_range("2026-01-01", "2026-02-15")})
    assert set(drift.same_season(days, recent, "Date")["Date"].dt.month) == {1, 2}
    assert len(drift.same_season(days[days["Date"].dt.month == 7], recent, "Date")) == 62


def test_nothing_can_not_be_compared() -> None:
    with pytest.raises(ValueError, match="no rows"):
        drift.category(texts(["sunny"]), texts([]))


def test_errors_are_compared_with_those_of_the_backtest() -> None:
    residual = drift.residual([100, 100], [80, 140], 0.2)
    assert (residual.wape, residual.rows) == (pytest.approx(0.3), 2)
    assert residual.ratio == pytest.approx(1.5)
    assert math.isnan(drift.residual([1], [1], 0.0).ratio)
    with pytest.raises(ValueError, match="1 forecasts for 2 rows"):
        drift.residual([1, 2], [1], 0.2)
