"""Who may do what: role assignments, federated credentials and Kubernetes bindings of a stack, as tables.

Generated from a state, where every principal and scope is known; docs/security.md includes the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource, DeclaredStack
from roastery.policies.values import UnprovenError
from roastery.roles import NAMES

_IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
_NAMES = {str(role): name for role, name in NAMES.items()}


@dataclass(frozen=True, order=True)
class Right:
    """One role of one principal on one scope."""

    who: str
    role: str
    scope: str
    why: str


@dataclass(frozen=True, order=True)
class Workload:
    """A workload that may use an identity without a secret."""

    identity: str
    subject: str
    issuer: str


@dataclass(frozen=True, order=True)
class Binding:
    """A role inside the cluster."""

    who: str
    role: str
    namespace: str
    rules: str


def rights(stack: DeclaredStack) -> list[Right]:
    """Role assignments, by principal."""
    return sorted(
        Right(
            who=_principal(stack, assignment),
            role=_role(assignment),
            scope=_scope(stack, assignment),
            why=_text(assignment, "description") or "no description",
        )
        for assignment in stack.of(t.ROLE)
    )


def workloads(stack: DeclaredStack) -> list[Workload]:
    """Federated credentials, by identity."""
    return sorted(
        Workload(
            identity=_text(credential, "resourceName"),
            subject=_text(credential, "subject"),
            issuer=_text(credential, "issuer"),
        )
        for credential in stack.of(t.FEDERATION)
    )


def bindings(stack: DeclaredStack) -> list[Binding]:
    """Kubernetes role bindings, by service account, each with what the role allows."""
    roles = {
        (role_resource.type.rpartition(":")[2], _text(role_resource, "metadata.name")): role_resource
        for role_resource in _roles(stack)
    }
    rows: list[Binding] = []
    for binding in stack.of(t.K8S_BINDING, t.K8S_CLUSTER_BINDING):
        role = _text(binding, "roleRef.name")
        declared = roles.get((_text(binding, "roleRef.kind"), role))
        rows += [
            Binding(
                who=f"{subject.get('namespace', '')}/{subject.get('name')}",
                role=role,
                namespace=_text(binding, "metadata.namespace") or "all",
                rules=_rules(declared) if declared else "built into the cluster",
            )
            for subject in binding.each("subjects")
        ]
    return sorted(rows)


def page(stack: DeclaredStack) -> str:
    """The three tables in Markdown."""
    parts = [
        _table(
            "Roles in Azure",
            ("who", "role", "on", "why"),
            [(right.who, right.role, right.scope, right.why) for right in rights(stack)],
        ),
        _table(
            "Workloads that use an identity",
            ("identity", "subject", "issuer"),
            [(workload.identity, f"`{workload.subject}`", workload.issuer) for workload in workloads(stack)],
        ),
        _table(
            "Roles in the cluster",
            ("who", "role", "in namespace", "may"),
            [(binding.who, binding.role, binding.namespace, binding.rules) for binding in bindings(stack)],
        ),
    ]
    return "\n".join(parts)


def _roles(stack: DeclaredStack) -> list[DeclaredResource]:
    return stack.of(t.K8S_ROLE, t.K8S_CLUSTER_ROLE)


def _principal(stack: DeclaredStack, assignment: DeclaredResource) -> str:
    """A name where the stack declares the principal; an object id where it does not, as for a group."""
    for urn in assignment.sources_of("principalId"):
        source = stack.by_urn.get(urn)
        if source is not None and source.type == _IDENTITY:
            return f"identity {_text(source, 'resourceName')}"
        if source is not None and source.type == t.ML_WORKSPACE:
            return f"workspace {_text(source, 'workspaceName')}"
    return f"{_text(assignment, 'principalType').lower() or 'principal'} {_text(assignment, 'principalId')}"


def _role(assignment: DeclaredResource) -> str:
    guid = _text(assignment, "roleDefinitionId").rpartition("/")[2]
    return _NAMES.get(guid, guid)


def _scope(stack: DeclaredStack, assignment: DeclaredResource) -> str:
    scope = _text(assignment, "scope")
    for urn in assignment.sources_of("scope"):
        source = stack.by_urn.get(urn)
        if source is not None and source.id and source.id.lower() == scope.lower():
            return f"{source.type.rpartition(':')[2]} {source.id.rpartition('/')[2]}"
    return "/".join(scope.split("/")[-2:]) or "unknown"


def _rules(role: DeclaredResource) -> str:
    return "; ".join(
        f"{', '.join(rule.get('verbs', []))} {', '.join(rule.get('resources', []))}"
        for rule in role.each("rules")
    )


def _text(resource: DeclaredResource, path: str) -> str:
    try:
        return str(resource.get(path, ""))
    except UnprovenError:
        return "unknown"


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"## {title}", "", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    cells = ([cell.replace("|", "\\|") for cell in row] for row in rows)
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in cells), ""])
