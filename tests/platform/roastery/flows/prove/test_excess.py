"""Everything that could be removed is listed, until a flow uses it or somebody explains it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from roastery import roles
from roastery.flows.prove.excess import NAT, Explanation, excess
from roastery.flows.prove.routes import ROUTE_TABLE, RULE_GROUP
from roastery.flows.topology import Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource

Make = Callable[..., DeclaredResource]
RULE = {"direction": "Inbound", "protocol": "Tcp", "destinationPortRange": "443", "sourceAddressPrefix": "*"}
RBAC = "rbac.authorization.k8s.io/v1:"


@pytest.fixture
def topology(
    build: Callable[..., Topology], resource: Make, kubernetes: Make, policy: Make, assignment: Make
) -> Topology:
    rules = [RULE | {"name": "In", "access": "Allow"}, RULE | {"name": "Not", "access": "Deny"}]
    firewall = [
        {
            "name": "out",
            "action": {"type": "Allow"},
            "rules": [{"name": "web", "ruleType": "ApplicationRule"}],
        },
        {"name": "never", "action": {"type": "Deny"}, "rules": [{"name": "all"}]},
    ]
    return build(
        resource(t.SECURITY_GROUP, "nsg", {"securityRules": rules}, id_="/s/networkSecurityGroups/nsg"),
        resource(
            t.SECURITY_RULE,
            "apart",
            RULE | {"securityRuleName": "Apart", "access": "Allow", "networkSecurityGroupName": "nsg"},
        ),
        resource(RULE_GROUP, "group", {"ruleCollections": firewall}),
        resource(NAT, "nat"),
        resource(ROUTE_TABLE, "table"),
        resource(t.ENDPOINT, "endpoint"),
        resource(t.ZONE_LINK, "link", {"privateZoneName": "privatelink.azurecr.io"}),
        assignment("role", roles.READER, "/subscriptions/s", "p-jobs"),
        resource(t.FEDERATION, "credential", {"subject": "system:serviceaccount:a:b"}),
        policy("out", "shop", podSelector={}, egress=[{}, {"ports": [{"port": 53}]}], ingress=[{}]),
        kubernetes(f"{RBAC}Role", "role", "shop"),
        kubernetes(f"{RBAC}RoleBinding", "binding", "shop"),
    )


EXPECTED = {
    ("security rule", "nsg#In"),
    ("security rule", "apart"),
    ("firewall rule", "group#out/web"),
    ("NAT gateway", "nat"),
    ("route", "table"),
    ("private endpoint", "endpoint"),
    ("zone link", "link"),
    ("role assignment", "role"),
    ("federated credential", "credential"),
    ("network policy rule", "shop-out#ingress[0]"),
    ("network policy rule", "shop-out#egress[0]"),
    ("network policy rule", "shop-out#egress[1]"),
    ("Kubernetes role", "shop-role"),
    ("Kubernetes binding", "shop-binding"),
}


def test_every_kind_is_listed_with_a_description_and_denials_are_not(topology: Topology) -> None:
    pieces = excess(topology, [])
    assert {(piece.kind, piece.id.rpartition("::")[2]) for piece in pieces} == EXPECTED
    assert all(piece.description and not piece.explained for piece in pieces)


def test_what_a_flow_uses_is_not_excess(topology: Topology) -> None:
    pieces = excess(topology, [])
    for used in pieces:
        assert {piece.id for piece in excess(topology, [used.id])} == {p.id for p in pieces} - {used.id}


def test_an_explanation_covers_one_kind_and_whole_names(topology: Topology) -> None:
    reasons = [
        Explanation(kind="network policy rule", name=r"shop-out#egress\[.\]", reason="names are asked"),
        Explanation(kind="NAT gateway", name="na", reason="not the whole name"),
        Explanation(kind="route", name="nat", reason="another kind"),
    ]
    explained = {piece.id.rpartition("::")[2]: piece.explained for piece in excess(topology, [], reasons)}
    assert {name for name, reason in explained.items() if reason} == {
        "shop-out#egress[0]",
        "shop-out#egress[1]",
    }
