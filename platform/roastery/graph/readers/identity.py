"""Identity → role → scope: managed identities and who uses them, Entra ID groups, role assignments."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from roastery import roles
from roastery.graph.inventory import key
from roastery.graph.labels import clean, plural
from roastery.graph.model import DrawnPrincipal
from roastery.graph.readers.context import Context, group_of
from roastery.graph.state import StateResource

_IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
_FEDERATED = "azure-native:managedidentity:FederatedIdentityCredential"
_ASSIGNMENT = "azure-native:authorization:RoleAssignment"
_DEFINITION = "azure-native:authorization:RoleDefinition"
_SUBJECT = "system:serviceaccount:"
_ROLE_NAMES: dict[str, str] = {str(role): name for role, name in roles.NAMES.items()}
_GROUP = "Entra ID group"
_KINDS = {"Group": _GROUP, "User": "person", "ServicePrincipal": "service principal"}


@dataclass(kw_only=True)
class _Holder:
    name: str
    kind: str
    used_by: tuple[str, ...] = ()
    group: str = ""
    count: int = 0
    assignments: list[StateResource] = field(default_factory=list[StateResource])


def read_principals(context: Context) -> tuple[DrawnPrincipal, ...]:
    """Every managed identity of the state, and every other principal that has a role in it."""
    holders = _identities(context)
    system_assigned = _system_assigned(context)
    undeclared: dict[str, list[StateResource]] = defaultdict(list)
    for assignment in context.inventory.of(_ASSIGNMENT):
        principal = assignment.text("principalId")
        if principal in system_assigned and principal not in holders:
            owner = system_assigned[principal]
            name = context.labels.get(key(owner.id)) or clean(owner.name)
            holders[principal] = _Holder(name=name, kind="its own identity", group=group_of(owner))
        if principal in holders:
            holders[principal].assignments.append(assignment)
        else:
            undeclared[principal].append(assignment)
    for identifier, assignments in undeclared.items():
        kind = _KINDS.get(assignments[0].text("principalType"), "principal")
        holders[identifier] = _Holder(
            name=_guess(identifier, assignments), kind=kind, assignments=assignments
        )
    return tuple(_principal(context, holder) for holder in holders.values())


def people_with_roles(principals: tuple[DrawnPrincipal, ...]) -> tuple[str, ...]:
    """Names of the Entra ID groups and users that have a role."""
    return tuple(principal.name for principal in principals if principal.kind in {_GROUP, _KINDS["User"]})


def _identities(context: Context) -> dict[str, _Holder]:
    users = _users(context)
    holders: dict[str, _Holder] = {}
    for identity in context.inventory.of(_IDENTITY):
        federated = context.inventory.under(identity.id, _FEDERATED)
        subjects = [credential.text("subject") for credential in federated]
        accounts = [
            "sa " + subject.removeprefix(_SUBJECT).replace(":", "/")
            if subject.startswith(_SUBJECT)
            else subject
            for subject in subjects
        ]
        context.labels[key(identity.id)] = f"identity {context.short(identity.name)}"
        principal = identity.text("principalId")
        holders[identity.urn if principal in {"", *holders} else principal] = _Holder(
            name=context.short(identity.name),
            kind="managed identity",
            used_by=tuple(clean(name) for name in (*dict.fromkeys(users[key(identity.id)]), *accounts)),
            group=group_of(identity),
            count=context.inventory.mark_drawn(identity, *federated),
        )
    return holders


def _users(context: Context) -> dict[str, list[str]]:
    """Labels of the resources that a managed identity is assigned to, by key of the identity's id."""
    users: dict[str, list[str]] = defaultdict(list)
    for resource in sorted(context.inventory.resources, key=lambda resource: resource.urn):
        identities = resource.get("identity", "userAssignedIdentities")
        names = list(identities) if isinstance(identities, (list, dict)) else []
        label = context.labels.get(key(resource.id)) or clean(resource.name)
        for name in names:
            users[key(str(name))].append(label)
        if kubelet := resource.text("identityProfile", "kubeletidentity", "resourceId"):
            users[key(kubelet)].append(f"{label}, kubelet")
    return users


def _system_assigned(context: Context) -> dict[str, StateResource]:
    owners = {resource.text("identity", "principalId"): resource for resource in context.inventory.resources}
    for resource in context.inventory.resources:
        identity: Any = resource.outputs.get("identity")
        if isinstance(identity, dict) and identity.get("principalId"):
            owners[str(identity["principalId"])] = resource
    owners.pop("", None)
    return owners


def _guess(identifier: str, assignments: list[StateResource]) -> str:
    """A name for a principal outside the stack: the words that the names of its role assignments share."""
    names = [assignment.program_name.removeprefix("role-").split("-") for assignment in assignments]
    shared = 0
    while all(len(words) > shared + 1 and words[shared] == names[0][shared] for words in names):
        shared += 1
        if len(names) == 1:
            break
    return clean("-".join(names[0][:shared])) or identifier.split("-", maxsplit=1)[0]


def _principal(context: Context, holder: _Holder) -> DrawnPrincipal:
    by_role: dict[str, list[str]] = defaultdict(list)
    for assignment in holder.assignments:
        by_role[_role_name(context, assignment)].append(_scope_name(context, assignment.text("scope")))
    return DrawnPrincipal(
        name=holder.name,
        kind=holder.kind,
        used_by=holder.used_by,
        roles=tuple((role, _scopes(scopes)) for role, scopes in sorted(by_role.items())),
        group=holder.group,
        count=holder.count + context.inventory.mark_drawn(*holder.assignments),
    )


def _role_name(context: Context, assignment: StateResource) -> str:
    identifier = assignment.text("roleDefinitionId")
    declared = context.inventory.by_id(identifier)
    if declared is not None and declared.type == _DEFINITION:
        return clean(declared.text("roleName") or declared.name)
    guid = identifier.rsplit("/", 1)[-1]
    name = _ROLE_NAMES.get(guid.lower(), f"role {guid}")
    return clean(name.replace("Azure Kubernetes Service", "AKS").removesuffix(" Role"))


def _scope_name(context: Context, scope: str) -> str:
    parts = scope.strip("/").split("/")
    if len(parts) == 2:  # noqa: PLR2004 - /subscriptions/<id>
        return "the subscription"
    if len(parts) == 4:  # noqa: PLR2004 - /subscriptions/<id>/resourceGroups/<name>
        return f"group {context.short(parts[-1])}"
    return context.labels.get(key(scope)) or clean(parts[-1])


def _scopes(names: list[str]) -> str:
    counts = {name: names.count(name) for name in dict.fromkeys(names)}
    return ", ".join(plural(number, name) if number > 1 else name for name, number in counts.items())
