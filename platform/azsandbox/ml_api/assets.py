"""Azure ML's rules for versioned assets: implicit containers, immutable content, newest version first."""

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
# learn.microsoft.com, "Create and manage data assets": only these can change after a version is created
_MUTABLE = ("description", "tags", "isArchived", "stage", "properties", "autoDeleteSetting")

_SHARED = "dataType"  # all versions of a data asset have the same


def is_version(spec: ResourceType) -> bool:
    return spec.kind.endswith(_VERSION)


def put(
    resources: Resources, spec: ResourceType, identifier: str, body: Values, version: str = ""
) -> tuple[Resource, bool]:
    """Create a version, and with the first one its container; an existing version's content is immutable.

    Raises:
        ArmError: the content differs from that of the existing version.
    """
    container = ids.parent_of(identifier) or ""
    existing = resources.subscription.get(identifier)
    if existing is not None:
        changed = _changed_setting(_content(existing.inputs), _content(body))
        if changed:
            raise ArmError(
                400,
                "UserError",
                f"Version '{existing.name}' of '{ids.parse(container).name}' already exists with another "
                f"{changed}. Versions are immutable: only tags, description and isArchived can be updated; "
                "use another version.",
            )
    elif resources.subscription.get(container) is None:
        container_type = resources.provider.types.of_kind(spec.kind.removesuffix(_VERSION))
        if container_type is not None:
            properties: Values = body.get("properties") or {}
            shared = {name: value for name, value in properties.items() if name == _SHARED}
            resources.put(container_type, container, {"properties": shared})
    return resources.put(spec, identifier, body, version)


def _content(values: Values) -> Values:
    properties: Values = values.get("properties") or {}
    return {name: value for name, value in properties.items() if name not in _MUTABLE}


def _changed_setting(old: Values, new: Values) -> str:
    """The first setting that is in both and differs, or ""; the service fills in what is left out."""
    for name in sorted(old.keys() & new.keys()):
        if _differs(old[name], new[name]):
            return name
    return ""


def _differs(old: Any, new: Any) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        return any(_differs(old[name], new[name]) for name in old.keys() & new.keys())
    return new is not None and old != new


def newest_first(versions: list[Resource]) -> list[Resource]:
    """Sorted by time of creation, then by version number, in descending order."""
    return sorted(versions, key=lambda version: (_created(version), _number(version.name)), reverse=True)


def _created(version: Resource) -> str:
    return str((version.outputs.get("systemData") or {}).get("createdAt", ""))


def _number(version: str) -> tuple[int, str]:
    return (int(version), "") if version.isdigit() else (-1, version)


def show_latest_versions(resources: Resources) -> None:
    """Make every response about an asset container include its latest and next version."""
    for service in resources.provider.types.services:
        for spec in service.types:
            if is_version(spec):
                container = spec.kind.removesuffix(_VERSION).lower()
                resources.rewrites[container] = functools.partial(complete, resources)


def complete(resources: Resources, body: Values) -> None:
    """Add the latest version and the number of the next version to a container's body."""
    versions = newest_first(resources.children(f"{body['id']}{_VERSION}"))
    numbers = [int(version.name) for version in versions if re.fullmatch(r"\d{1,9}", version.name)]
    properties: Values = {
        **body.get("properties", {}),
        "nextVersion": str(max(numbers, default=0) + 1),
        "provisioningState": "Succeeded",
    }
    if versions:
        properties["latestVersion"] = versions[0].name
    body["properties"] = properties
