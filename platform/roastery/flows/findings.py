"""What the proof of the flows says, as findings of policies: for `roast policy check` and for reviews."""

from __future__ import annotations

from roastery.flows.model import FlowVerdict
from roastery.flows.prove.proof import FlowReport, prove
from roastery.flows.reports.plain import reasons
from roastery.flows.topology import UnknownProgramError
from roastery.policies.model import DeclaredStack, EnforcementLevel, Policy, Severity, Violation

BROKEN = Policy(
    id="flow-broken",
    title="Every declared flow is reachable, authorised and answered",
    reason="A flow that a rule, role or record cuts stops the first deployment, or the platform later.",
    fix="Declare the rule, role or record that the message names; roast flows shows the whole proof.",
    severity=Severity.CRITICAL,
    dev=EnforcementLevel.MANDATORY,
    prod=EnforcementLevel.MANDATORY,
)
EXCESS = Policy(
    id="flow-excess",
    title="Every rule, role and policy is needed by a flow",
    reason="What no flow needs only helps somebody who should not be there.",
    fix="Remove it, or declare the flow that needs it in roastery.flows.table.",
    severity=Severity.LOW,
    dev=EnforcementLevel.ADVISORY,
    prod=EnforcementLevel.ADVISORY,
)
POLICIES = (BROKEN, EXCESS)
BY_ID = {policy.id: policy for policy in POLICIES}


def findings(stack: DeclaredStack) -> list[tuple[Policy, Violation]]:
    """Broken flows and unexplained excess; nothing for a state of a program whose flows nobody declared."""
    try:
        return of_report(prove(stack))
    except UnknownProgramError:
        return []


def broken_flows(stack: DeclaredStack) -> dict[str, str]:
    """Every flow of a stack with why it does not work, or with an empty text; empty for unknown programs."""
    try:
        report = prove(stack)
    except UnknownProgramError:
        return {}
    stops = (FlowVerdict.BLOCKED, FlowVerdict.NOT_DECLARED)
    return {
        proved.flow.id: "; ".join(f"not {proof}: {reason}" for proof, reason in reasons(proved, stops))
        for proved in report.flows
    }


def of_report(report: FlowReport) -> list[tuple[Policy, Violation]]:
    """The findings of a proof."""
    broken = [
        (BROKEN, Violation(proved.flow.id, f"not {proof}: {reason}"))
        for proved in report.flows
        for proof, reason in reasons(proved, (FlowVerdict.BLOCKED, FlowVerdict.NOT_DECLARED))
    ]
    excess = [
        (EXCESS, Violation("", f"{item.kind} {item.description}", urn=item.id.partition("#")[0]))
        for item in report.excess
        if not item.explained
    ]
    return broken + excess
