"""Proves every flow of the table on a state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from roastery.flows.model import (
    Access,
    Excess,
    Flow,
    FlowVerdict,
    Judgement,
    KubernetesAccess,
    Pods,
    ProvedFlow,
    all_of,
    allowed,
)
from roastery.flows.prove.excess import excess
from roastery.flows.prove.federation import federated
from roastery.flows.prove.kubernetes import permitted
from roastery.flows.prove.network import reach
from roastery.flows.prove.present import answered
from roastery.flows.prove.rights import authorised
from roastery.flows.table import ALL
from roastery.flows.topology import Topology
from roastery.policies.model import DeclaredStack
from roastery.policies.values import UnprovenError


@dataclass(frozen=True, kw_only=True)
class FlowReport:
    """The flows of one state, proved."""

    stack: str
    flows: Sequence[ProvedFlow]
    excess: Sequence[Excess] = ()

    @property
    def broken(self) -> list[ProvedFlow]:
        return [flow for flow in self.flows if not flow.works]

    @property
    def uses(self) -> frozenset[str]:
        return frozenset[str]().union(*(flow.uses for flow in self.flows))


def prove(
    stack: DeclaredStack, table: Sequence[Flow] = ALL, bootstrap: DeclaredStack | None = None
) -> FlowReport:
    """Judges every flow that the state has a need of.

    Args:
        stack: the platform's state.
        table: of flows.
        bootstrap: the state of the bootstrap's program, whose roles count as well.

    Raises:
        UnknownProgramError: the state is not of this program.
    """
    topology = Topology(stack, bootstrap)
    flows = [_prove(topology, flow) for flow in table if all(map(topology.has, flow.needs))]
    used = frozenset[str]().union(*(flow.uses for flow in flows))
    return FlowReport(stack=stack.facts.stack, flows=flows, excess=excess(topology, used))


def _prove(topology: Topology, flow: Flow) -> ProvedFlow:
    return ProvedFlow(
        flow=flow,
        reachable=_known(lambda: reach(topology, flow)),
        authorised=_known(lambda: _authorise(topology, flow)),
        answered=_known(lambda: all_of([answered(topology, present) for present in flow.present])),
    )


def _authorise(topology: Topology, flow: Flow) -> Judgement:
    """Roles in Azure, the federated credential of the source's pods, and roles in the cluster."""
    judgements = [federated(topology, flow)]
    for access in flow.access:
        judgements.append(_granted(topology, access, authorised(topology, access)))
        if (scope := topology.endpoint_of(access.scope)) is not None:
            judgements.append(allowed(scope.urn))
    for access in flow.kubernetes:
        who = access.identity or (flow.source if isinstance(flow.source, Pods) else "")
        judgements.append(_granted(topology, access, permitted(topology, who, access)))
    return all_of(judgements)


def _granted(topology: Topology, access: Access | KubernetesAccess, judgement: Judgement) -> Judgement:
    """What the bootstrap grants is not missing where nobody names the bootstrap's state: it is unproven."""
    if judgement.verdict is FlowVerdict.BLOCKED and access.by_bootstrap and topology.bootstrap is None:
        return Judgement(
            FlowVerdict.UNPROVEN, f"{judgement.reason}: roast bootstrap grants it (--bootstrap-state)"
        )
    return judgement


def _known(judge: Callable[[], Judgement]) -> Judgement:
    """A value that is known only after an update leaves a flow unproven."""
    try:
        return judge()
    except UnprovenError as missing:
        return Judgement(FlowVerdict.UNPROVEN, f"{missing.path} is unknown before an update")
