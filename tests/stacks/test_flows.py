"""The flows of both stacks, proved on what the program deploys, and with one thing less at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from azsandbox import commands
from azsandbox.commands import Outcome
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain
from roastery.flows.model import FlowVerdict
from roastery.flows.prove.proof import prove
from roastery.flows.reports import markdown
from roastery.policies import state
from roastery.policies.model import DeclaredStack
from stacks.config import ROOT
from tests.campaigns.flows.removals import RemovalResult, results

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),  # the removals: 150 proofs
    pytest.mark.xdist_group("program"),
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]


@pytest.fixture(scope="module")
def deployed(run: Callable[..., Outcome], project: Project) -> Callable[[str], DeclaredStack]:
    """The state of a stack, just deployed."""
    states: dict[str, DeclaredStack] = {}

    def of(stack: str) -> DeclaredStack:
        if stack not in states:
            outcome = run("up", stack)
            assert (outcome.exit_code, outcome.errors) == (0, [])
            states[stack] = state.parse(commands.export(project, stack))
        return states[stack]

    return of


@pytest.fixture(scope="module")
def taken_out(deployed: Callable[[str], DeclaredStack]) -> list[RemovalResult]:
    """Every removal of a rule, role or record of prod."""
    return results(deployed("prod"))[1]


@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_every_flow_works_and_nothing_is_in_excess_unexplained(
    stack: str, deployed: Callable[[str], DeclaredStack]
) -> None:
    report = prove(deployed(stack))

    assert [(flow.flow.id, flow.judgements) for flow in report.broken] == []
    assert [f"{item.kind}: {item.description}" for item in report.excess if not item.explained] == []


def test_what_is_unproven_is_what_the_bootstrap_grants(deployed: Callable[[str], DeclaredStack]) -> None:
    unproven = [
        judgement.reason
        for flow in prove(deployed("prod")).flows
        for judgement in flow.judgements.values()
        if judgement.verdict is FlowVerdict.UNPROVEN
    ]

    assert unproven
    assert all(reason.endswith("roast bootstrap grants it (--bootstrap-state)") for reason in unproven)


def test_a_removal_breaks_a_flow_exactly_where_the_proof_relied_on_it(taken_out: list[RemovalResult]) -> None:
    """So nothing is found in vain, and nothing that matters is missed."""
    assert [result.removal.id for result in taken_out if not result.consistent] == []


def test_every_kind_of_rule_role_and_record_was_taken_out(taken_out: list[RemovalResult]) -> None:
    broke = Counter(result.removal.kind for result in taken_out if result.broken)

    assert set(broke) >= {
        "role assignment",
        "federated credential",
        "zone link",
        "zone group",
        "private endpoint",
        "security rule",
        "network policy rule",
        "firewall rule",
        "Kubernetes role binding",
    }


def test_the_security_page_shows_the_flows(deployed: Callable[[str], DeclaredStack]) -> None:
    """After a change: `roast flows --stack prod --markdown`, its headings one level down."""
    page = (ROOT / "docs" / "security.md").read_text()
    shown = page.partition("<!-- flows -->\n")[2].partition("<!-- end of flows -->")[0]

    assert shown.strip() == markdown.markdown(prove(deployed("prod"))).replace("### ", "#### ").strip()
