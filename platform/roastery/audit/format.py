"""An audit as text, as Markdown for a ticket, and as one JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from roastery.audit.model import CLEAN, DRIFTED, AuditReport, LiveChange
from roastery.policies.reports import markdown as policy_markdown
from roastery.policies.reports import plain as policy_plain

_TITLES = (
    ("changed in Azure beside Pulumi", "drift"),
    ("the program would change", "plan"),
)


def lines(report: AuditReport) -> Iterator[str]:
    """The audit as text; the result comes last."""
    for title, changes in _parts(report):
        if changes:
            yield f"{title}:"
            yield from (f"  {change.describe()}" for change in changes)
    if report.noise:
        yield "known noise, which counts as nothing:"
        yield from (f"  {change.describe()} ({change.noise})" for change in report.noise)
    yield from policy_plain.lines(report.policies)
    yield f"audit of {report.stack}: {result(report)}"


def result(report: AuditReport) -> str:
    """The audit in a few words."""
    if report.exit_code == CLEAN:
        return "as declared" + ("" if report.refreshed else ", as far as the state knows")
    drift, plan = (len(changes) for _, changes in _parts(report))
    counts = f"{drift} changed beside Pulumi, {plan} that the program would change"
    if report.exit_code == DRIFTED:
        return counts
    return f"{len(report.policies.blocking)} blocking findings, {counts}"


def markdown(report: AuditReport) -> str:
    """The audit for a ticket or a pull request: the result first."""
    mark = "✅" if report.exit_code == CLEAN else "❌"
    parts = [f"# Audit of `{report.stack}`: {mark} {result(report)}", ""]
    for title, changes in _parts(report):
        if changes:
            parts += [f"## {title.capitalize()}", "", *_table(changes), ""]
    if report.noise:
        rows = [f"- {_cell(change.describe())}: {change.noise}" for change in report.noise]
        count = f"<summary>{len(report.noise)} changes that Azure makes by itself</summary>"
        parts += ["<details>", count, "", *rows, "", "</details>", ""]
    return "\n".join(parts) + "\n" + policy_markdown.markdown(report.policies)


def as_json(report: AuditReport) -> dict[str, Any]:
    """The audit as one JSON object."""
    return {
        "stack": report.stack,
        "exit_code": report.exit_code,
        "refreshed": report.refreshed,
        "drift": [asdict(change) for change in report.drift if not change.noise],
        "plan": [asdict(change) for change in report.plan if not change.noise],
        "noise": [asdict(change) for change in report.noise],
        "policies": policy_plain.as_json(report.policies),
    }


def _parts(report: AuditReport) -> list[tuple[str, list[LiveChange]]]:
    return [
        (title, [change for change in getattr(report, name) if not change.noise]) for title, name in _TITLES
    ]


def _table(changes: Sequence[LiveChange]) -> list[str]:
    rows = [
        f"| `{change.name}` ({change.type.rpartition(':')[2]}) | {change.operation} | "
        f"{f'`{change.path}`' if change.path else ''} | {_cell(change.before)} | {_cell(change.after)} |"
        for change in changes
    ]
    return ["| resource | what | property | before | after |", "|---|---|---|---|---|", *rows]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
