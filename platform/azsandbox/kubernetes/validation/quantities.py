"""Quantities: `500m`, `2`, `4Gi`, `1e3`, `.5`.

Source: k8s.io/apimachinery pkg/api/resource/quantity.go. A number of JSON is read as its text.
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any

from azsandbox.kubernetes.validation.field import Field, Problems

_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d{1,3})?", re.ASCII)
_SUFFIX = {
    **{
        suffix: Decimal(10) ** power
        for suffix, power in zip("numkMGTPE", (-9, -6, -3, 3, 6, 9, 12, 15, 18), strict=True)
    },
    **{f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", 1)},
}
_FORMAT = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$', "
    "such as 500m, 2 "
    "or 4Gi"
)
_MILLI = Decimal("0.001")
_LARGEST_EXPONENT = 300


def parse(text: str) -> Decimal | None:
    """The number that a quantity represents; None if the text is not a quantity."""
    match = _QUANTITY.fullmatch(text)
    if not match:
        return None
    suffix = match[2] or ""
    if suffix and suffix not in _SUFFIX:  # an exponent
        if abs(int(suffix[1:])) > _LARGEST_EXPONENT:
            return None
        return Decimal(match[1]) * Decimal(10) ** int(suffix[1:])
    return Decimal(match[1]) * _SUFFIX.get(suffix, Decimal(1))


def of(field: Field) -> Decimal | None:
    """The known quantity of a field, rounded up to a thousandth as the API server does."""
    number = _number(field.value)
    if number is None:
        return None
    try:
        return number.quantize(_MILLI, rounding=ROUND_CEILING)
    except InvalidOperation:  # too large for thousandths
        return number


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    if isinstance(value, float):
        value = int(value) if value == value and abs(value) < 1e300 and value.is_integer() else repr(value)  # noqa: PLR0124, PLR2004
    return parse(str(value))


def syntax(field: Field) -> Problems:
    """A known scalar is a quantity."""
    scalar = field.is_text or (isinstance(field.value, (int, float)) and not isinstance(field.value, bool))
    if scalar and _number(field.value) is None:
        yield field.invalid(_FORMAT)


def not_negative(field: Field) -> Problems:
    yield from syntax(field)
    number = of(field)
    if number is not None and number < 0:
        yield field.invalid("must be greater than or equal to 0")


def positive(field: Field) -> Problems:
    yield from syntax(field)
    number = of(field)
    if number is not None and number <= 0:
        yield field.invalid("must be greater than zero")
