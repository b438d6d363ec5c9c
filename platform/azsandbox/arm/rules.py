"""Azure Resource Manager's rules for every type: groups, parents, references, names, locks, deletes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids, regions
from azsandbox.arm.catalogue import Types
from azsandbox.arm.model import Request, ResourceType
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN, Secret

LOCKS = "microsoft.authorization/locks"
# Role assignments check their roles themselves; the rest is taken on trust.
_NOT_HELD = frozenset(
    {
        "microsoft.resources/subscriptions",
        "microsoft.authorization/policydefinitions",
        "microsoft.authorization/policysetdefinitions",
        "microsoft.authorization/roledefinitions",
    }
)
# People put these into their parent by its own API, past ARM: the model can't know whether they are there.
_BY_THEIR_OWN_API = frozenset({"microsoft.keyvault/vaults/secrets"})


def early(spec: ResourceType, inputs: dict[str, Any]) -> Iterator[Problem]:
    """What can be told from the inputs alone."""
    name = inputs.get(spec.name_input) if spec.name_input else None
    if spec.name and isinstance(name, str) and not spec.name.allows(name):
        yield Problem(spec.name_input or "", f"{name!r} is no valid name: {spec.name.words}", code="name")
    location = inputs.get("location")
    if isinstance(location, str) and regions.canonical(location) not in regions.REGIONS:
        yield Problem("location", f"{location!r} is no Azure region", code="region")
    for rule in spec.early:
        yield from rule(inputs)


def references(inputs: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path pattern, id) of every ARM id among the inputs."""
    if isinstance(inputs, Secret):
        yield from references(inputs.value, path)
    elif isinstance(inputs, dict):
        for key, value in inputs.items():
            yield from references(value, f"{path}.{key}" if path else key)
    elif isinstance(inputs, list):
        for value in inputs:
            yield from references(value, f"{path}[]")
    elif isinstance(inputs, str) and inputs is not UNKNOWN and ids.looks_like_id(inputs):
        yield path, inputs


def check_place(request: Request, spec: ResourceType, types: Types) -> None:
    """The group, the parent and the scope exist."""
    group = ids.group_of(request.id)
    if group and ids.key(group) != ids.key(request.id) and request.subscription.get(group) is None:
        name = ids.parse(group).name
        raise ArmError(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")
    above = ids.parent_of(request.id)
    if above and not exists(request.subscription, above, types):
        raise ArmError(
            404,
            "ParentResourceNotFound",
            f"Failed to perform 'write' on resource of type '{spec.kind}', because the parent resource "
            f"'{above}' could not be found.",
        )
    scope = ids.parse(request.id).scope
    if above is None and "/providers/" in scope and not exists(request.subscription, scope, types):
        raise ArmError(404, "ResourceNotFound", f"The Resource '{scope}' was not found.")


def check_references(request: Request, spec: ResourceType, types: Types) -> dict[str, str]:
    """Every id among the inputs exists and is of a type that fits its place; path → id for the model."""
    allowed = {one.path: {kind.lower() for kind in one.kinds} for one in spec.references}
    found: dict[str, str] = {}
    for number, (path, target) in enumerate(references(request.inputs)):
        if (
            path in spec.path_parameters
            or ids.key(target) == ids.key(request.id)
            or ids.below(target, request.id)
        ):
            continue
        kind = ids.parse(target).kind
        if path in allowed and kind.lower() not in allowed[path]:
            wanted = " or ".join(sorted(next(one.kinds for one in spec.references if one.path == path)))
            raise ArmError(
                400,
                "InvalidResourceReference",
                f"{path} must be the id of a {wanted}, but '{target}' is a {kind}.",
            )
        if not exists(request.subscription, target, types):
            raise ArmError(
                404,
                "InvalidResourceReference",
                f"Resource '{target}' referenced by {path} of '{request.id}' was not found.",
            )
        found[f"{path}#{number}"] = target
    return found


def exists(subscription: Subscription, identifier: str, types: Types) -> bool:
    """Whether Azure has it: in the model, built in, or coming along with its parent."""
    kind = ids.parse(identifier).kind.lower()
    if subscription.get(identifier) is not None or kind in _NOT_HELD:
        return True
    spec = types.of_kind(kind)
    above = ids.parent_of(identifier)
    comes_along = (spec and spec.singleton) or kind in _BY_THEIR_OWN_API
    return bool(comes_along and above and exists(subscription, above, types))


def check_name(request: Request, spec: ResourceType) -> None:
    """Global names are free, softly deleted ones are not taken again."""
    name = request.name.lower()
    if request.existing is None and spec.global_name:
        for other in request.subscription.of_kind(spec.kind):
            if other.name.lower() == name:
                message = spec.global_name.message.format(name=request.name)
                raise ArmError(
                    409, spec.global_name.code, f"{message} In the sandbox it belongs to '{other.id}'."
                )
    soft = spec.soft_delete
    if request.existing is not None or soft is None:
        return
    for gone in request.subscription.soft_deleted(spec.kind):
        taken = (
            ids.parse(gone).name.lower() == name if soft.everywhere else ids.key(gone) == ids.key(request.id)
        )
        if not taken:
            continue
        if ids.key(gone) == ids.key(request.id) and soft.recovers(request.inputs):
            request.subscription.release_name(gone)
            return
        raise ArmError(409, soft.code, soft.message.format(name=request.name, days=soft.days))


def check_lock(subscription: Subscription, identifier: str, *, delete: bool) -> None:
    """Locks of the resource, its group and its subscription."""
    for lock in subscription.of_kind(LOCKS):
        scope = ids.parse(lock.id).scope
        level = lock.inputs.get("level")
        covered = ids.key(scope) == ids.key(identifier) or ids.below(identifier, scope)
        if covered and ids.key(lock.id) != ids.key(identifier) and (delete or level == "ReadOnly"):
            if ids.parse(identifier).kind.lower() == LOCKS:
                continue  # a lock does not protect itself or other locks from an owner
            verb = "delete" if delete else "write"
            raise ArmError(
                409,
                "ScopeLocked",
                f"The scope '{identifier}' cannot perform {verb} operation because following scope(s) "
                "are locked: "
                f"'{scope}'. Please remove the lock '{lock.name}' and try again.",
            )


def check_delete(subscription: Subscription, resource: Resource, types: Types) -> list[Resource]:
    """What goes with the resource; refused while something that stays needs one of them."""
    gone = [resource, *subscription.below(resource.id)]
    keys = {ids.key(one.id) for one in gone}
    for lock in subscription.of_kind(LOCKS):  # a lock deeper down stops the whole cascade
        if ids.key(lock.id) in keys and ids.key(lock.id) != ids.key(resource.id):
            check_lock(subscription, ids.parse(lock.id).scope, delete=True)
    for one in gone:
        spec = types.find(one.token)
        if spec is None:
            continue
        if spec.keeps_children and one is resource and len(gone) > 1:
            rule = spec.keeps_children
            children = [
                child
                for child in gone[1:]
                if rule.by is None or child.kind.lower() in {kind.lower() for kind in rule.by}
            ]
            if children:
                raise ArmError(409, rule.code, rule.message.format(id=one.id, by=children[0].id))
        if spec.in_use is None:
            continue
        by_kinds = None if spec.in_use.by is None else {kind.lower() for kind in spec.in_use.by}
        for source, _ in subscription.referring_to(one.id):
            kind = ids.parse(source).kind.lower()
            if ids.key(source) not in keys and (by_kinds is None or kind in by_kinds):
                raise ArmError(409, spec.in_use.code, spec.in_use.message.format(id=one.id, by=source))
    return gone
