"""The report as text for a terminal, and as one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from roastery.policies.evaluate import PolicyReport
from roastery.policies.frameworks import TITLES, Framework, controls
from roastery.policies.model import PolicyFinding
from roastery.policies.reports.sources import SourceLines


def lines(report: PolicyReport) -> Iterator[str]:
    """The report as text; the most serious findings come last, next to the prompt."""
    sources = SourceLines(report.by_urn)
    for title, group in (
        ("waived", report.waived),
        ("unproven: neither passed nor failed, a value is unknown", report.unproven),
        ("advisory", report.advice),
        ("blocking", report.blocking),
    ):
        if group:
            yield f"{title}:"
            for finding in group:
                yield from _finding(finding, sources)
                if report.framework:
                    yield f"    {', '.join(controls(finding.policy, report.framework))}"
    yield from report.notes
    counts = f"{len(report.blocking)} blocking, {len(report.advice)} advisory"
    counts += f", {len(report.unproven)} unproven" if report.unproven else ""
    counts += f", {len(report.waived)} waived" if report.waived else ""
    facts = report.facts
    yield (
        f"{report.policies} policies over {report.resources} resources of {facts.stack} "
        f"({facts.environment}): {counts}"
        + (f"; only {TITLES[report.framework]}" if report.framework else "")
    )


def _finding(finding: PolicyFinding, sources: SourceLines) -> Iterator[str]:
    file, line = sources.of(finding)[0]
    name = finding.urn.rpartition("::")[2]
    path = f"{finding.path} " if finding.path else ""
    yield f"  {finding.policy.severity} {finding.policy.id}: {name}: {path}{finding.message} ({file}:{line})"
    yield f"    {finding.waiver or finding.policy.fix}"


def as_json(report: PolicyReport) -> dict[str, Any]:
    """The report as one JSON object."""
    sources = SourceLines(report.by_urn)
    return {
        "stack": report.facts.stack,
        "environment": report.facts.environment,
        "policies": report.policies,
        "resources": report.resources,
        "framework": report.framework.value if report.framework else None,
        "blocking": len(report.blocking),
        "notes": list(report.notes),
        "findings": [
            {
                "policy": finding.policy.id,
                "title": finding.policy.title,
                "severity": finding.policy.severity.value,
                "level": finding.level.value,
                "urn": finding.urn,
                "path": finding.path,
                "message": finding.message,
                "fix": finding.policy.fix,
                "ids": list(finding.policy.ids),
                "controls": {
                    framework.value: list(controls(finding.policy, framework)) for framework in Framework
                },
                "proven": finding.proven,
                "blocks": finding.blocks,
                "waiver": finding.waiver,
                "file": sources.of(finding)[0][0],
                "line": sources.of(finding)[0][1],
            }
            for finding in report.findings
        ],
    }
