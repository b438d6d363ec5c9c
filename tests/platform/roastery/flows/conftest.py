"""Small states, made by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from roastery.flows.topology import IDENTITY, Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource, DeclaredStack, StackFacts

SUBSCRIPTION = "/subscriptions/11111111-1111-4111-8111-111111111111"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
ISSUER = "https://eastus2.oic.prod-aks.azure.com/tenant/cluster/"


def urn(name: str, type_: str = "x:y:Z") -> str:
    return f"urn:pulumi:prod::p::{type_}::{name}"


def resource(
    type_: str,
    name: str,
    inputs: Mapping[str, Any] | None = None,
    *,
    id_: str = "",
    outputs: Mapping[str, Any] | None = None,
    parent: str = "",
) -> DeclaredResource:
    """One resource; its URN ends with its name."""
    return DeclaredResource(
        urn=urn(name, type_), type=type_, inputs=inputs or {}, outputs=outputs or {}, id=id_, parent=parent
    )


def identity(key: str) -> list[DeclaredResource]:
    """A component of an identity, and the identity: principal `p-<key>`, client `c-<key>`."""
    component = resource("roastery:identity:WorkloadIdentity", key)
    parent = f"urn:pulumi:prod::p::roastery:identity:WorkloadIdentity::{key}"
    return [
        component,
        DeclaredResource(
            urn=f"urn:pulumi:prod::p::roastery:identity:WorkloadIdentity${IDENTITY}::id-{key}",
            type=IDENTITY,
            inputs={"resourceName": f"id-{key}"},
            outputs={"principalId": f"p-{key}", "clientId": f"c-{key}"},
            id=f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-{key}",
            parent=parent,
        ),
    ]


def kubernetes(kind: str, name: str, namespace: str = "", **fields: Any) -> DeclaredResource:
    """An object of the cluster: `networking.k8s.io/v1:NetworkPolicy`, with its spec or rules as fields."""
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **fields.pop("metadata", {})}
    return resource(f"kubernetes:{kind}", f"{namespace}-{name}".lstrip("-"), {"metadata": metadata, **fields})


def policy(name: str, namespace: str, /, **spec: Any) -> DeclaredResource:
    return kubernetes("networking.k8s.io/v1:NetworkPolicy", name, namespace, spec=spec)


def assignment(
    name: str, role: str, scope: str, principal: str, type_: str = "ServicePrincipal", **more: str
) -> DeclaredResource:
    return resource(
        t.ROLE,
        name,
        {
            "roleDefinitionId": f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}",
            "scope": scope,
            "principalId": principal,
            "principalType": type_,
            **more,
        },
    )


def build(*resources: DeclaredResource | Sequence[DeclaredResource]) -> Topology:
    """A topology: the resources, and the network and the identity `jobs` without which there is none."""
    flat = [item for part in resources for item in ([part] if isinstance(part, DeclaredResource) else part)]
    network = resource(t.NETWORK, "vnet", {"location": "eastus2"}, id_=f"{GROUP}/providers/x/vnet")
    cluster = resource(
        t.AKS,
        "aks",
        {"aadProfile": {"enableAzureRBAC": True}},
        id_=f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks",
        outputs={"oidcIssuerProfile": {"enabled": True, "issuerURL": ISSUER}},
    )
    own = [] if any(item.type == t.AKS for item in flat) else [cluster]
    return Topology(
        DeclaredStack([network, *own, *identity("jobs"), *flat], StackFacts(stack="prod", environment="prod"))
    )


Make = Callable[..., DeclaredResource]


@pytest.fixture(name="resource", scope="session")
def resource_fixture() -> Make:
    return resource


@pytest.fixture(name="identity", scope="session")
def identity_fixture() -> Callable[..., list[DeclaredResource]]:
    return identity


@pytest.fixture(name="kubernetes", scope="session")
def kubernetes_fixture() -> Make:
    return kubernetes


@pytest.fixture(name="policy", scope="session")
def policy_fixture() -> Make:
    return policy


@pytest.fixture(name="assignment", scope="session")
def assignment_fixture() -> Make:
    return assignment


@pytest.fixture(name="build", scope="session")
def build_fixture() -> Callable[..., Topology]:
    return build
