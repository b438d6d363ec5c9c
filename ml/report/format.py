"""Numbers, months and names as the report writes them. What is unknown is an en dash."""

from __future__ import annotations

import datetime as dt
import math

UNKNOWN = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COMPACT = ((1e9, "bn"), (1e6, "M"), (1e3, "k"))
_LABELS = {
    "random-forest": "Random forest",
    "xgboost": "XGBoost",
    "lagged": "Lagged boosting",
    "lstm": "LSTM",
    "last-month": "Last month",
    "seasonal-naive": "Same month last year",
    "seasonal-naive-growth": "Last year\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}growth",
    "champion": "Champion",
}


def label(candidate: str) -> str:
    """The display name of a candidate; an unknown candidate keeps its own name."""
    return _LABELS.get(candidate, candidate)


def count(value: float | None) -> str:
    return UNKNOWN if _unknown(value) else _signed(f"{value:,.0f}")


def quantity(value: float | None) -> str:
    """Whole above 100, one decimal below."""
    if value is None or _unknown(value):
        return UNKNOWN
    return _signed(f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}".removesuffix(".0"))  # noqa: PLR2004


def compact(value: float) -> str:
    """For an axis: 1.5M."""
    for unit, suffix in _COMPACT:
        if abs(value) >= unit:
            return _signed(f"{value / unit:.3g}{suffix}")
    return _signed(f"{value:.3g}")


def percent(value: float | None, digits: int = 1) -> str:
    return UNKNOWN if value is None or _unknown(value) else _signed(f"{value * 100:,.{digits}f}%")


def share(value: float | None) -> str:
    """A percentage that distinguishes a small share from zero."""
    return "under 0.01%" if value is not None and 0 < value < 0.00005 else percent(value, 2)  # noqa: PLR2004


def change(value: float | None) -> str:
    """A percentage with its sign."""
    if value is None or _unknown(value):
        return UNKNOWN
    return _signed(f"{value * 100:+,.1f}%")


def decimal(value: float | None, digits: int = 2) -> str:
    return UNKNOWN if value is None or _unknown(value) else _signed(f"{value:,.{digits}f}")


def month(value: dt.date) -> str:
    return f"{_MONTHS[value.month - 1]} {value.year}"


def plural(number: int, singular: str, plural_form: str = "") -> str:
    return f"{count(number)} {singular if number == 1 else plural_form or singular + 's'}"


def _signed(text: str) -> str:
    """A true minus, and no sign before a zero."""
    if text[0] in "+-" and not any(digit in text for digit in "123456789"):
        return text[1:]
    return text.replace("-", MINUS)


def _unknown(value: float | None) -> bool:
    return value is None or not math.isfinite(value)
