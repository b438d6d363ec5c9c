"""A comment for a pull request: the verdict first, what blocks in a table, the rest folded."""

from __future__ import annotations

from collections.abc import Sequence

from roastery.policies.evaluate import Report
from roastery.policies.model import Finding
from roastery.policies.reports.sources import Sources

MOST = 100
"""Rows of a table: GitHub and Azure DevOps take some 65,000 and 150,000 characters in a comment."""


def markdown(report: Report) -> str:
    """The comment."""
    sources = Sources(report.by_urn)
    blocking = report.blocking
    verdict = f"❌ {len(blocking)} must be repaired" if blocking else "✅ no violation"
    lines = [
        f"## Policies on `{report.facts.stack}`: {verdict}",
        "",
        f"{report.policies} policies, {report.resources} resources, as `{report.facts.environment}`.",
    ]
    if blocking:
        lines += ["", *_table(blocking, sources)]
    lines += _folded("advisory", "Worth a look; they do not block", report.advice, sources)
    lines += _folded(
        "unproven", "Neither passed nor failed: a value is not known here", report.unproven, sources
    )
    lines += _folded("waived", "Accepted for a while", report.waived, sources)
    return "\n".join(lines) + "\n"


def _folded(name: str, what: str, findings: Sequence[Finding], sources: Sources) -> list[str]:
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


def _table(findings: Sequence[Finding], sources: Sources) -> list[str]:
    rows = [_row(one, sources) for one in findings[:MOST]]
    if len(findings) > MOST:
        rows.append(f"| | | and {len(findings) - MOST} more | | |")
    return ["| severity | policy | resource | what | how to fix |", "|---|---|---|---|---|", *rows]


def _row(finding: Finding, sources: Sources) -> str:
    file, line = sources.of(finding)[0]
    kind, _, name = finding.urn.rpartition("::")
    resource = f"`{name}` ({kind.rpartition('$')[2].rpartition('::')[2].rpartition(':')[2]})<br>{file}:{line}"
    path = f"`{finding.path}` " if finding.path else ""
    what = f"{path}{finding.message}" + (f"<br>{finding.waiver}" if finding.waiver else "")
    cells = (finding.policy.severity, f"`{finding.policy.id}`", resource, what, finding.policy.fix)
    return "| " + " | ".join(_cell(str(one)) for one in cells) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
