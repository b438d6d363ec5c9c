"""Who may do what: role assignments, federated workloads and Kubernetes bindings of a stack, as tables.

Made from a state, where every principal and scope is known; docs/security.md holds the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roastery.policies import tokens as t
from roastery.policies.model import Resource, Stack
from roastery.policies.values import Unproven
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
    """What may act as an identity without a secret."""

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


def rights(stack: Stack) -> list[Right]:
    """Role assignments, by principal."""
    return sorted(
        Right(
            who=_principal(stack, one),
            role=_role(one),
            scope=_scope(stack, one),
            why=_text(one, "description") or "not said",
        )
        for one in stack.of(t.ROLE)
    )


def workloads(stack: Stack) -> list[Workload]:
    """Federated credentials, by identity."""
    return sorted(
        Workload(
            identity=_text(one, "resourceName"), subject=_text(one, "subject"), issuer=_text(one, "issuer")
        )
        for one in stack.of(t.FEDERATION)
    )


def bindings(stack: Stack) -> list[Binding]:
    """Kubernetes roles, by service account, each with what it allows."""
    roles = {(one.type.rpartition(":")[2], _text(one, "metadata.name")): one for one in _roles(stack)}
    found: list[Binding] = []
    for one in stack.of(t.K8S_BINDING, t.K8S_CLUSTER_BINDING):
        role = _text(one, "roleRef.name")
        declared = roles.get((_text(one, "roleRef.kind"), role))
        found += [
            Binding(
                who=f"{subject.get('namespace', '')}/{subject.get('name')}",
                role=role,
                namespace=_text(one, "metadata.namespace") or "all",
                rules=_rules(declared) if declared else "of the cluster",
            )
            for subject in one.each("subjects")
        ]
    return sorted(found)


def page(stack: Stack) -> str:
    """The three tables in Markdown."""
    parts = [
        _table(
            "Roles in Azure",
            ("who", "role", "on", "why"),
            [(one.who, one.role, one.scope, one.why) for one in rights(stack)],
        ),
        _table(
            "Workloads that act as an identity",
            ("identity", "subject", "issuer"),
            [(one.identity, f"`{one.subject}`", one.issuer) for one in workloads(stack)],
        ),
        _table(
            "Roles in the cluster",
            ("who", "role", "in namespace", "may"),
            [(one.who, one.role, one.namespace, one.rules) for one in bindings(stack)],
        ),
    ]
    return "\n".join(parts)


def _roles(stack: Stack) -> list[Resource]:
    return stack.of(t.K8S_ROLE, t.K8S_CLUSTER_ROLE)


def _principal(stack: Stack, assignment: Resource) -> str:
    """A name where the stack made it; an object id where it is a group of people."""
    for urn in assignment.leans_on("principalId"):
        source = stack.by_urn.get(urn)
        if source is not None and source.type == _IDENTITY:
            return f"identity {_text(source, 'resourceName')}"
        if source is not None and source.type == t.ML_WORKSPACE:
            return f"workspace {_text(source, 'workspaceName')}"
    return f"{_text(assignment, 'principalType').lower() or 'principal'} {_text(assignment, 'principalId')}"


def _role(assignment: Resource) -> str:
    guid = _text(assignment, "roleDefinitionId").rpartition("/")[2]
    return _NAMES.get(guid, guid)


def _scope(stack: Stack, assignment: Resource) -> str:
    scope = _text(assignment, "scope")
    for urn in assignment.leans_on("scope"):
        source = stack.by_urn.get(urn)
        if source is not None and source.id and source.id.lower() == scope.lower():
            return f"{source.type.rpartition(':')[2]} {source.id.rpartition('/')[2]}"
    return "/".join(scope.split("/")[-2:]) or "unknown"


def _rules(role: Resource) -> str:
    return "; ".join(
        f"{', '.join(rule.get('verbs', []))} {', '.join(rule.get('resources', []))}"
        for rule in role.each("rules")
    )


def _text(resource: Resource, path: str) -> str:
    try:
        return str(resource.get(path, ""))
    except Unproven:
        return "unknown"


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"## {title}", "", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    cells = ([one.replace("|", "\\|") for one in row] for row in rows)
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in cells), ""])
