"""What an audit reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from roastery.errors import RoasteryError
from roastery.policies.evaluate import PolicyReport

CLEAN, VIOLATED, DRIFTED = 0, 1, 10


class AuditError(RoasteryError):
    """The live state could not be read, or the program could not be compared with it."""


@dataclass(frozen=True, order=True, kw_only=True)
class LiveChange:
    """One property that differs, or a whole resource.

    `operation` is update, delete or create, as the engine names them; `path` is empty for a whole resource.
    `before` and `after` are texts; secrets are not shown.
    """

    type: str
    name: str
    urn: str
    operation: str
    path: str = ""
    before: str = ""
    after: str = ""
    noise: str = ""  # why it counts as nothing

    def describe(self) -> str:
        kind = self.type.rpartition(":")[2]
        if not self.path:
            return f"{self.operation} {kind} {self.name}"
        values = f": {self.before or 'not set'} → {self.after or 'not set'}"
        return f"{kind} {self.name}: {self.path}{values}"


@dataclass(frozen=True, kw_only=True)
class AuditReport:
    """What one audit found.

    Args:
        stack: its short name.
        drift: what was changed in Azure since the state was written.
        plan: what the program would change now.
        policies: findings on the live state, with those of the flows.
        refreshed: whether the live state was read; without it there is no drift.
    """

    stack: str
    drift: Sequence[LiveChange]
    plan: Sequence[LiveChange]
    policies: PolicyReport
    refreshed: bool = True

    @property
    def changes(self) -> list[LiveChange]:
        """Changes that count: what somebody did, not what Azure does by itself."""
        return [change for change in (*self.drift, *self.plan) if not change.noise]

    @property
    def noise(self) -> list[LiveChange]:
        return [change for change in (*self.drift, *self.plan) if change.noise]

    @property
    def exit_code(self) -> int:
        """By `roastery.errors.EXIT_CODES`: a violation weighs more than a change."""
        if self.policies.blocking:
            return VIOLATED
        return DRIFTED if self.changes else CLEAN
