"""The tables of rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource, DeclaredStack
from roastery.policies.reports import rights

PULL = (
    "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d"
)
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"


def _resource(kind: str, name: str, *, id_: str = "", sources: dict[str, list[str]] | None = None,
              **inputs: Any) -> DeclaredResource:  # fmt: skip
    return DeclaredResource(
        urn=f"urn:pulumi:prod::p::{kind}::{name}",
        type=kind,
        inputs=inputs,
        id=id_,
        property_dependencies=sources or {},
    )


def _stack(stack: Callable[..., DeclaredStack]) -> DeclaredStack:
    jobs = _resource(IDENTITY, "jobs", resourceName="id-jobs")
    registry = _resource(t.REGISTRY, "cr", id_="/s/registries/crbeans")
    sources = {"principalId": [jobs.urn], "scope": [registry.urn]}
    scope: dict[str, Any] = {"roleDefinitionId": PULL, "scope": "/s/registries/crbeans"}
    return stack(
        jobs,
        registry,
        _resource(t.ROLE, "pull", sources=sources, principalId="g", description="Jobs pull | run", **scope),
        _resource(t.ROLE, "people", principalId="g1", principalType="Group", **scope),
        _resource(
            t.FEDERATION,
            "fc",
            resourceName="id-jobs",
            subject="system:serviceaccount:a:b",
            issuer="https://i",
        ),
        _resource(
            t.K8S_ROLE, "role", metadata={"name": "reader"}, rules=[{"verbs": ["get"], "resources": ["jobs"]}]
        ),
        _resource(
            t.K8S_BINDING,
            "binding",
            metadata={"namespace": "a"},
            roleRef={"kind": "Role", "name": "reader"},
            subjects=[{"kind": "ServiceAccount", "name": "b", "namespace": "a"}],
        ),
    )


def test_principals_and_scopes_have_the_names_the_stack_gave_them(
    stack: Callable[..., DeclaredStack],
) -> None:
    assert rights.rights(_stack(stack)) == [
        rights.Right("group g1", "AcrPull", "registries/crbeans", "no description"),
        rights.Right("identity id-jobs", "AcrPull", "Registry crbeans", "Jobs pull | run"),
    ]


def test_workloads_and_bindings_name_the_identity_and_the_role(stack: Callable[..., DeclaredStack]) -> None:
    test_stack = _stack(stack)
    assert rights.workloads(test_stack) == [
        rights.Workload("id-jobs", "system:serviceaccount:a:b", "https://i")
    ]
    assert rights.bindings(test_stack) == [rights.Binding("a/b", "reader", "a", "get jobs")]


def test_the_page_has_three_tables_and_escapes_pipes(
    stack: Callable[..., DeclaredStack],
) -> None:
    page = rights.page(_stack(stack))
    assert page.count("\n|---|") == 3
    assert "Jobs pull \\| run" in page
