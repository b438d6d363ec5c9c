"""One audit: refresh, policies and flows on what is there, and the program against it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from roastery.audit.events import changes
from roastery.audit.model import AuditReport
from roastery.audit.sources import Deployment
from roastery.flows import findings as flows
from roastery.policies import state
from roastery.policies.evaluate import PolicyConfig, evaluate
from roastery.policies.waivers import Waiver


def audit(
    deployment: Deployment,
    stack: str,
    *,
    refresh: bool = True,
    config: PolicyConfig | None = None,
    waivers: Sequence[Waiver] = (),
    report_progress: Callable[[str], None] = lambda _: None,
) -> AuditReport:
    """Compares a deployed stack with policies, flows and its program.

    Args:
        deployment: where the stack is.
        stack: its short name.
        refresh: read what is there first; without it the state is taken as it is.
        config: levels and settings that a team changed.
        waivers: accepted findings.
        report_progress: takes a line per phase.

    Raises:
        AuditError: the live state could not be read, or the program could not be run.
        StateError: the state has no resources.
    """
    drift = []
    if refresh:
        report_progress(f"reading what is there of {stack}")
        drift = changes(deployment.refresh(stack), refresh=True)
    report_progress(f"checking policies and flows of {stack}")
    live = state.parse(deployment.state(stack), f"the state of {stack}")
    findings = [] if live.incomplete else flows.findings(live)
    report = evaluate(live, config=config, waivers=waivers, more=findings)
    report_progress(f"comparing the program with {stack}")
    plan = changes(deployment.preview(stack), refresh=False)
    return AuditReport(stack=stack, drift=drift, plan=plan, policies=report, refreshed=refresh)
