"""Cron expressions of five fields."""

from __future__ import annotations

import pytest

from azsandbox import cron


@pytest.mark.parametrize("expression", ["0 6 2 * *", "*/15 8-18/2 1,15 1-6 1-5", "59 23 31 12 0"])
def test_numbers_ranges_and_steps_are_accepted(expression: str) -> None:
    cron.check(expression)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("0 6 2 *", "has 4 fields"),
        ("60 6 2 * *", "the minute '60' is not within 0 and 59"),
        ("0 18-8 * * *", "the hour '18-8' is not within 0 and 23"),
        ("*/0 6 * * *", "the minute '\\*/0' is not a number, a range or a step"),
        ("0 6 * * MON", "the weekday 'MON' is not a number, a range or a step"),
    ],
)
def test_anything_else_is_refused_with_its_field(expression: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cron.check(expression)
