"""Cron expressions and time zones, for Argo and for Azure ML."""

from __future__ import annotations

import pytest

from roastery import cron
from roastery.cron import Monthly


@pytest.mark.parametrize("line", ["0 6 2 * *", "*/15 8-18/2 1,15 1-6 1-5", "59 23 31 12 0"])
def test_an_expression_of_numbers_ranges_and_steps_is_accepted(line: str) -> None:
    assert cron.check(line) == line


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0 6 2 *", "has 4 fields"),
        ("60 6 2 * *", "the minute '60' is not within 0 and 59"),
        ("0 24 2 * *", "the hour '24'"),
        ("0 6 0 * *", "the day '0'"),
        ("0 6 2 13 *", "the month '13'"),
        ("0 6 * * 7", "the weekday '7'"),
        ("0 18-8 * * *", "the hour '18-8'"),
        ("*/0 6 * * *", "the minute '\\*/0'"),
        ("0 6 * * MON", "the weekday 'MON' is not a number, range or step"),
        ("@monthly", "has 1 fields"),
    ],
)
def test_any_other_expression_is_refused_with_its_field(line: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        cron.check(line)


def test_a_day_of_the_month_becomes_a_recurrence() -> None:
    assert cron.monthly("0,30 6-8 2 * *") == Monthly(days=(2,), hours=(6, 7, 8), minutes=(0, 30))


def test_days_of_the_week_stay_a_cron_expression_with_ranges_and_steps_expanded() -> None:
    assert cron.monthly("*/20 6 * * 1-5") is None
    assert cron.expanded("*/20 6 * * 1-5") == "0,20,40 6 * * 1,2,3,4,5"


@pytest.mark.parametrize(
    ("line", "words"), [("0 6 2 1,7 *", "names months"), ("0 6 2 * 1", "Azure ML supports only one")]
)
def test_what_azure_ml_would_ignore_is_refused(line: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        cron.monthly(line)


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Etc/UTC", "UTC"),
        ("America/New_York", "Eastern Standard Time"),
        ("America/Mexico_City", "Central Standard Time (Mexico)"),
    ],
)
def test_a_zone_has_its_name_in_windows(zone: str, name: str) -> None:
    assert cron.windows_zone(zone) == name


def test_a_zone_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="no time zone 'America/New York', did you mean America/New_York"):
        cron.windows_zone("America/New York")
