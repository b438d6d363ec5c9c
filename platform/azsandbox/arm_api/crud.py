"""GET, PUT, PATCH and DELETE on any modelled resource, and lists of them."""

from __future__ import annotations

from typing import Any, Protocol

from azsandbox.arm import ids
from azsandbox.arm.model import ResourceType
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api.operations import Operations
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Answer, Call, Values, not_modelled
from azsandbox.errors import ArmError

_ML = "Microsoft.MachineLearningServices/"
# Long-running in Azure ML's specification: x-ms-long-running-operation
_LONG = frozenset({"workspaces", "workspaces/computes", "workspaces/schedules", "workspaces/onlineEndpoints"})


class Versioning(Protocol):
    """What a service does with versioned types beyond ARM."""

    def is_version(self, spec: ResourceType) -> bool: ...

    def newest_first(self, versions: list[Resource]) -> list[Resource]: ...

    def put(
        self, resources: Resources, spec: ResourceType, identifier: str, body: Values
    ) -> tuple[Resource, bool]: ...


class Arm:
    """The operations that every type has."""

    def __init__(self, resources: Resources, operations: Operations, versioning: Versioning) -> None:
        self.resources = resources
        self.operations = operations
        self._versioning = versioning

    def get(self, call: Call) -> Answer:
        """One resource, or a list if the path ends in a type."""
        if _is_collection(call.path):
            return self._list(call)
        if self.resources.type_of(call.path) is None:
            return not_modelled(call)
        self.resources.inject("read", call.path)
        return Answer(200, self.resources.show(self.resources.require(call.path)))

    def _list(self, call: Call) -> Answer:
        spec = self.resources.type_of(f"{call.path}/x")
        if spec is None:
            return not_modelled(call)
        self.resources.inject("read", call.path)
        above = ids.parent_of(f"{call.path}/x") or ids.group_of(call.path)
        if above:
            self.resources.require(above)
        resources = self.resources.children(call.path)
        if self._versioning.is_version(spec):
            resources = self._versioning.newest_first(resources)
        return Answer(200, {"value": page([self.resources.show(resource) for resource in resources], call)})

    def put(self, call: Call) -> Answer:
        if self.resources.type_of(call.path) is None or _is_collection(call.path):
            return not_modelled(call)
        return self.write(call, call.json())

    def patch(self, call: Call) -> Answer:
        """Apply a JSON merge patch (RFC 7396) to the resource."""
        if self.resources.type_of(call.path) is None:
            return not_modelled(call)
        before = self.resources.show(self.resources.require(call.path))
        return self.write(call, _merged(before, call.json()))

    def write(self, call: Call, body: Values) -> Answer:
        spec = self.resources.type_of(call.path)
        if spec is None:
            return not_modelled(call)
        exists = self.resources.subscription.get(call.path) is not None
        effect = self.resources.inject("update" if exists else "create", call.path)
        put = self._versioning.put if self._versioning.is_version(spec) else Resources.put
        stored, new = put(self.resources, spec, call.path, body)
        error = None
        if effect.init_fails:
            error = ArmError(500, "OperationFailed", f"The operation on '{stored.id}' ended in state Failed.")
        if spec.kind.removeprefix(_ML) in _LONG:
            headers = self._completed(stored, error)
            return Answer(201 if new else 200, self.resources.show(stored), headers)
        if error:
            raise error
        return Answer(201 if new else 200, self.resources.show(stored))

    def delete(self, call: Call) -> Answer:
        spec = self.resources.type_of(call.path)
        if spec is None:
            return not_modelled(call)
        self.resources.inject("delete", call.path)
        resource = self.resources.subscription.get(call.path)
        if resource is None:
            return Answer(204)
        self.resources.delete(call.path)
        if spec.kind.startswith(_ML):
            return Answer(202, None, self._completed(resource, None))
        return Answer(200)

    def _completed(self, resource: Resource, error: ArmError | None) -> dict[str, str]:
        subscription = ids.subscription_of(resource.id).rpartition("/")[2]
        return self.operations.completed(subscription, location(resource), error)


def location(resource: Resource) -> str:
    return str(resource.inputs.get("location", "")).replace(" ", "").lower()


def page(shown: list[Values], call: Call) -> list[Values]:
    """The bodies that match the query's filters, at most `$top` of them. There is one page only."""
    bodies = [body for body in shown if _matches(body, call)]
    top = call.query.get("$top") or call.query.get("count")
    return bodies[: int(top)] if top and top.isdigit() else bodies


def _matches(body: Values, call: Call) -> bool:
    """Filters: `listViewType` (ActiveOnly by default, ArchivedOnly, All; in any case) and `isDefault`."""
    properties: Values = body.get("properties") or {}
    archived = bool(properties.get("isArchived"))
    view = call.query.get("listViewType", "").lower()
    wanted = {"all": True, "archivedonly": archived}.get(view, not archived)
    default = call.query.get("isDefault", "").lower() == "true"
    return wanted and (not default or properties.get("isDefault") is True)


def _is_collection(path: str) -> bool:
    """Whether the path ends in a type: the part after the namespace has one name less than types."""
    tail = path.rstrip("/").rpartition("/providers/")[2]
    if "/providers/" not in path:
        return path.rstrip("/").lower().endswith("/resourcegroups")
    return len(tail.split("/")) % 2 == 0


def _merged(old: Any, patch: Any) -> Any:
    if not isinstance(patch, dict) or not isinstance(old, dict):
        return patch
    result = dict(old)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merged(old.get(name), value)
    return result
