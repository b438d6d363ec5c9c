"""The flows as tables in Markdown, by area: for a pull request, and for docs/security.md."""

from __future__ import annotations

from collections.abc import Iterator

from roastery.flows.model import FlowVerdict, Judgement, ProvedFlow
from roastery.flows.prove.proof import FlowReport
from roastery.flows.reports.plain import reasons, summary
from roastery.flows.table import AREAS

_HEAD = ("flow", "from", "to", "port", "reachable", "authorised", "answered", "why")


def markdown(report: FlowReport) -> str:
    """The whole report."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def _lines(report: FlowReport) -> Iterator[str]:
    yield f"{summary(report)}.\n"
    by_id = {flow.flow.id: flow for flow in report.flows}
    for area, table in AREAS.items():
        rows = [by_id[flow.id] for flow in table if flow.id in by_id]
        if rows:
            yield f"### {area}\n"
            yield f"| {' | '.join(_HEAD)} |"
            yield f"|{'---|' * len(_HEAD)}"
            yield from map(_row, rows)
            yield ""
    if report.broken:
        yield "### Broken\n"
        for flow in report.broken:
            for proof, reason in reasons(flow, (FlowVerdict.NOT_DECLARED, FlowVerdict.BLOCKED)):
                yield f"- `{flow.flow.id}` is not {proof}: {reason}"
        yield ""
    if report.excess:
        yield "### Excess\n"
        for excess in report.excess:
            yield f"- {excess.kind} {excess.description}: {excess.explained or '**no flow needs it**'}"


def _row(proved: ProvedFlow) -> str:
    flow = proved.flow
    ports = ", ".join(map(str, flow.ports)) + (" UDP" if flow.protocol == "Udp" else "")
    cells = (
        f"`{flow.id}`",
        str(flow.source),
        str(flow.destination),
        ports,
        *(_mark(judgement) for judgement in proved.judgements.values()),
        f"[{flow.why}](https://{flow.page})",
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _mark(judgement: Judgement) -> str:
    return {FlowVerdict.OK: "yes", FlowVerdict.NOT_NEEDED: "-", FlowVerdict.UNPROVEN: "?"}.get(
        judgement.verdict, "**no**"
    )
