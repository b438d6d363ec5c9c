"""What Azure ML does with versioned assets beyond ARM: containers on demand, fixed content, newest first."""

from __future__ import annotations

import functools
import re
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.model import ResourceType
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Values
from azsandbox.errors import ArmError

_VERSION = "/versions"
# learn.microsoft.com, "Create and manage data assets": only these change once a version is there
_MUTABLE = ("description", "tags", "isArchived", "stage", "properties", "autoDeleteSetting")

_KIND = "dataType"  # all versions of a data asset share it


def is_version(spec: ResourceType) -> bool:
    return spec.kind.endswith(_VERSION)


def put(resources: Resources, spec: ResourceType, identifier: str, body: Values) -> tuple[Resource, bool]:
    """Make a version, with its container if it is the first; a version that is there keeps its content.

    Raises:
        ArmError: the content differs from the version that is there.
    """
    container = ids.parent_of(identifier) or ""
    existing = resources.subscription.get(identifier)
    if existing is not None:
        changed = _changed(_content(existing.inputs), _content(body))
        if changed:
            raise ArmError(
                400,
                "UserError",
                f"A version '{existing.name}' of '{ids.parse(container).name}' already exists with another "
                f"{changed}. Versions are immutable: only tags, description and isArchived can be updated; "
                "use another version.",
            )
    elif resources.subscription.get(container) is None:
        above = resources.provider.types.of_kind(spec.kind.removesuffix(_VERSION))
        if above is not None:
            kept = {name: value for name, value in (body.get("properties") or {}).items() if name == _KIND}
            resources.put(above, container, {"properties": kept})
    return resources.put(spec, identifier, body)


def _content(values: Values) -> Values:
    properties: Values = values.get("properties") or {}
    return {name: value for name, value in properties.items() if name not in _MUTABLE}


def _changed(old: Values, new: Values) -> str:
    """The first setting that differs where both say something: the service fills in what is left out."""
    for name in sorted(old.keys() & new.keys()):
        if _differs(old[name], new[name]):
            return name
    return ""


def _differs(old: Any, new: Any) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        return any(_differs(old[name], new[name]) for name in old.keys() & new.keys())
    return new is not None and old != new


def newest_first(versions: list[Resource]) -> list[Resource]:
    """By time of creation, then by number."""
    return sorted(versions, key=lambda one: (_created(one), _number(one.name)), reverse=True)


def _created(version: Resource) -> str:
    return str((version.outputs.get("systemData") or {}).get("createdAt", ""))


def _number(version: str) -> tuple[int, str]:
    return (int(version), "") if version.isdigit() else (-1, version)


def describe(resources: Resources) -> None:
    """Let containers be shown with their newest version."""
    for service in resources.provider.types.services:
        for spec in service.types:
            if is_version(spec):
                container = spec.kind.removesuffix(_VERSION).lower()
                resources.rewrites[container] = functools.partial(complete, resources)


def complete(resources: Resources, body: Values) -> None:
    """A container names its newest version and the number that the next one gets."""
    found = newest_first(resources.children(f"{body['id']}{_VERSION}"))
    numbers = [int(one.name) for one in found if re.fullmatch(r"\d{1,9}", one.name)]
    properties: Values = {
        **body.get("properties", {}),
        "nextVersion": str(max(numbers, default=0) + 1),
        "provisioningState": "Succeeded",
    }
    if found:
        properties["latestVersion"] = found[0].name
    body["properties"] = properties
