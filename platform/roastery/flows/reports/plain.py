"""The flows as text for a terminal, and as one JSON object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from roastery.flows.model import FlowVerdict, ProvedFlow
from roastery.flows.prove.proof import FlowReport


def lines(report: FlowReport) -> Iterator[str]:
    """The report as text: excess, then what is unproven, then what does not work, next to the prompt."""
    unexplained = [excess for excess in report.excess if not excess.explained]
    if unexplained:
        yield "excess: no flow needs these"
        yield from (f"  {excess.kind}: {excess.description}" for excess in unexplained)
    for title, verdicts in (
        ("unproven: a value is unknown", (FlowVerdict.UNPROVEN,)),
        ("broken", (FlowVerdict.NOT_DECLARED, FlowVerdict.BLOCKED)),
    ):
        cases = [(flow, *reason) for flow in report.flows for reason in reasons(flow, verdicts)]
        if cases:
            yield f"{title}:"
        for flow, proof, reason in cases:
            yield f"  {flow.flow.id} ({flow.flow.source} → {flow.flow.destination}): not {proof}"
            yield f"    {reason}"
            yield f"    needed: {flow.flow.why} ({flow.flow.page})"
    yield summary(report)


def summary(report: FlowReport) -> str:
    """One line: how many flows, and how many pass each proof."""
    parts = [
        f"{sum(_passes(flow, proof) for flow in report.flows)} {proof}"
        for proof in ("reachable", "authorised", "answered")
    ]
    excess = Counter("explained" if item.explained else "unexplained" for item in report.excess)
    return (
        f"{len(report.flows)} flows of {report.stack}: {', '.join(parts)}; {len(report.broken)} broken; "
        f"excess: {excess['unexplained']} unexplained, {excess['explained']} explained"
    )


def reasons(flow: ProvedFlow, verdicts: tuple[FlowVerdict, ...]) -> Iterator[tuple[str, str]]:
    """The proofs with one of these verdicts, each with its reason."""
    for proof, judgement in flow.judgements.items():
        if judgement.verdict in verdicts:
            yield proof, judgement.reason


def as_json(report: FlowReport) -> dict[str, Any]:
    """The report as one JSON object."""
    return {
        "stack": report.stack,
        "broken": len(report.broken),
        "flows": [
            {
                "id": flow.flow.id,
                "source": str(flow.flow.source),
                "destination": str(flow.flow.destination),
                "protocol": flow.flow.protocol,
                "ports": list(flow.flow.ports),
                "why": flow.flow.why,
                "page": flow.flow.page,
                **{
                    proof: {
                        "verdict": judgement.verdict.value,
                        "reason": judgement.reason,
                        "uses": sorted(judgement.uses),
                    }
                    for proof, judgement in flow.judgements.items()
                },
            }
            for flow in report.flows
        ],
        "excess": [
            {
                "id": excess.id,
                "kind": excess.kind,
                "description": excess.description,
                "explained": excess.explained,
            }
            for excess in report.excess
        ],
    }


def _passes(flow: ProvedFlow, proof: str) -> bool:
    return flow.judgements[proof].verdict in (FlowVerdict.OK, FlowVerdict.NOT_NEEDED)
