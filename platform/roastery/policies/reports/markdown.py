"""A comment for a pull request: the result first, blocking findings in a table, the rest collapsed."""

from __future__ import annotations

from collections.abc import Sequence

from roastery.policies.evaluate import PolicyReport
from roastery.policies.frameworks import TITLES
from roastery.policies.model import PolicyFinding
from roastery.policies.reports.sources import SourceLines

MOST = 100
"""Rows of a table: a comment may have some 65,000 characters on GitHub, 150,000 on Azure DevOps."""


def markdown(report: PolicyReport) -> str:
    """The report as a comment for a pull request."""
    sources = SourceLines(report.by_urn)
    blocking = report.blocking
    result = f"❌ {len(blocking)} blocking" if blocking else "✅ no blocking finding"
    lines = [
        f"## Policies on `{report.facts.stack}`: {result}",
        "",
        f"{report.policies} policies, {report.resources} resources, as `{report.facts.environment}`"
        + (f"; only {TITLES[report.framework]}." if report.framework else "."),
    ]
    if blocking:
        lines += ["", *_table(blocking, sources)]
    lines += _collapsed("advisory", "These do not block the update", report.advice, sources)
    lines += _collapsed("unproven", "Neither passed nor failed: a value is unknown", report.unproven, sources)
    lines += _collapsed("waived", "Accepted until a date by a waiver", report.waived, sources)
    if report.notes:
        lines += ["", *(f"- {_cell(note)}" for note in report.notes)]
    return "\n".join(lines) + "\n"


def _collapsed(name: str, what: str, findings: Sequence[PolicyFinding], sources: SourceLines) -> list[str]:
    if not findings:
        return []
    return [
        "",
        "<details>",
        f"<summary>{len(findings)} {name}</summary>",
        "",
        f"{what}.",
        "",
        *_table(findings, sources),
        "",
        "</details>",
    ]


def _table(findings: Sequence[PolicyFinding], sources: SourceLines) -> list[str]:
    rows = [_row(finding, sources) for finding in findings[:MOST]]
    if len(findings) > MOST:
        rows.append(f"| | | and {len(findings) - MOST} more | | |")
    return ["| severity | policy | resource | what | how to fix |", "|---|---|---|---|---|", *rows]


def _row(finding: PolicyFinding, sources: SourceLines) -> str:
    file, line = sources.of(finding)[0]
    kind, _, name = finding.urn.rpartition("::")
    resource = f"`{name}` ({kind.rpartition('$')[2].rpartition('::')[2].rpartition(':')[2]})<br>{file}:{line}"
    path = f"`{finding.path}` " if finding.path else ""
    what = f"{path}{finding.message}" + (f"<br>{finding.waiver}" if finding.waiver else "")
    cells = (finding.policy.severity, f"`{finding.policy.id}`", resource, what, finding.policy.fix)
    return "| " + " | ".join(_cell(str(cell)) for cell in cells) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
