"""What a scanner looked at and what it found."""

from __future__ import annotations

from dataclasses import dataclass, field

from roastery.errors import RoasteryError


class SecurityError(RoasteryError):
    """A scanner can't be run, or a file that steers it is wrong."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One objection: `check` is the scanner's id for it, `resource` what it is about."""

    tool: str
    check: str
    resource: str
    message: str
    stack: str = ""  # empty: of the repository


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One scanner's run.

    `skipped` says why it could not run, and then it proves nothing; `unasked` what it could not ask about.
    """

    tool: str
    stack: str = ""
    passed: int = 0
    findings: tuple[Finding, ...] = ()
    skipped: str = ""
    unasked: str = ""


@dataclass(kw_only=True)
class Report:
    """All runs, held against the suppressions."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    suppressed: dict[Finding, str] = field(default_factory=dict[Finding, str])  # and the reason
    unexplained: list[Finding] = field(default_factory=list[Finding])
    unused: list[str] = field(default_factory=list[str])  # suppressions without a finding

    @property
    def clean(self) -> bool:
        return not self.unexplained and not self.unused

    @property
    def gaps(self) -> list[str]:
        """What nobody was asked about, and why: no finding, and no proof of anything."""
        return [f"{one.tool}: {said}" for one in self.outcomes if (said := one.skipped or one.unasked)]
