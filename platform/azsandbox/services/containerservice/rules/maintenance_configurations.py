"""What AKS refuses about maintenance windows."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_SHORTEST_WINDOW = 4  # hours


def window_is_long_enough(inputs: Values) -> Iterator[Problem]:
    window = inputs.get("maintenanceWindow")
    hours = window.get("durationHours") if isinstance(window, dict) else None
    if isinstance(hours, int) and hours < _SHORTEST_WINDOW:
        yield Problem("maintenanceWindow.durationHours", f"is {hours}, but must be {_SHORTEST_WINDOW} to 24")
