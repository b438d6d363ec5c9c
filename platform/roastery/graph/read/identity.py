"""Identity → role → scope: managed identities with who uses them, groups of people, role assignments."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from roastery import roles
from roastery.graph.labels import clean, plural
from roastery.graph.ledger import key
from roastery.graph.model import Principal
from roastery.graph.read.context import Context, group_of
from roastery.graph.state import Resource

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
    assignments: list[Resource] = field(default_factory=list[Resource])


def principals(context: Context) -> tuple[Principal, ...]:
    """Every identity of the state, and whoever else holds a role in it."""
    holders = _identities(context)
    own = _system_assigned(context)
    strangers: dict[str, list[Resource]] = defaultdict(list)
    for one in context.ledger.of(_ASSIGNMENT):
        holder = one.text("principalId")
        if holder in own and holder not in holders:
            name = context.labels.get(key(own[holder].id)) or clean(own[holder].name)
            holders[holder] = _Holder(name=name, kind="its own identity", group=group_of(own[holder]))
        if holder in holders:
            holders[holder].assignments.append(one)
        else:
            strangers[holder].append(one)
    for identifier, found in strangers.items():
        kind = _KINDS.get(found[0].text("principalType"), "principal")
        holders[identifier] = _Holder(name=_guess(identifier, found), kind=kind, assignments=found)
    return tuple(_principal(context, one) for one in holders.values())


def people(found: tuple[Principal, ...]) -> tuple[str, ...]:
    """Groups and persons that hold a role."""
    return tuple(one.name for one in found if one.kind in {_GROUP, _KINDS["User"]})


def _identities(context: Context) -> dict[str, _Holder]:
    users = _users(context)
    holders: dict[str, _Holder] = {}
    for one in context.ledger.of(_IDENTITY):
        federated = context.ledger.under(one.id, _FEDERATED)
        subjects = [found.text("subject") for found in federated]
        accounts = [
            "sa " + subject.removeprefix(_SUBJECT).replace(":", "/")
            if subject.startswith(_SUBJECT)
            else subject
            for subject in subjects
        ]
        context.labels[key(one.id)] = f"identity {context.short(one.name)}"
        principal = one.text("principalId")
        holders[one.urn if principal in {"", *holders} else principal] = _Holder(
            name=context.short(one.name),
            kind="managed identity",
            used_by=tuple(clean(name) for name in (*dict.fromkeys(users[key(one.id)]), *accounts)),
            group=group_of(one),
            count=context.ledger.take(one, *federated),
        )
    return holders


def _users(context: Context) -> dict[str, list[str]]:
    """Who carries which managed identity, by key of the identity's id."""
    users: dict[str, list[str]] = defaultdict(list)
    for one in sorted(context.ledger.resources, key=lambda one: one.urn):
        listed = one.get("identity", "userAssignedIdentities")
        carried = list(listed) if isinstance(listed, (list, dict)) else []
        label = context.labels.get(key(one.id)) or clean(one.name)
        for name in carried:
            users[key(str(name))].append(label)
        if kubelet := one.text("identityProfile", "kubeletidentity", "resourceId"):
            users[key(kubelet)].append(f"{label}, kubelet")
    return users


def _system_assigned(context: Context) -> dict[str, Resource]:
    found = {one.text("identity", "principalId"): one for one in context.ledger.resources}
    for one in context.ledger.resources:
        answered: Any = one.outputs.get("identity")
        if isinstance(answered, dict) and answered.get("principalId"):
            found[str(answered["principalId"])] = one
    found.pop("", None)
    return found


def _guess(identifier: str, assignments: list[Resource]) -> str:
    """What the program calls a principal that lies outside: the words its role assignments share."""
    names = [one.program_name.removeprefix("role-").split("-") for one in assignments]
    shared = 0
    while all(len(one) > shared + 1 and one[shared] == names[0][shared] for one in names):
        shared += 1
        if len(names) == 1:
            break
    return clean("-".join(names[0][:shared])) or identifier.split("-", maxsplit=1)[0]


def _principal(context: Context, holder: _Holder) -> Principal:
    by_role: dict[str, list[str]] = defaultdict(list)
    for one in holder.assignments:
        by_role[_role_name(context, one)].append(_scope_name(context, one.text("scope")))
    return Principal(
        name=holder.name,
        kind=holder.kind,
        used_by=holder.used_by,
        roles=tuple((role, _scopes(scopes)) for role, scopes in sorted(by_role.items())),
        group=holder.group,
        count=holder.count + context.ledger.take(*holder.assignments),
    )


def _role_name(context: Context, assignment: Resource) -> str:
    identifier = assignment.text("roleDefinitionId")
    declared = context.ledger.by_id(identifier)
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
