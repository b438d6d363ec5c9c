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
    return ", ".join(f"{counts[status]} {status}" for status in Status)


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
