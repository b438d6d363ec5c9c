"""Findings that reviewers hold for wrong, in one file with a reason each; an unneeded one is an error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from roastery.scans.model import Finding, Outcome, Report, SecurityError

FILE = Path("security", "suppressions.yaml")
_KEYS = frozenset({"tool", "checks", "resource", "stack", "reason"})


@dataclass(frozen=True, kw_only=True)
class Suppression:
    """One check that is wrong here: `resource` is a pattern, `stack` empty for every stack."""

    tool: str
    check: str
    resource: str
    reason: str
    stack: str = ""

    def covers(self, one: Finding) -> bool:
        return (
            (self.tool, self.check) == (one.tool, one.check)
            and self.stack in ("", one.stack)
            and fnmatchcase(one.resource, self.resource)
        )


def load(file: Path) -> list[Suppression]:
    """Every suppression, one per check.

    Raises:
        SecurityError: a key is missing, unknown or empty, or says the same twice.
    """
    try:
        content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise SecurityError(f"{file} can't be read: {' '.join(str(error).split())}") from None
    entries: Any = content.get("suppressions") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise SecurityError(f"{file}: `suppressions` must be a list")
    found = [
        one for number, entry in enumerate(entries, 1) for one in _read(entry, f"{file}, entry {number}")
    ]
    keys = [(one.tool, one.check, one.resource, one.stack) for one in found]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice:
        raise SecurityError(f"{file}: {' '.join(twice).strip()} is suppressed twice")
    return found


def _read(entry: Any, where: str) -> list[Suppression]:
    if not isinstance(entry, dict):
        raise SecurityError(f"{where}: is no mapping of {', '.join(sorted(_KEYS))}")
    if unknown := sorted(set(map(str, entry)) - _KEYS):
        raise SecurityError(f"{where}: unknown {', '.join(unknown)}; allowed are {', '.join(sorted(_KEYS))}")
    for key in ("tool", "resource", "reason"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise SecurityError(f"{where}: `{key}` must be text that is not empty")
    checks = entry.get("checks")
    if not isinstance(checks, list) or not checks or not all(isinstance(one, str) for one in checks):
        raise SecurityError(f"{where}: `checks` must be a list of ids")
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


def judge(outcomes: Sequence[Outcome], suppressions: Sequence[Suppression]) -> Report:
    """Hold what was found against what is suppressed; suppressions of a skipped tool can't be judged."""
    report = Report(outcomes=list(outcomes))
    used: set[Suppression] = set()
    for one in (finding for outcome in outcomes for finding in outcome.findings):
        covering = [each for each in suppressions if each.covers(one)]
        used.update(covering)
        if covering:
            report.suppressed[one] = covering[0].reason
        else:
            report.unexplained.append(one)
    ran = {outcome.tool for outcome in outcomes if not outcome.skipped}
    report.unused = [
        f"{one.tool} {one.check} on {one.resource}{f' in {one.stack}' if one.stack else ''}"
        for one in suppressions
        if one.tool in ran and one not in used
    ]
    return report
