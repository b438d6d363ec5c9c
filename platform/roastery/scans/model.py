"""What a scanner checked and what it found."""

from __future__ import annotations

from dataclasses import dataclass, field

from roastery.errors import RoasteryError


class ScanError(RoasteryError):
    """A scanner can't be run, or its configuration is wrong."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True)
class ScanFinding:
    """One finding: `check` is the scanner's id of the check, `resource` what it concerns."""

    tool: str
    check: str
    resource: str
    message: str
    stack: str = ""  # empty: in the repository


@dataclass(frozen=True, kw_only=True)
class ScanOutcome:
    """One scanner's run.

    `skipped` says why it could not run, so that it proves nothing; `not_checked` what it could not check.
    """

    tool: str
    stack: str = ""
    passed: int = 0
    findings: tuple[ScanFinding, ...] = ()
    skipped: str = ""
    not_checked: str = ""


@dataclass(kw_only=True)
class ScanReport:
    """All runs, with the suppressions applied."""

    outcomes: list[ScanOutcome] = field(default_factory=list[ScanOutcome])
    suppressed: dict[ScanFinding, str] = field(default_factory=dict[ScanFinding, str])  # with the reason
    open_findings: list[ScanFinding] = field(default_factory=list[ScanFinding])
    unused_suppressions: list[str] = field(default_factory=list[str])

    @property
    def clean(self) -> bool:
        return not self.open_findings and not self.unused_suppressions

    @property
    def gaps(self) -> list[str]:
        """What was not checked, and why: these are not findings, but nothing is proved about them either."""
        return [
            f"{outcome.tool}: {reason}"
            for outcome in self.outcomes
            if (reason := outcome.skipped or outcome.not_checked)
        ]
