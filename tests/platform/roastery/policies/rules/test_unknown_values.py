"""Unknown values: a policy that needs one neither passes nor fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource
from roastery.policies.values import UNKNOWN, Secret

Problems = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("Disabled", []),
        ("disabled", []),
        (None, ["publicNetworkAccess is not set, must be Disabled or SecuredByPerimeter"]),
        (UNKNOWN, ["publicNetworkAccess is unknown before an update (unproven)"]),
        (Secret(), ["publicNetworkAccess is unknown before an update (unproven)"]),
        (Secret("Disabled"), []),
    ],
)
def test_a_policy_that_needs_an_unknown_value_is_unproven(
    problems: Problems, value: Any, outcome: list[str]
) -> None:
    account = DeclaredResource(
        urn="urn:pulumi:prod::p::x::it", type=t.STORAGE, inputs={"publicNetworkAccess": value}
    )
    assert problems("storage-public-network", account) == outcome


@pytest.mark.parametrize(
    ("policy", "kind", "inputs"),
    [
        (
            "nsg-management-port",
            t.SECURITY_RULE,
            {"access": "Allow", "direction": "Inbound", "sourceAddressPrefixes": [UNKNOWN]},
        ),
        ("role-wildcard", t.ROLE_DEFINITION, {"permissions": [{"actions": [UNKNOWN]}]}),
        ("rbac-wildcard", t.K8S_ROLE, {"rules": [{"verbs": [UNKNOWN]}]}),
        ("federation-exact", t.FEDERATION, {"audiences": [UNKNOWN]}),
        (
            "argo-server-authentication",
            t.RELEASE,
            {"chart": "argo-workflows", "values": {"server": {"authModes": [UNKNOWN], "secure": True}}},
        ),
        (
            "service-internal",
            t.SERVICE,
            {"spec": {"type": "LoadBalancer"}, "metadata": {"annotations": UNKNOWN}},
        ),
        ("namespace-pod-security", t.NAMESPACE, {"metadata": {"labels": UNKNOWN}}),
    ],
)
def test_an_unknown_inside_a_list_or_a_map_is_unproven_too(
    problems: Problems, policy: str, kind: str, inputs: dict[str, Any]
) -> None:
    resource = DeclaredResource(urn="urn:pulumi:prod::p::x::it", type=kind, inputs=inputs)
    assert [
        message.endswith("is unknown before an update (unproven)") for message in problems(policy, resource)
    ] == [True]
