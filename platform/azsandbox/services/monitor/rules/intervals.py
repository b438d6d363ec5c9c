"""How often alert rules are evaluated, and over which windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from azsandbox.arm.laws.formats import seconds
from azsandbox.arm.model import Values
from azsandbox.facts import alert_intervals
from azsandbox.schema.validate import Problem

_PROPERTIES = ("evaluationFrequency", "windowSize", "muteActionsDuration", "overrideQueryTimeRange")


def listed(kind: str) -> Callable[[Values], Iterator[Problem]]:
    """The rule that the durations of an alert rule are those that its type takes."""

    def intervals_are_listed(inputs: Values) -> Iterator[Problem]:
        for name in _PROPERTIES:
            value, allowed = inputs.get(name), alert_intervals.durations(kind, name)
            if not isinstance(value, str) or not allowed:
                continue
            length = seconds(value)
            if length is None:
                yield Problem(name, f"{value!r} is not an ISO 8601 duration such as PT5M")
            elif length not in {seconds(duration) for duration in allowed}:
                yield Problem(name, f"{value!r} is not one of {', '.join(allowed)} ({kind})")

    return intervals_are_listed


def window_covers_evaluation_frequency(inputs: Values) -> Iterator[Problem]:
    """No moment is left out: the window is at least as long as the time between two evaluations."""
    frequency, window = seconds(inputs.get("evaluationFrequency")), seconds(inputs.get("windowSize"))
    if frequency and window and window < frequency:
        yield Problem(
            "windowSize",
            f"is {inputs['windowSize']}, shorter than evaluationFrequency {inputs['evaluationFrequency']}",
        )
