"""Resources outside of the program that it may refer to: a hub's network, its DNS zones, a shared workspace.

The stack file declares them under `azsandbox:external`. One that is declared with inputs is compared by rules
like any other resource; one without is taken as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from azsandbox.arm import ids
from azsandbox.errors import ProjectError

SETTING = "azsandbox:external"


@dataclass(frozen=True, kw_only=True)
class External:
    """One declared resource: its id and the inputs that rules may read."""

    id: str
    inputs: dict[str, Any] = field(default_factory=dict)

    @property
    def outputs(self) -> dict[str, Any]:
        """What a program reads of it: its name, its type and the declared inputs."""
        parsed = ids.parse(self.id)
        return {**self.inputs, "name": parsed.name, "type": parsed.kind}


class Externals:
    """The declared resources of one stack; a declared one covers everything below it."""

    def __init__(self, declared: Iterable[External] = ()) -> None:
        self._by_key = {ids.key(item.id): item for item in declared}

    def find(self, identifier: str) -> External | None:
        return self._by_key.get(ids.key(identifier))

    def covers(self, identifier: str) -> bool:
        """Whether it is declared, or is below one that is."""
        key = ids.key(identifier)
        return any(key == declared or key.startswith(f"{declared}/") for declared in self._by_key)

    def implies(self, group: str) -> bool:
        """Whether the resource group exists because something in it is declared."""
        return self.covers(group) or any(
            declared.startswith(f"{ids.key(group)}/") for declared in self._by_key
        )


NONE = Externals()


def parse(setting: Any, file: str) -> Externals:
    """The resources that a stack file declares.

    Raises:
        ProjectError: an entry is neither an id nor an object with an id.
    """
    if setting is None:
        return NONE
    if not isinstance(setting, list):
        raise ProjectError(f"{SETTING} in {file} is not a list of ids")
    return Externals([_external(item, f"{SETTING}[{index}] in {file}") for index, item in enumerate(setting)])


def _external(item: Any, where: str) -> External:
    identifier: Any = item.get("id") if isinstance(item, dict) else item
    inputs: Any = item.get("inputs") if isinstance(item, dict) else None
    if not isinstance(identifier, str) or not _is_complete(identifier):
        raise ProjectError(
            f"{where}: {identifier!r:.120} is not the id of a resource or group such as "
            "/subscriptions/…/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/vnet-hub"
        )
    unknown = [key for key in item if key not in {"id", "inputs"}] if isinstance(item, dict) else []
    if unknown:
        raise ProjectError(f"{where}: has no key {unknown[0]!r}; the keys are id and inputs")
    if inputs is not None and not isinstance(inputs, dict):
        raise ProjectError(f"{where}: inputs is not an object")
    return External(id=identifier, inputs=inputs or {})


def _is_complete(identifier: str) -> bool:
    """Whether it names a group, or a resource with as many names as types."""
    if not ids.looks_like_id(identifier) or ids.group_of(identifier) is None:
        return False
    tail = identifier.rstrip("/").rpartition("/providers/")[2].split("/")
    names_group = ids.key(identifier) == ids.key(ids.group_of(identifier) or "")
    return names_group or ("/providers/" in identifier and len(tail) >= 3 and len(tail) % 2 == 1)  # noqa: PLR2004 - namespace, type, name
