from __future__ import annotations

import datetime as dt

import pytest

from ml.report import format as fmt


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567.4, "1,234,567"),
        (100.4, "100"),
        (99.96, "100"),
        (12.0, "12"),
        (3.26, "3.3"),
        (-1200, "\N{MINUS SIGN}1,200"),
    ],
)
def test_a_quantity_has_decimals_only_when_small(value: float, text: str) -> None:
    assert fmt.quantity(value) == text


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_what_is_not_known_is_a_dash_everywhere(value: float | None) -> None:
    writers = (fmt.count, fmt.quantity, fmt.percent, fmt.change, fmt.decimal)
    assert {write(value) for write in writers} == {"\N{EN DASH}"}


def test_a_share_is_written_as_a_percentage() -> None:
    assert (fmt.percent(0.08449), fmt.percent(0.8, 0), fmt.percent(12.5)) == ("8.4%", "80%", "1,250.0%")


def test_a_little_is_not_nothing() -> None:
    texts = [fmt.share(value) for value in (0.0, 1 / 21_000, 0.00005, 0.125)]
    assert texts == ["0.00%", "under 0.01%", "0.01%", "12.50%"]


def test_a_change_says_its_sign_unless_it_rounds_to_zero() -> None:
    texts = [fmt.change(value) for value in (0.031, -0.012, 0.0, -0.0001)]
    assert texts == ["+3.1%", "\N{MINUS SIGN}1.2%", "0.0%", "0.0%"]


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (250, "250"), (1500, "1.5k"), (2.5e6, "2.5M"), (3e9, "3bn"), (0.25, "0.25")]
)
def test_an_axis_label_is_short(value: float, text: str) -> None:
    assert fmt.compact(value) == text


def test_a_candidate_nobody_foresaw_goes_by_its_own_name() -> None:
    assert (fmt.label("lstm"), fmt.label("prophet")) == ("LSTM", "prophet")


def test_one_is_singular() -> None:
    assert [fmt.plural(n, "city", "cities") for n in (0, 1, 2000)] == ["0 cities", "1 city", "2,000 cities"]


def test_a_month_is_written_the_same_in_every_locale() -> None:
    assert fmt.month(dt.date(2024, 3, 1)) == "Mar 2024"
