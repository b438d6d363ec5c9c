"""Whether listeners, secrets and certificates that a flow needs are declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.flows.model import FlowVerdict, Present
from roastery.flows.prove.present import answered
from roastery.flows.topology import Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource
from roastery.policies.values import UNKNOWN, Secret

Make = Callable[..., DeclaredResource]
Build = Callable[..., Topology]
SOURCE = "kubernetes:argoproj.io/v1alpha1:EventSource"
CLASS = "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass"


@pytest.fixture
def topology(build: Build, kubernetes: Make, resource: Make) -> Topology:
    return build(
        kubernetes(
            "argoproj.io/v1alpha1:EventSource",
            "git",
            "roastery",
            spec={
                "webhook": {"event": {"port": "12000", "endpoint": "/git/push"}},
                "template": {"metadata": {"labels": {"azure.workload.identity/use": "true"}}},
                "service": {"ports": [{"port": 12000, "targetPort": 12000}, {"port": 9}]},
            },
        ),
        kubernetes(
            "secrets-store.csi.x-k8s.io/v1:SecretProviderClass",
            "triggers",
            "roastery",
            spec={"secretObjects": [{"secretName": "triggers", "data": [{"key": "push"}, {"key": "drift"}]}]},
        ),
        resource(
            t.EXTENSION, "azureml", {"configurationSettings": {"scoringFe.sslCname": "score.example.com"}}
        ),
        resource(t.INSIGHTS, "insights", {"enabled": True, "key": Secret("k"), "id": UNKNOWN}),
    )


@pytest.mark.parametrize(
    ("type_", "where"),
    [
        (SOURCE, {}),
        (SOURCE, {"metadata.name": "git", "spec.webhook.event.port": "12000"}),
        (SOURCE, {"spec.webhook.event.endpoint": "*/push"}),
        (SOURCE, {"spec.service.ports.targetPort": "12000"}),
        (SOURCE, {"spec.service.ports.port": "9"}),
        (SOURCE, {"spec.template.metadata.labels.azure.workload.identity/use": "true"}),
        (CLASS, {"spec.secretObjects.secretName": "triggers", "spec.secretObjects.data.key": "drift"}),
        (t.EXTENSION, {"configurationSettings.scoringFe.sslCname": "*.example.com"}),
        (t.INSIGHTS, {"enabled": "true"}),
        (t.INSIGHTS, {"key": "k"}),
    ],
)
def test_what_is_declared_is_found_and_used(topology: Topology, type_: str, where: dict[str, Any]) -> None:
    judgement = answered(topology, Present(what="it", type=type_, where=where))
    assert judgement.verdict is FlowVerdict.OK
    assert len(judgement.uses) == 1


@pytest.mark.parametrize(
    ("type_", "where"),
    [
        ("kubernetes:core/v1:Secret", {}),
        (SOURCE, {"metadata.name": "git", "spec.webhook.event.port": "12001"}),
        (SOURCE, {"spec.webhook.event.endpoint": "*/pull"}),
        (SOURCE, {"spec.calendar": "x"}),
        (CLASS, {"spec.secretObjects.data.key": "other"}),
    ],
)
def test_what_is_not_declared_is_named(topology: Topology, type_: str, where: dict[str, Any]) -> None:
    judgement = answered(topology, Present(what="the listener of pushes", type=type_, where=where))
    assert judgement.verdict is FlowVerdict.BLOCKED
    assert judgement.reason.startswith("the listener of pushes is missing: no ")
    assert all(value in judgement.reason for value in where.values())


def test_a_value_that_is_not_known_leaves_it_unproven(topology: Topology) -> None:
    judgement = answered(topology, Present(what="it", type=t.INSIGHTS, where={"id": "x"}))
    assert judgement.verdict is FlowVerdict.UNPROVEN
    assert "insights" in judgement.reason
