"""GET, HEAD, PUT, PATCH and DELETE on any modelled resource, and lists of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Protocol

from azsandbox.arm import ids
from azsandbox.arm.model import ResourceType
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api import roles
from azsandbox.arm_api.operations import Operations
from azsandbox.arm_api.paths import is_collection, kind_of
from azsandbox.arm_api.published import check
from azsandbox.arm_api.published.table import Operation, shared
from azsandbox.arm_api.recorded import PUTS
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Answer, Call, Values, not_modelled
from azsandbox.errors import ArmError

_OK, _CREATED, _ACCEPTED, _NO_CONTENT, _NOT_FOUND = 200, 201, 202, 204, 404
_ML = "Microsoft.MachineLearningServices/"
# Long-running in Azure ML's specification: x-ms-long-running-operation
_LONG = frozenset({"workspaces", "workspaces/computes", "workspaces/schedules", "workspaces/onlineEndpoints"})
_EACH = Operation((_OK, _CREATED), long=False)


class Versioning(Protocol):
    """What a service does with versioned types beyond ARM."""

    def is_version(self, spec: ResourceType) -> bool: ...

    def newest_first(self, versions: list[Resource]) -> list[Resource]: ...

    def put(
        self, resources: Resources, spec: ResourceType, identifier: str, body: Values, version: str = ""
    ) -> tuple[Resource, bool]: ...


class Arm:
    """The operations that every type has."""

    def __init__(self, resources: Resources, operations: Operations, versioning: Versioning) -> None:
        self.resources = resources
        self.operations = operations
        self._versioning = versioning

    def get(self, call: Call) -> Answer:
        """One resource, or a list if the path ends in a type."""
        check.check(call)
        if is_collection(call.path):
            return self._list(call)
        spec = self.resources.type_of(call.path)
        if spec is None:
            return not_modelled(call)
        self.resources.inject("read", call.path)
        role = roles.built_in(ids.parse(call.path).name) if spec.kind.lower() == roles.KIND else None
        if role:
            return Answer(_OK, role)
        return Answer(_OK, self.resources.show(self.resources.require(call.path)))

    def head(self, call: Call) -> Answer:
        """Whether the resource exists: 204 or 404."""
        check.check(call)
        if self.resources.type_of(call.path) is None:
            return not_modelled(call)
        exists = self.resources.subscription.get(call.path) is not None
        return Answer(_NO_CONTENT if exists else _NOT_FOUND)

    def _list(self, call: Call) -> Answer:
        spec = self.resources.listed_type(call.path)
        if spec is None:
            return not_modelled(call)
        self.resources.inject("read", call.path)
        above = ids.parent_of(f"{call.path}/x") or ids.group_of(call.path)
        if above:
            self.resources.require(above)
        resources = self.resources.children(call.path)
        if self._versioning.is_version(spec):
            resources = self._versioning.newest_first(resources)
        bodies = [self.resources.show(resource) for resource in resources]
        if spec.kind.lower() == roles.KIND:
            bodies = roles.listed(call, bodies)
        return Answer(_OK, {"value": page(bodies, call)})

    def put(self, call: Call) -> Answer:
        check.check(call)
        if self.resources.type_of(call.path) is None or is_collection(call.path):
            return not_modelled(call)
        return self.write(call, call.json())

    def patch(self, call: Call) -> Answer:
        """Apply a JSON merge patch (RFC 7396) to the resource."""
        check.check(call)
        spec = self.resources.type_of(call.path)
        if spec is None:
            return not_modelled(call)
        if _operation(spec, "PATCH") is None:
            raise ArmError(
                405,
                "HttpMethodNotAllowed",
                f"The requested resource does not support http method 'PATCH': {kind_of(call.path)} has no "
                "PATCH in its published API; send the whole resource with PUT.",
            )
        before = self.resources.requested(self.resources.require(call.path))
        return self.write(call, merged(before, call.json()))

    def write(self, call: Call, body: Values) -> Answer:
        spec = self.resources.type_of(call.path)
        if spec is None:
            return not_modelled(call)
        exists = self.resources.subscription.get(call.path) is not None
        effect = self.resources.inject("update" if exists else "create", call.path)
        put = self._versioning.put if self._versioning.is_version(spec) else Resources.put
        stored, new = put(self.resources, spec, call.path, body, call.api_version)
        error = None
        if effect.init_fails:
            error = ArmError(500, "OperationFailed", f"The operation on '{stored.id}' ended in state Failed.")
        operation = _operation(spec, call.method) or _EACH
        shown = self.resources.show(stored)
        if operation.long:
            accepted = _ACCEPTED in operation.statuses and _CREATED not in operation.statuses
            status = _ACCEPTED if accepted and (new or call.method == "PATCH") else _status(operation, new)
            headers = self._completed(call, stored, error)
            return Answer(status, None if status == _ACCEPTED else shown, headers)
        if error:
            raise error
        return Answer(_status(operation, new), shown)

    def delete(self, call: Call) -> Answer:
        check.check(call)
        spec = self.resources.type_of(call.path)
        if spec is None:
            return not_modelled(call)
        self.resources.inject("delete", call.path)
        resource = self.resources.subscription.get(call.path)
        operation = _operation(spec, "DELETE") or _EACH
        if resource is None:
            if _NO_CONTENT in operation.statuses:
                return Answer(_NO_CONTENT)
            self.resources.require(call.path)
        shown = self.resources.show(resource) if resource is not None and operation.shows else None
        self.resources.delete(call.path)
        if resource is not None and operation.long and _ACCEPTED in operation.statuses:
            return Answer(_ACCEPTED, None, self._completed(call, resource, None))
        return Answer(_OK, shown) if _OK in operation.statuses else Answer(_NO_CONTENT)

    def _completed(self, call: Call, resource: Resource, error: ArmError | None) -> dict[str, str]:
        show = (
            None
            if call.method == "DELETE"
            else lambda: self.resources.show(self.resources.require(resource.id))
        )
        return self.operations.completed_by(resource, error, show)


def _operation(spec: ResourceType, method: str) -> Operation | None:
    """The method as the official client has it; Azure ML's own client calls more operations long."""
    known = shared().operation(spec.kind, method)
    if method == "PUT":
        known = PUTS.get(spec.kind.lower(), known)
    if known is None or not spec.kind.startswith(_ML) or method == "DELETE":
        return known
    return replace(known, long=spec.kind.removeprefix(_ML) in _LONG)


def _status(operation: Operation, new: bool) -> int:
    """201 for what is new and 200 for what is not, where the client takes both."""
    wanted = (_CREATED, _OK) if new else (_OK, _CREATED)
    return next((status for status in wanted if status in operation.statuses), operation.statuses[0])


def location(resource: Resource) -> str:
    return str(resource.inputs.get("location", "")).replace(" ", "").lower()


def page(shown: list[Values], call: Call) -> list[Values]:
    """The bodies that match the query's filters, at most `$top` of them. There is one page only."""
    bodies = [body for body in shown if _matches(body, call)]
    top = call.query.get("$top") or call.query.get("count")
    return bodies[: int(top)] if top and re.fullmatch("[0-9]{1,9}", top) else bodies


def _matches(body: Values, call: Call) -> bool:
    """Filters: `listViewType` (ActiveOnly by default, ArchivedOnly, All; in any case) and `isDefault`."""
    properties: Values = body.get("properties") or {}
    archived = bool(properties.get("isArchived"))
    view = call.query.get("listViewType", "").lower()
    wanted = {"all": True, "archivedonly": archived}.get(view, not archived)
    default = call.query.get("isDefault", "").lower() == "true"
    return wanted and (not default or properties.get("isDefault") is True)


def merged(old: Any, patch: Any) -> Any:
    """A JSON merge patch applied to a value."""
    if not isinstance(patch, dict) or not isinstance(old, dict):
        return patch
    result = dict(old)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(old.get(name), value)
    return result
