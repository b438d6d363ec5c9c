"""Azure Resource Manager's rules for every type: groups, parents, references, names, locks, deletes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from azsandbox.arm import external, ids, regions
from azsandbox.arm.catalogue import Types
from azsandbox.arm.conditions import Conditions
from azsandbox.arm.laws import walk
from azsandbox.arm.laws.identity import identity_names_what_its_type_says
from azsandbox.arm.laws.tags import tags_are_valid
from azsandbox.arm.model import Request, ResourceType
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError
from azsandbox.schema.catalogue import ResourceShape
from azsandbox.schema.validate import Problem, validate, without
from azsandbox.schema.values import UNKNOWN, Secret, reveal

LOCKS = "microsoft.authorization/locks"
# Not stored: role assignments check their roles themselves, the others are assumed to exist.
_NOT_STORED = frozenset(
    {
        "microsoft.resources/subscriptions",
        "microsoft.authorization/policydefinitions",
        "microsoft.authorization/policysetdefinitions",
        "microsoft.authorization/roledefinitions",
    }
)
# Created through the data plane of their parent, not through ARM: assumed to exist if the parent does. A
# namespace of a cluster is a scope of roles (learn.microsoft.com/azure/aks/manage-azure-rbac).
_DATA_PLANE = frozenset(
    {"microsoft.keyvault/vaults/secrets", "microsoft.containerservice/managedclusters/namespaces"}
)
_LABELS = "/labels"  # of Azure ML's assets: `…/environments/train/labels/latest`


def early(spec: ResourceType, inputs: dict[str, Any]) -> Iterator[Problem]:
    """The rules that need only the inputs."""
    name = inputs.get(spec.name_input) if spec.name_input else None
    if spec.name and isinstance(name, str) and not spec.name.allows(name):
        yield Problem(
            spec.name_input or "", f"{name!r} is not a valid name: {spec.name.description}", code="name"
        )
    yield from regions.location_is_known(inputs)
    yield from regions.zones_are_offered(inputs, inputs.get("zones"))
    yield from identity_names_what_its_type_says(inputs)
    yield from tags_are_valid(inputs)
    for law in spec.laws:
        yield from law.problems(inputs)
    for rule in spec.early:
        yield from rule(inputs)


def check_inputs(
    spec: ResourceType, shape: ResourceShape, inputs: dict[str, Any], old: dict[str, Any] | None = None
) -> list[Problem]:
    """Every problem of a resource's inputs: by the SDK's shape, the specifications, laws and rules.

    Rules see no value of a wrong type, since each would have to guard against it. Where a rule of ours and a
    constraint of the specifications refuse one value, the rule's message stays: it says more.
    """
    by_shape = validate(shape, inputs)
    mistyped = [problem.path for problem in by_shape if problem.code == "type"]
    plain = without(reveal(inputs), mistyped)
    by_rule = list(early(spec, plain))
    if not old or _replaced(spec, old, plain):
        by_rule += [problem for rule in spec.creation for problem in rule(plain)]
    else:
        by_rule += [problem for law in spec.laws for problem in law.changes(reveal(old), plain)]
    ruled = {problem.path for problem in by_rule}
    by_shape = [problem for problem in by_shape if problem.code != "constraint" or problem.path not in ruled]
    return list(dict.fromkeys([*by_shape, *by_rule]))


def _replaced(spec: ResourceType, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether a change replaces the resource, so that nothing changes in place."""
    names = (*spec.path_parameters, "location")
    if any(regions.canonical(str(old.get(name))) != regions.canonical(str(new.get(name))) for name in names):
        return True
    plain = reveal(old)
    return spec.immutable or any(
        list(walk.values(plain, path)) != list(walk.values(new, path)) for path in spec.replace
    )


def references(inputs: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path pattern, id) of every ARM id among the inputs, also where an object has ids as its keys."""
    if isinstance(inputs, Secret):
        yield from references(inputs.value, path)
    elif isinstance(inputs, dict):
        for key, value in inputs.items():
            if isinstance(key, str) and ids.looks_like_id(key):
                yield f"{path}[]", key
            yield from references(value, f"{path}.{key}" if path else key)
    elif isinstance(inputs, list):
        for value in inputs:
            yield from references(value, f"{path}[]")
    elif isinstance(inputs, str) and inputs is not UNKNOWN and ids.looks_like_id(inputs):
        yield path, inputs


def check_scope(request: Request, spec: ResourceType, types: Types) -> None:
    """The group, the parent and the scope exist."""
    group = ids.group_of(request.id)
    if group and ids.key(group) != ids.key(request.id) and not _group_exists(request.subscription, group):
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


def _group_exists(subscription: Subscription, group: str) -> bool:
    return subscription.get(group) is not None or subscription.external.implies(group)


def _hint(target: str, own: str) -> str:
    """What to do about a resource that the program does not declare."""
    elsewhere = ids.key(ids.subscription_of(target)) != ids.key(ids.subscription_of(own))
    where = "it is in another subscription" if elsewhere else "if it exists outside of the program"
    return f"{where}: declare its id in the stack file under {external.SETTING}"


def check_references(request: Request, spec: ResourceType, types: Types) -> dict[str, str]:
    """Every id among the inputs exists and is of an allowed type; returns the ids by input path."""
    targets: dict[str, str] = {}
    for number, (path, target) in enumerate(references(request.inputs)):
        if (
            path in spec.path_parameters
            or ids.key(target) == ids.key(request.id)
            or ids.below(target, request.id)
        ):
            continue
        kind = ids.parse(target).kind
        reference = next((item for item in spec.references if _matches(item.path, path)), None)
        if reference and kind.lower() not in {item.lower() for item in reference.kinds}:
            wanted = " or ".join(sorted(reference.kinds))
            raise ArmError(
                400,
                "InvalidResourceReference",
                f"{path} must be the id of a {wanted}, but '{target}' is a {kind}.",
            )
        if not exists(request.subscription, target, types):
            raise _not_found(request.id, path, target)
        targets[f"{path}#{number}"] = target
    return targets


def _not_found(identifier: str, path: str, target: str) -> ArmError:
    hint = _hint(target, identifier)
    if ids.parse(identifier).kind.startswith("Microsoft.Compute/"):  # recorded on 2023-06-30
        return ArmError(404, "NotFound", f"Resource {target} not found (referenced by {path}; {hint}).")
    text = f"Resource '{target}' referenced by {path} of '{identifier}' was not found ({hint})."
    return ArmError(404, "InvalidResourceReference", text)


def _matches(pattern: str, path: str) -> bool:
    """Whether a declared path is this one; `*` stands for one key."""
    steps, names = pattern.split("."), path.split(".")
    return len(steps) == len(names) and all(
        step in ("*", name) for step, name in zip(steps, names, strict=True)
    )


def exists(subscription: Subscription, identifier: str, types: Types) -> bool:
    """Whether the resource exists: stored, built in, declared as external, or created with its parent."""
    kind = ids.parse(identifier).kind.lower()
    if subscription.get(identifier) is not None or kind in _NOT_STORED:
        return True
    if subscription.external.covers(identifier):
        return True
    spec = types.of_kind(kind)
    above = ids.parent_of(identifier)
    exists_with_parent = (spec and spec.singleton) or kind in _DATA_PLANE or kind.endswith(_LABELS)
    return bool(exists_with_parent and above and exists(subscription, above, types))


def check_name(request: Request, spec: ResourceType, known: Callable[[str], Conditions]) -> None:
    """A global name is not in use, and no soft-deleted resource has the name reserved."""
    name = request.name.lower()
    conditions = known(ids.subscription_of(request.id).rpartition("/")[2])
    if request.existing is None and spec.global_name:
        if name in {other.lower() for other in conditions.taken_names}:
            raise ArmError(409, spec.global_name.code, spec.global_name.message.format(name=request.name))
        for other in request.subscription.of_kind(spec.kind):
            if other.name.lower() == name:
                message = spec.global_name.message.format(name=request.name)
                raise ArmError(409, spec.global_name.code, f"{message} In the sandbox, '{other.id}' has it.")
    soft = spec.soft_delete
    if request.existing is not None or soft is None:
        return
    declared = {other.lower() for other in conditions.deleted_vaults} if soft.everywhere else set[str]()
    if name in declared and not soft.recovers(request.inputs):
        raise ArmError(409, soft.code, soft.message.format(name=request.name, days=soft.days))
    for deleted in request.subscription.soft_deleted(spec.kind):
        taken = (
            ids.parse(deleted).name.lower() == name
            if soft.everywhere
            else ids.key(deleted) == ids.key(request.id)
        )
        if not taken:
            continue
        if ids.key(deleted) == ids.key(request.id) and (
            soft.recovers(request.inputs) or (soft.recovers_in_place and _stays_in_place(request))
        ):
            request.subscription.release_name(deleted)
            return
        raise ArmError(409, soft.code, soft.message.format(name=request.name, days=soft.days))


def _stays_in_place(request: Request) -> bool:
    before = request.subscription.deleted_in(request.id)
    return regions.canonical(str(request.inputs.get("location", ""))) == regions.canonical(before)


def check_lock(subscription: Subscription, identifier: str, *, delete: bool) -> None:
    """Refuse the operation if a lock on the resource or above it forbids it."""
    for lock in subscription.of_kind(LOCKS):
        scope = ids.parse(lock.id).scope
        level = lock.inputs.get("level")
        covered = ids.key(scope) == ids.key(identifier) or ids.below(identifier, scope)
        if covered and ids.key(lock.id) != ids.key(identifier) and (delete or level == "ReadOnly"):
            if ids.parse(identifier).kind.lower() == LOCKS:
                continue  # locks do not protect locks
            verb = "delete" if delete else "write"
            raise ArmError(
                409,
                "ScopeLocked",
                f"The scope '{identifier}' cannot perform {verb} operation because following scope(s) "
                "are locked: "
                f"'{scope}'. Please remove the lock '{lock.name}' and try again.",
            )


def check_delete(subscription: Subscription, resource: Resource, types: Types) -> list[Resource]:
    """The resources that a delete removes, the resource itself first.

    Raises:
        ArmError: a lock, or a resource outside of them that refers to one of them, forbids it.
    """
    deleted = [resource, *subscription.below(resource.id)]
    keys = {ids.key(item.id) for item in deleted}
    for lock in subscription.of_kind(LOCKS):  # a lock on a child forbids the whole delete
        if ids.key(lock.id) in keys and ids.key(lock.id) != ids.key(resource.id):
            check_lock(subscription, ids.parse(lock.id).scope, delete=True)
    for item in deleted:
        spec = types.find(item.token)
        if spec is None:
            continue
        if spec.keeps_children and item is resource and len(deleted) > 1:
            rule = spec.keeps_children
            children = [
                child
                for child in deleted[1:]
                if rule.by is None or child.kind.lower() in {kind.lower() for kind in rule.by}
            ]
            if children:
                raise ArmError(409, rule.code, rule.message.format(id=item.id, by=children[0].id))
        if spec.in_use is None:
            continue
        by_kinds = None if spec.in_use.by is None else {kind.lower() for kind in spec.in_use.by}
        for source, _ in subscription.referring_to(item.id):
            kind = ids.parse(source).kind.lower()
            if ids.key(source) not in keys and (by_kinds is None or kind in by_kinds):
                raise ArmError(409, spec.in_use.code, spec.in_use.message.format(id=item.id, by=source))
    return deleted
