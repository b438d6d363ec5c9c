"""The doctor's lines as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from roastery.doctor.model import Line, Status

_WIDTH = 11  # of the longest id of a check, and one more


def format_line(line: Line) -> str:
    """Status, check, what was seen; on a second line what to type."""
    head = f"{line.finding.status:<8}{line.check:<{_WIDTH}} {line.finding.seen}"
    return f"{head}\n{'':8}{'':{_WIDTH}} → {line.finding.todo}" if line.finding.todo else head


def format_summary(lines: Sequence[Line]) -> str:
    counts = Counter(line.finding.status for line in lines)
    return ", ".join(f"{counts[status]} {_named(status, counts[status])}" for status in Status)


def _named(status: Status, count: int) -> str:
    return str(status) if status is Status.OK or count == 1 else f"{status}s"


def json_object(lines: Sequence[Line], *, target: str, stack: str | None) -> dict[str, Any]:
    """Shape: target, stack, counts by status, and `lines` of check, status, seen, todo."""
    counts = Counter(line.finding.status for line in lines)
    return {
        "target": target,
        "stack": stack,
        "counts": {str(status): counts[status] for status in Status},
        "lines": [
            {
                "check": line.check,
                "status": str(line.finding.status),
                "seen": line.finding.seen,
                "todo": line.finding.todo,
            }
            for line in lines
        ],
    }
