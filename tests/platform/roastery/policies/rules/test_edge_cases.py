"""Edge cases of single policies: what is a violation, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery import kubernetes_calendar as calendar
from roastery.policies import tokens as t
from roastery.policies.catalogue import BY_ID
from roastery.policies.model import DeclaredResource

Make = Callable[..., DeclaredResource]
Problems = Callable[..., list[str]]
NEWEST = calendar.supported(calendar.today())[-1]
AUDIENCE = "api://AzureADTokenExchange"
SERVED = {"allowInsecureConnections": "false", "enableInference": "true"}
INTERNAL = {"scoringFe.serviceType.internalLoadBalancer": "azure"}
SSH = {"sshSettings": {"sshPublicAccess": "Enabled"}}


def extension(**settings: str) -> dict[str, Any]:
    return {"extensionType": "Microsoft.AzureML.Kubernetes", "configurationSettings": settings}


@pytest.mark.parametrize(
    ("policy", "kind", "inputs", "caught"),
    [
        ("endpoint-public-network", t.ML_ENDPOINT, {"properties": {"compute": "/aks"}}, False),
        ("endpoint-public-network", t.ML_ENDPOINT, {"properties": {"authMode": "Key"}}, True),
        ("registry-export", t.REGISTRY, {"publicNetworkAccess": "Enabled"}, False),
        ("registry-export", t.REGISTRY, {"publicNetworkAccess": "Disabled"}, True),
        (
            "federation-exact",
            t.FEDERATION,
            {"subject": "app-*", "issuer": "https://x", "audiences": [AUDIENCE]},
            True,
        ),
        (
            "federation-exact",
            t.FEDERATION,
            {"subject": "app", "issuer": "https://x", "audiences": [AUDIENCE, "api://other"]},
            True,
        ),
        ("ml-extension-front", t.EXTENSION, extension(**SERVED, **INTERNAL), True),
        ("ml-extension-front", t.EXTENSION, extension(**SERVED, **{"scoringFe.sslSecret": "tls"}), True),
        (
            "ml-extension-front",
            t.EXTENSION,
            extension(**SERVED, **INTERNAL, **{"scoringFe.sslSecret": "tls"}),
            False,
        ),
        ("ml-extension-front", t.EXTENSION, extension(allowInsecureConnections="false"), False),
        ("aks-version", t.AKS, {"kubernetesVersion": "1.9"}, True),  # older than 1.34, though not as text
        ("aks-version", t.AKS, {"kubernetesVersion": NEWEST}, False),
        ("aks-version", t.AKS, {"kubernetesVersion": "1.34.2"}, True),  # its support ended in November 2026
        ("aks-version-lasts", t.AKS, {"kubernetesVersion": NEWEST}, False),
        (
            "aks-version-lasts",
            t.AKS,
            {"kubernetesVersion": "1.34.2"},
            False,
        ),  # aks-version says that it ended
        ("aks-version-lasts", t.AKS, {}, False),
        ("aks-version", t.AKS, {}, True),
        (
            "argo-server-authentication",
            t.RELEASE,
            {"chart": "oci://x/argo-workflows", "values": {"server": {"secure": True}}},
            True,
        ),
        ("service-internal", t.SERVICE, {"spec": {"type": "NodePort"}}, True),
        (
            "pod-privileged",
            t.POD,
            {"spec": {"containers": [{"securityContext": {"privileged": True}}]}},
            True,
        ),
        ("pod-privileged", t.POD, {"spec": {"volumes": [{"hostPath": {"path": "/"}}]}}, True),
        ("pod-privileged", t.POD, {"spec": {"containers": [{"ports": [{"hostPort": 22}]}]}}, True),
        ("pod-privileged", t.POD, {"spec": {"containers": [{"ports": [{"containerPort": 22}]}]}}, False),
        (
            "pod-non-root",
            t.POD,
            {"spec": {"securityContext": {"runAsNonRoot": True, "runAsUser": 0}, "containers": [{}]}},
            True,
        ),
        (
            "pod-non-root",
            t.POD,
            {"spec": {"securityContext": {"runAsNonRoot": True, "runAsUser": 1000}, "containers": [{}]}},
            False,
        ),
        ("name-convention", t.VAULT, {"vaultName": "kv-" + "x" * 30}, True),
        (
            "compute-local-auth",
            t.ML_COMPUTE,
            {"properties": {"disableLocalAuth": True, "properties": SSH}},
            True,
        ),
        ("role-privileged", t.ROLE, {"roleDefinitionId": "/x/8b54135c-b56d-4d72-a534-26097cfdc8d8"}, True),
        ("subnet-security-group", t.SUBNET, {"subnetName": "RouteServerSubnet"}, False),
        ("subnet-security-group", t.SUBNET, {"subnetName": "nodes"}, True),
    ],
)
def test_an_edge_case_of_a_policy(
    problems: Problems, resource: Make, policy: str, kind: str, inputs: dict[str, Any], *, caught: bool
) -> None:
    assert bool(problems(policy, resource(kind, **inputs))) is caught


def declare(kind: str, name: str, **inputs: Any) -> DeclaredResource:
    urn = f"urn:pulumi:prod::p::{kind}::{name}"
    return DeclaredResource(urn=urn, type=kind, inputs=inputs, id=f"/subscriptions/s/{name}")


VAULT = declare(t.VAULT, "kv", resourceGroupName="rg")
GROUP = declare(t.GROUP, "rg", resourceGroupName="rg")
NAMESPACE = declare(t.NAMESPACE, "beans", metadata={"name": "beans"})
OF_EXTENSION = declare(t.NAMESPACE, "azureml", metadata={"name": "azureml"})
EVERYTHING = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def endpoint(target: str) -> DeclaredResource:
    connection = {"privateLinkServiceId": target, "groupIds": ["vault"]}
    return declare(t.ENDPOINT, "pep", privateLinkServiceConnections=[connection])


def diagnostics(**inputs: Any) -> DeclaredResource:
    return declare(t.DIAGNOSTICS, "d", resourceUri=VAULT.id, **inputs)


def network_policy(**spec: Any) -> DeclaredResource:
    return declare(t.NETWORK_POLICY, "deny", metadata={"namespace": "beans"}, spec=spec)


@pytest.mark.parametrize(
    ("policy", "resources", "caught"),
    [
        ("private-endpoint-present", [VAULT, endpoint(VAULT.id)], False),
        ("private-endpoint-present", [VAULT, endpoint("/subscriptions/s/other")], True),
        ("lock-present", [VAULT, GROUP, declare(t.LOCK, "l", scope=GROUP.id, level="ReadOnly")], False),
        ("lock-present", [VAULT, GROUP, declare(t.LOCK, "l", scope=GROUP.id, level="NotSpecified")], True),
        ("lock-present", [VAULT, GROUP, declare(t.LOCK, "l", scope=VAULT.id, level="CanNotDelete")], True),
        ("lock-present", [GROUP], False),  # without data services
        ("diagnostics-present", [VAULT, diagnostics(logs=[{"enabled": True}], workspaceId="w")], False),
        ("diagnostics-present", [VAULT, diagnostics(logs=[{"enabled": True}])], True),
        ("diagnostics-present", [VAULT, diagnostics(logs=[{"enabled": False}], workspaceId="w")], True),
        ("namespace-network-policy", [NAMESPACE, network_policy(**EVERYTHING)], False),
        ("namespace-network-policy", [NAMESPACE, network_policy(**EVERYTHING, egress=[{}])], True),
        (
            "namespace-network-policy",
            [NAMESPACE, network_policy(podSelector={}, policyTypes=["Ingress"])],
            True,
        ),
        ("namespace-network-policy", [NAMESPACE], True),
        ("namespace-network-policy", [OF_EXTENSION], False),
        ("namespace-bounds", [NAMESPACE], True),
        ("namespace-bounds", [OF_EXTENSION], False),
        ("budget-present", [declare(t.BUDGET, "b", amount=5, notifications={"all": {}})], False),
        ("budget-present", [declare(t.BUDGET, "b", amount=5)], True),
    ],
)
def test_an_edge_case_of_a_policy_over_the_stack(
    stack: Callable[..., Any], policy: str, resources: list[DeclaredResource], *, caught: bool
) -> None:
    rule = BY_ID[policy]
    assert rule.check_stack
    assert bool(list(rule.check_stack(stack(*resources), rule.settings()))) is caught
