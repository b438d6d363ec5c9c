"""False positives that reviewers suppress in one file, each with a reason; unused entries are errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from roastery.scans.model import ScanError, ScanFinding, ScanOutcome, ScanReport

FILE = Path("security", "suppressions.yaml")
_KEYS = frozenset({"tool", "checks", "resource", "stack", "reason"})


@dataclass(frozen=True, kw_only=True)
class Suppression:
    """A false positive of one check: `resource` is a pattern; an empty `stack` means every stack."""

    tool: str
    check: str
    resource: str
    reason: str
    stack: str = ""

    def __str__(self) -> str:
        stack = f" in {self.stack}" if self.stack else ""
        return f"{self.tool} {self.check} on {self.resource}{stack}"

    def covers(self, finding: ScanFinding) -> bool:
        return (
            (self.tool, self.check) == (finding.tool, finding.check)
            and self.stack in ("", finding.stack)
            and fnmatchcase(finding.resource, self.resource)
        )


def load(file: Path) -> list[Suppression]:
    """Every suppression, one for each check.

    Raises:
        ScanError: the file can't be read, a key is missing, unknown or empty, or an entry is repeated.
    """
    try:
        content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ScanError(f"{file} can't be read: {' '.join(str(error).split())}") from None
    entries: Any = content.get("suppressions") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise ScanError(f"{file}: `suppressions` must be a list")
    suppressions = [
        suppression
        for number, entry in enumerate(entries, 1)
        for suppression in _suppressions(entry, f"{file}, entry {number}")
    ]
    keys = [(entry.tool, entry.check, entry.resource, entry.stack) for entry in suppressions]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice:
        raise ScanError(f"{file}: {' '.join(twice).strip()} is suppressed twice")
    return suppressions


def _suppressions(entry: Any, where: str) -> list[Suppression]:
    if not isinstance(entry, dict):
        raise ScanError(f"{where}: must be a mapping of {', '.join(sorted(_KEYS))}")
    if unknown := sorted(set(map(str, entry)) - _KEYS):
        raise ScanError(f"{where}: unknown {', '.join(unknown)}; allowed are {', '.join(sorted(_KEYS))}")
    for key in ("tool", "resource", "reason"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise ScanError(f"{where}: `{key}` must be text that is not empty")
    checks = entry.get("checks")
    if not isinstance(checks, list) or not checks or not all(isinstance(check, str) for check in checks):
        raise ScanError(f"{where}: `checks` must be a list of ids")
    return [
        Suppression(
            tool=entry["tool"],
            check=check,
            resource=entry["resource"],
            reason=" ".join(entry["reason"].split()),
            stack=str(entry.get("stack") or ""),
        )
        for check in checks
    ]


def apply_suppressions(outcomes: Sequence[ScanOutcome], suppressions: Sequence[Suppression]) -> ScanReport:
    """Divides findings into suppressed and open ones; a skipped tool's suppressions are not called unused."""
    report = ScanReport(outcomes=list(outcomes))
    used: set[Suppression] = set()
    for finding in [finding for outcome in outcomes for finding in outcome.findings]:
        covering = [suppression for suppression in suppressions if suppression.covers(finding)]
        used.update(covering)
        if covering:
            report.suppressed[finding] = covering[0].reason
        else:
            report.open_findings.append(finding)
    ran = {outcome.tool for outcome in outcomes if not outcome.skipped}
    report.unused_suppressions = [
        str(suppression)
        for suppression in suppressions
        if suppression.tool in ran and suppression not in used
    ]
    return report
