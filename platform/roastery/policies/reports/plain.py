"""The report on a terminal, and as one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from roastery.policies.evaluate import Report
from roastery.policies.model import Finding
from roastery.policies.reports.sources import Sources


def lines(report: Report) -> Iterator[str]:
    """What a person reads: the worst last, where the eye is."""
    sources = Sources(report.by_urn)
    for title, group in (
        ("waived", report.waived),
        ("unproven: neither passed nor failed, a value is not known here", report.unproven),
        ("advisory", report.advice),
        ("must be repaired", report.blocking),
    ):
        if group:
            yield f"{title}:"
            for finding in group:
                yield from _finding(finding, sources)
    counts = f"{len(report.blocking)} to repair, {len(report.advice)} advisory"
    counts += f", {len(report.unproven)} unproven" if report.unproven else ""
    counts += f", {len(report.waived)} waived" if report.waived else ""
    facts = report.facts
    yield (
        f"{report.policies} policies over {report.resources} resources of {facts.stack} "
        f"({facts.environment}): {counts}"
    )


def _finding(finding: Finding, sources: Sources) -> Iterator[str]:
    file, line = sources.of(finding)[0]
    name = finding.urn.rpartition("::")[2]
    path = f"{finding.path} " if finding.path else ""
    yield f"  {finding.policy.severity} {finding.policy.id}: {name}: {path}{finding.message} ({file}:{line})"
    yield f"    {finding.waiver or finding.policy.fix}"


def as_json(report: Report) -> dict[str, Any]:
    """What a machine reads."""
    sources = Sources(report.by_urn)
    return {
        "stack": report.facts.stack,
        "environment": report.facts.environment,
        "policies": report.policies,
        "resources": report.resources,
        "blocking": len(report.blocking),
        "findings": [
            {
                "policy": one.policy.id,
                "title": one.policy.title,
                "severity": one.policy.severity.value,
                "level": one.level.value,
                "urn": one.urn,
                "path": one.path,
                "message": one.message,
                "fix": one.policy.fix,
                "ids": list(one.policy.ids),
                "proven": one.proven,
                "blocks": one.blocks,
                "waiver": one.waiver,
                "file": sources.of(one)[0][0],
                "line": sources.of(one)[0][1],
            }
            for one in report.findings
        ],
    }
