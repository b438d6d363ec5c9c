"""The result of all scans as a table for the terminal and as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from roastery.scans.model import ScanFinding, ScanOutcome, ScanReport
from roastery.scans.suppressions import Suppression

_HEADER = ("tool", "stack", "passed", "findings", "suppressed", "open")
_INTRODUCTION = """\
# Scans

`make security` runs third-party scanners on both stacks, offline: the sandbox deploys a stack and exports
it as an ARM template and as Kubernetes manifests, which the scanners read. This page shows the last run and
is written by `make scans-page`. A finding is fixed in the program or suppressed with a reason in
`security/suppressions.yaml`. The run fails if a finding is left, or if a suppression is no longer needed.

- Checkov and detect-secrets are installed in `.tools/scanners`, from `security/*.txt` with hashes. Their
  dependencies conflict with ours and with each other's, since Checkov brings a fork of detect-secrets.
- The manifests contain no pods. The pods that Argo would create from our objects are derived from them,
  checked against the restricted profile, and given to Checkov together with the manifests.
- `uv audit` queries api.osv.dev for known vulnerabilities of everything in `uv.lock`, and the package index
  for projects that were quarantined, archived or deprecated. A service that can't be reached is named below
  the table: nothing is known about what it would report, and the run does not fail for it. The scanners'
  own environments are not checked.
- Before anything was fixed, Checkov reported 14 findings in dev's template, 11 in prod's, and 78 in the
  manifests of each. They led to a limit of pods per node, and to requests and limits for the event bus.
- ruff's security rules (`S`, the same as bandit's) run in `make check`, so bandit itself does not.
"""


def rows(report: ScanReport) -> list[tuple[str, ...]]:
    """One row for each scanner's run, in the order of the runs."""
    return [_row(outcome, report) for outcome in report.outcomes]


def _row(outcome: ScanOutcome, report: ScanReport) -> tuple[str, ...]:
    if outcome.skipped:
        return (outcome.tool, outcome.stack or "-", "skipped", "?", "?", "?")
    findings = len(outcome.findings)
    suppressed = sum(finding in report.suppressed for finding in outcome.findings)
    counts = (outcome.passed, findings, suppressed, findings - suppressed)
    return (outcome.tool, outcome.stack or "-", *map(str, counts))


def format_table(report: ScanReport) -> str:
    """The table, and below it everything that keeps the run from being clean."""
    table = [_HEADER, *rows(report)]
    widths = [max(len(row[column]) for row in table) for column in range(len(_HEADER))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
    lines += [f"not checked  {gap}" for gap in report.gaps]
    lines += [f"open         {_line(finding)}" for finding in report.open_findings]
    lines += [f"unused       suppression of {entry}: remove it" for entry in report.unused_suppressions]
    lines.append(_verdict(report))
    return "\n".join(lines)


def _verdict(report: ScanReport) -> str:
    if not report.clean:
        return "not clean: fix the findings, or suppress them with a reason in security/suppressions.yaml"
    return "clean, but not everything could be checked" if report.gaps else "clean"


def _line(finding: ScanFinding) -> str:
    stack = f" in {finding.stack}" if finding.stack else ""
    return f"{finding.tool} {finding.check} {finding.resource}{stack}: {finding.message}"


def format_page(report: ScanReport, suppressions: list[Suppression]) -> str:
    """The text of docs/scans.md."""
    table = [_HEADER, ("---",) * len(_HEADER), *rows(report)]
    lines = [_INTRODUCTION, *(f"| {' | '.join(row)} |" for row in table), ""]
    lines += [f"Not checked: {gap}.\n" for gap in report.gaps]
    lines += ["## Suppressed findings and reasons", "", *_reasons(suppressions)]
    return "\n".join(lines) + "\n"


def _reasons(suppressions: list[Suppression]) -> Iterator[str]:
    groups = groupby(suppressions, lambda entry: (entry.tool, entry.stack, entry.reason))
    for (tool, stack, reason), entries in groups:
        checks = [entry.check for entry in entries]
        # A fingerprint says nothing to a reader, but the number of suppressed values does.
        label = f"{len(checks)} values" if tool == "detect-secrets" else ", ".join(checks)
        yield f"- {tool}{f' ({stack} only)' if stack else ''}, {label}: {reason}"
