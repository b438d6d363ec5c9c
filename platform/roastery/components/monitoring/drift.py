"""What the drift check writes and the alert rules read: one set of names and limits for both.

Application Insights keeps a custom metric in the table AppMetrics of its workspace, a histogram with Min, Max
and Sum ("AppMetrics", Azure Monitor reference).
"""

from __future__ import annotations

from dataclasses import dataclass

CONNECTION = "APPLICATIONINSIGHTS_CONNECTION_STRING"  # the variable that Azure Monitor's own clients read
PSI = "roastery.drift.psi"
RESIDUAL = "roastery.drift.residual"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A metric, and the value above which it counts as drift."""

    metric: str
    above: float
    why: str

    @property
    def query(self) -> str:
        """Kusto query of the highest value, as `value`."""
        return f"AppMetrics | where Name == '{self.metric}' | summarize value = max(Max)"


LIMITS = {
    "drift": Limit(metric=PSI, above=0.25, why="Recent sales have drifted from the training data"),
    "drift-residual": Limit(
        metric=RESIDUAL, above=1.5, why="The model in service is wrong more than its backtest was"
    ),
}
