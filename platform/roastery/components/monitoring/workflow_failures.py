"""What a failed workflow writes and the alert rule reads: one name for both."""

from __future__ import annotations

from roastery.components.monitoring.drift import Limit

FAILED = "roastery.workflow.failed"

FAILURES = {
    "workflow-failed": Limit(
        metric=FAILED, above=0, why="A workflow failed", by=("workflow", "status", "reasons", "link")
    )
}
