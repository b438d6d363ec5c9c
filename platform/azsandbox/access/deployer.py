"""The signed-in person of a stack: who runs `up`, and whom the SDKs of a session sign in as.

By default it is an Owner of the subscription with the Kubernetes role that a bootstrap gives. An Owner has no
data actions: it reads no blob and no secret. A stack file declares another one under `azsandbox:deployer`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from azsandbox.access.principals import OutsideRole, Principal
from azsandbox.arm import conditions, identities
from azsandbox.arm.provider import DEFAULT_SUBSCRIPTION
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ProjectError
from azsandbox.facts import role_definitions
from azsandbox.facts.role_definitions import Role
from azsandbox.paths import PROJECT_FILES
from azsandbox.pulumi import stackfile
from azsandbox.services import kinds
from azsandbox.services.authorization.assignments import permissions_of

SETTING = "azsandbox:deployer"
NAME = "deployer"
EACH_GROUP = "resourceGroups/*"  # a scope: each group of the subscription
DEFAULT_ROLES = ("Owner", "Azure Kubernetes Service RBAC Cluster Admin")
Setting = str | dict[str, Any] | None


def of_stack(root: Path, stack: str) -> Setting:
    """What a stack's file declares; None if it declares nothing, or if there is no such file.

    Args:
        root: the folder of the project and its stack files.
        stack: its name, after the project's if that is known: another project of the session has other files.

    Raises:
        ProjectError: the declaration is not valid.
    """
    project, _, name = stack.rpartition("/")
    source = root / f"Pulumi.{name}.yaml"
    try:
        if project and project != stackfile.project_name(root / PROJECT_FILES[0]):
            return None
        return _read(source, source.stat().st_mtime_ns)[1]
    except OSError:
        return None


def of_subscription(root: Path, subscription: str) -> Setting:
    """What the stack files of a subscription declare.

    Raises:
        ProjectError: they declare different ones, or one that is not valid.
    """
    declared: dict[str, Setting] = {}
    for source in sorted(root.glob("Pulumi.*.yaml")):
        known, setting = _read(source, source.stat().st_mtime_ns)
        if (known or DEFAULT_SUBSCRIPTION).lower() == subscription.lower():
            declared[source.name] = setting
    if any(setting != next(iter(declared.values())) for setting in declared.values()):
        raise ProjectError(
            f"{' and '.join(declared)} declare different {SETTING} for subscription {subscription}: "
            "declare the same in each, or set another azure-native:subscriptionId"
        )
    return next(iter(declared.values()), None)


@functools.lru_cache(maxsize=32)
def _read(source: Path, _: int) -> tuple[str, Setting]:
    """The subscription id and the setting of a stack file."""
    content = yaml.safe_load(source.read_text())
    config: dict[str, Any] = (content.get("config") if isinstance(content, dict) else None) or {}
    setting = config.get(SETTING)
    if setting is None:
        setting = _by_conditions(conditions.parse(config.get(conditions.SETTING), source.name))
    for problem in _problems(setting):
        raise ProjectError(f"{SETTING} in {source.name}: {problem}")
    return str(config.get("azure-native:subscriptionId") or ""), setting


def _by_conditions(declared: conditions.Conditions) -> Setting:
    """The deployer of a subscription whose conditions name the roles of whoever signs in."""
    if not declared.model_fields_set & {"roles", "group_roles"}:
        return None
    groups = [{"role": role, "scope": EACH_GROUP} for role in declared.group_roles]
    return {"roles": [*declared.roles, *groups]}


def _problems(setting: Any) -> Iterator[str]:
    if setting is None or isinstance(setting, str):
        return
    if not isinstance(setting, dict):
        yield "is neither the name of an identity nor an object"
        return
    types = dict.fromkeys(("principal", "name"), (str, "text")) | dict.fromkeys(
        ("groups", "roles"), (list, "list")
    )
    for key, value in setting.items():
        expected, word = types.get(key, (object, ""))
        if key not in types:
            yield f"has no key {key!r}; the keys are {', '.join(types)}"
        elif not isinstance(value, expected):
            yield f"{key} is not a {word}"
        elif key == "roles" and isinstance(value, list):
            yield from _role_problems(value)


def _role_problems(roles: list[Any]) -> Iterator[str]:
    for index, role in enumerate(roles):
        name = role.get("role") if isinstance(role, dict) else role
        if not isinstance(name, str):
            yield f"roles[{index}] is neither a role nor an object with role and scope"
        elif isinstance(role, dict) and not set(role) <= {"role", "scope"}:
            yield f"roles[{index}] has a key other than role and scope"


def describe(setting: Setting) -> str:
    """Who it is, for a person: the name, and the roles from outside of the subscription."""
    if isinstance(setting, str):
        return setting
    declared = setting or {}
    name = str(declared.get("principal") or declared.get("name") or NAME)
    roles = declared.get("roles", () if declared.get("principal") else DEFAULT_ROLES)
    names = [str(item["role"] if isinstance(item, dict) else item) for item in roles]
    return f"{name} ({', '.join(names)})" if names else name


def resolve(setting: Setting, subscription: Subscription, subscription_id: str) -> Principal:
    """The principal of a setting in one subscription.

    Raises:
        ProjectError: it names an identity or a role that does not exist.
    """
    scope = f"/subscriptions/{subscription_id}"
    if isinstance(setting, str):
        return _identity(setting, subscription)
    declared = setting or {}
    groups = tuple(map(str, declared.get("groups") or ()))
    if declared.get("principal"):
        who = _identity(str(declared["principal"]), subscription)
        listed = declared.get("roles") or ()
    else:
        who = Principal(
            object_id=identities.made_up("principal", scope),
            client_id=identities.made_up("client", scope),
            name=str(declared.get("name") or NAME),
        )
        listed = declared.get("roles", DEFAULT_ROLES)
    roles = tuple(_role(item, scope, subscription) for item in listed)
    return Principal(
        object_id=who.object_id, client_id=who.client_id, name=who.name, groups=groups, roles=roles
    )


def _identity(text: str, subscription: Subscription) -> Principal:
    for resource in subscription.of_kind(kinds.USER_ASSIGNED_IDENTITY):
        known = {resource.name, resource.id, *(str(resource.outputs.get(key)) for key in _IDS)}
        if text.lower() in {name.lower() for name in known}:
            return of_identity(resource)
    raise ProjectError(
        f"{SETTING}: there is no identity {text!r} in the sandbox: name a user-assigned identity that is "
        "deployed already, or list the deployer's roles"
    )


_IDS = ("principalId", "clientId")


def of_identity(resource: Resource) -> Principal:
    """The principal of a user-assigned identity."""
    principal, client = (str(resource.outputs.get(key)) for key in _IDS)
    return Principal(object_id=principal, client_id=client, name=resource.name)


@functools.cache
def _built_in(name: str) -> Role | None:
    return role_definitions.role_called(name) or role_definitions.role(name)


def _role(item: Any, scope: str, subscription: Subscription) -> OutsideRole:
    name = str(item["role"] if isinstance(item, dict) else item)
    where = str(item.get("scope") or scope) if isinstance(item, dict) else scope
    where = f"{scope}/{where}" if where == EACH_GROUP else where
    role = _built_in(name)
    if role is not None:
        return OutsideRole(name=role.name, permissions=role.permissions, scope=where)
    for definition in subscription.of_kind(kinds.ROLE_DEFINITION):
        if name.lower() in {str(definition.inputs.get("roleName")).lower(), definition.name.lower()}:
            permissions = permissions_of(subscription, definition.id)
            return OutsideRole(name=name, permissions=permissions, scope=where)
    similar = role_definitions.similar(name)
    hint = f"; did you mean {similar}?" if similar else ""
    raise ProjectError(f"{SETTING}: there is no role {name!r}{hint}")
