"""National holidays of the three countries, by their rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

MONDAY, THURSDAY = 0, 3

NONE = "None"
"""The value for a day without a holiday."""


def national_holidays(country: str, year: int) -> Mapping[dt.date, str]:
    """The name of each holiday by its date.

    Args:
        country: `"USA"`, `"Canada"` or `"Mexico"`.
        year: of the Gregorian calendar.

    Raises:
        KeyError: another country.
    """
    return {"USA": _usa, "Canada": _canada, "Mexico": _mexico}[country](year)


def _usa(year: int) -> dict[dt.date, str]:
    return {
        dt.date(year, 1, 1): "New Year's Day",
        nth_weekday(year, 1, MONDAY, 3): "Martin Luther King Jr. Day",
        nth_weekday(year, 2, MONDAY, 3): "Presidents' Day",
        nth_weekday(year, 6, MONDAY, 1) - dt.timedelta(days=7): "Memorial Day",  # May's last Monday
        dt.date(year, 7, 4): "Independence Day",
        nth_weekday(year, 9, MONDAY, 1): "Labor Day",
        nth_weekday(year, 10, MONDAY, 2): "Columbus Day",
        dt.date(year, 11, 11): "Veterans Day",
        nth_weekday(year, 11, THURSDAY, 4): "Thanksgiving",
        dt.date(year, 12, 25): "Christmas",
    } | ({dt.date(year, 6, 19): "Juneteenth"} if year >= 2021 else {})  # noqa: PLR2004 - its first year


def _canada(year: int) -> dict[dt.date, str]:
    victoria = dt.date(year, 5, 24)
    return {
        dt.date(year, 1, 1): "New Year's Day",
        easter(year) - dt.timedelta(days=2): "Good Friday",
        victoria - dt.timedelta(days=victoria.weekday()): "Victoria Day",  # the Monday before 25 May
        dt.date(year, 7, 1): "Canada Day",
        nth_weekday(year, 9, MONDAY, 1): "Labour Day",
        nth_weekday(year, 10, MONDAY, 2): "Thanksgiving",
        dt.date(year, 11, 11): "Remembrance Day",
        dt.date(year, 12, 25): "Christmas",
        dt.date(year, 12, 26): "Boxing Day",
    }


def _mexico(year: int) -> dict[dt.date, str]:
    return {
        dt.date(year, 1, 1): "Año Nuevo",
        nth_weekday(year, 2, MONDAY, 1): "Día de la Constitución",
        nth_weekday(year, 3, MONDAY, 3): "Natalicio de Benito Juárez",
        dt.date(year, 5, 1): "Día del Trabajo",
        dt.date(year, 9, 16): "Día de la Independencia",
        nth_weekday(year, 11, MONDAY, 3): "Día de la Revolución",
        dt.date(year, 12, 25): "Navidad",
    }


def nth_weekday(year: int, month: int, weekday: int, n: int) -> dt.date:
    """The `n`-th (from 1) of a weekday (Monday is 0) in a month."""
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def easter(year: int) -> dt.date:
    """Easter Sunday, by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * j) // 451
    month, day = divmod(h + j - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)
