"""What `double` imports: a change here is a change of that step's code."""

from __future__ import annotations


def twice(number: int) -> int:
    """The number, twice."""
    return number + number
