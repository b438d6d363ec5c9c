"""Whether pods may act as an identity: each missing piece is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from roastery.flows.model import ApiServer, Flow, FlowVerdict, Pods, Subnet
from roastery.flows.prove.federation import federated
from roastery.flows.topology import Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource

Make = Callable[..., DeclaredResource]
Build = Callable[..., Topology]
ISSUER = "https://eastus2.oic.prod-aks.azure.com/tenant/cluster/"
CREDENTIAL = {
    "resourceName": "id-jobs",
    "subject": "system:serviceaccount:roastery:runner",
    "issuer": ISSUER,
    "audiences": ["api://AzureADTokenExchange"],
}
ANNOTATION = {"azure.workload.identity/client-id": "c-jobs"}
PODS = Pods(namespace="roastery", account="runner", labels={"azure.workload.identity/use": "true"})
FLOW = Flow(id="f", source=PODS, destination=ApiServer(), identity="jobs", why="a reason", page="a page")


def names(uses: frozenset[str]) -> set[str]:
    return {use.rpartition("::")[2] for use in uses}


@pytest.fixture
def state(build: Build, resource: Make, kubernetes: Make) -> Callable[..., Topology]:
    def make(annotations: dict[str, str] = ANNOTATION, **credential: Any) -> Topology:
        return build(
            resource(t.FEDERATION, "credential", CREDENTIAL | credential),
            kubernetes("core/v1:ServiceAccount", "runner", "roastery", metadata={"annotations": annotations}),
        )

    return make


def test_all_pieces_together_are_used(state: Callable[..., Topology]) -> None:
    judgement = federated(state(), FLOW)
    assert judgement.verdict is FlowVerdict.OK
    assert names(judgement.uses) == {"credential", "roastery-runner"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"subject": "system:serviceaccount:roastery:*"},
            "no federated credential with subject system:servic",
        ),
        ({"resourceName": "id-other"}, "no federated credential"),
        ({"issuer": ISSUER.rstrip("/")}, "another issuer"),
        ({"audiences": ["other"]}, "lacks audience api://AzureADTokenExchange"),
        ({"annotations": {}}, "lacks the client id of identity jobs"),
        ({"annotations": {"azure.workload.identity/client-id": "c-other"}}, "lacks the client id"),
    ],
)
def test_each_missing_piece_is_named(
    state: Callable[..., Topology], changes: dict[str, Any], message: str
) -> None:
    judgement = federated(state(**changes), FLOW)
    assert judgement.verdict is FlowVerdict.BLOCKED
    assert message in judgement.reason


def test_the_label_of_the_pods_is_needed(state: Callable[..., Topology]) -> None:
    judgement = federated(state(), replace(FLOW, source=replace(PODS, labels={})))
    assert judgement.verdict is FlowVerdict.BLOCKED
    assert "azure.workload.identity/use: true" in judgement.reason


def test_a_service_account_that_the_state_lacks_is_named(build: Build, resource: Make) -> None:
    judgement = federated(build(resource(t.FEDERATION, "credential", CREDENTIAL)), FLOW)
    assert judgement.verdict is FlowVerdict.BLOCKED
    assert "no service account roastery/runner" in judgement.reason


def test_an_issuer_that_is_not_known_yet_leaves_it_unproven(
    build: Build, resource: Make, kubernetes: Make
) -> None:
    cluster = resource(t.AKS, "aks", {}, id_="/subscriptions/s/aks")
    account = kubernetes("core/v1:ServiceAccount", "runner", "roastery", metadata={"annotations": ANNOTATION})
    assert federated(build(cluster, account), FLOW).verdict is FlowVerdict.UNPROVEN


def test_an_identity_that_the_state_lacks_is_said(state: Callable[..., Topology]) -> None:
    assert federated(state(), replace(FLOW, identity="nobody")).verdict is FlowVerdict.NOT_DECLARED


@pytest.mark.parametrize("changes", [{"identity": ""}, {"source": Subnet(key="cluster")}])
def test_flows_without_pods_or_identity_need_none(
    state: Callable[..., Topology], changes: dict[str, Any]
) -> None:
    assert federated(state(), replace(FLOW, **changes)).verdict is FlowVerdict.NOT_NEEDED
