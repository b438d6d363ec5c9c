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
    """A metric, and the value above which people are told.

    Args:
        metric: its name.
        above: the highest value that is fine.
        why: text of the alert.
        by: properties of the metric; each combination alerts by itself, and the alert shows them.
    """

    metric: str
    above: float
    why: str
    by: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """Kusto query of the highest value, as `value`."""
        rows = f"AppMetrics | where Name == '{self.metric}'"
        if not self.by:
            return f"{rows} | summarize value = max(Max)"
        columns = ", ".join(f"{name} = tostring(Properties.{name})" for name in self.by)
        return f"{rows} | extend {columns} | summarize value = max(Max) by {', '.join(self.by)}"


LIMITS = {
    "drift": Limit(metric=PSI, above=0.25, why="Recent sales have drifted from the training data"),
    "drift-residual": Limit(
        metric=RESIDUAL, above=1.5, why="The model in service is wrong more than its backtest was"
    ),
}
