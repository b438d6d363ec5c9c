"""What all scanners said: a table for the terminal, a page for reviewers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from roastery.scans.model import Finding, Outcome, Report
from roastery.scans.suppressions import Suppression

_HEAD = ("tool", "stack", "passed", "findings", "suppressed", "unexplained")
_INTRODUCTION = """\
# Second opinions

`make security` asks scanners that others wrote, on both stacks, offline: the sandbox deploys a stack, exports
it as an ARM template and as Kubernetes manifests, and the scanners read those. This page is the last run's;
`make second-opinions` writes it. A finding is repaired in the program or suppressed with a reason in
`security/suppressions.yaml`; everything else fails, and so does a suppression that nothing needs.

- Checkov and detect-secrets live in `.tools/scanners`, from `security/*.txt` with hashes: their dependencies
  do not go with ours, nor with each other's, since Checkov brings a fork of detect-secrets.
- Pods stand in no manifest. Those that Argo would make of our objects are derived, held against the
  restricted profile, and shown to Checkov beside the manifests.
- `uv audit` asks api.osv.dev for known vulnerabilities of everything in `uv.lock`, and the package index
  whether a project was quarantined, archived or deprecated. What can't be reached is named below the table:
  about that nothing is known, and the run does not fail for it. The scanners' own environments are not asked
  about.
- Before anything was repaired, Checkov objected to 14 things in dev's template and 11 in prod's, and to 78 in
  the manifests of each. Nodes that say how many pods they take, a jump host without extensions, and a bus
  that says what it needs and at most gets came of it.
- ruff's security rules (`S`, which are bandit's) run in `make check`, so bandit itself does not.
"""


def rows(report: Report) -> list[tuple[str, ...]]:
    """One per run, in the order of the runs."""
    return [_row(outcome, report) for outcome in report.outcomes]


def _row(outcome: Outcome, report: Report) -> tuple[str, ...]:
    if outcome.skipped:
        return (outcome.tool, outcome.stack or "-", "skipped", "?", "?", "?")
    suppressed = sum(one in report.suppressed for one in outcome.findings)
    found = len(outcome.findings)
    counts = (outcome.passed, found, suppressed, found - suppressed)
    return (outcome.tool, outcome.stack or "-", *map(str, counts))


def text(report: Report) -> str:
    """The table, and whatever keeps the run from being clean."""
    table = [_HEAD, *rows(report)]
    widths = [max(len(row[column]) for row in table) for column in range(len(_HEAD))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in table]
    lines += [f"not asked    {one}" for one in report.gaps]
    lines += [f"unexplained  {_line(one)}" for one in report.unexplained]
    lines += [f"unused       suppression of {one}: remove it" for one in report.unused]
    lines.append(_verdict(report))
    return "\n".join(lines)


def _verdict(report: Report) -> str:
    if not report.clean:
        return "not clean: repair, or explain in security/suppressions.yaml"
    return "clean as far as was asked" if report.gaps else "clean"


def _line(one: Finding) -> str:
    return f"{one.tool} {one.check} {one.resource}{f' in {one.stack}' if one.stack else ''}: {one.message}"


def page(report: Report, suppressions: list[Suppression]) -> str:
    """docs/second-opinions.md."""
    table = [_HEAD, ("---",) * len(_HEAD), *rows(report)]
    lines = [_INTRODUCTION, *(f"| {' | '.join(row)} |" for row in table), ""]
    lines += [f"Not asked: {one}.\n" for one in report.gaps]
    lines += ["## What is suppressed, and why", "", *_reasons(suppressions)]
    return "\n".join(lines) + "\n"


def _reasons(suppressions: list[Suppression]) -> Iterator[str]:
    for (tool, stack, reason), group in groupby(suppressions, lambda one: (one.tool, one.stack, one.reason)):
        checks = [one.check for one in group]
        # A fingerprint tells a reader nothing; how many there are does.
        what = f"{len(checks)} values" if tool == "detect-secrets" else ", ".join(checks)
        yield f"- {tool}{f' ({stack} only)' if stack else ''}, {what}: {reason}"
