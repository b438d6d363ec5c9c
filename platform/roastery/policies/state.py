"""A stack's resources from its state: a checkpoint file, or the output of `pulumi stack export`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from roastery.errors import RoasteryError
from roastery.policies import completeness
from roastery.policies.facts import from_resources, stack_of
from roastery.policies.kinds import plain_type
from roastery.policies.model import DeclaredResource, DeclaredStack
from roastery.policies.values import decode

_PROJECT = "project:///"
# Frames of libraries and tools, not of the program.
_FOREIGN = (".venv/", "../", "site-packages/", "platform/azsandbox/", "<")


class StateError(RoasteryError):
    """A state file can't be read."""

    exit_code = 2


def read(file: Path) -> DeclaredStack:
    """Reads the stack from a state file.

    Raises:
        StateError: the file can't be read, or is not a state.
    """
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise StateError(f"{file} can't be read: {error.strerror}") from None
    except ValueError as error:
        raise StateError(f"{file} is not valid JSON: {error}") from None
    return parse(content, str(file))


def parse(content: Any, name: str = "state") -> DeclaredStack:
    """A stack from an export (`deployment`) or a backend's checkpoint (`checkpoint.latest`).

    Raises:
        StateError: it is something else, or has no resources.
    """
    deployment: Any = content.get("deployment") if isinstance(content, Mapping) else None
    if deployment is None and isinstance(content, Mapping):
        deployment = (content.get("checkpoint") or {}).get("latest")
    if not isinstance(deployment, Mapping) or not isinstance(deployment.get("resources"), list):
        raise StateError(
            f"{name} has no resources", "write a state with: pulumi stack export --file state.json"
        )
    entries = cast("list[dict[str, Any]]", deployment["resources"])
    try:
        resources = [
            _resource(entry) for entry in entries if not entry.get("delete") and not entry.get("external")
        ]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise StateError(
            f"{name} has an incomplete resource: {error}",
            "write a state with: pulumi stack export --file state.json",
        ) from None
    if not resources:
        raise StateError(f"{name} has no resources: the stack was never deployed, or is destroyed")
    facts = from_resources(stack_of(resources[0].urn), resources)
    return DeclaredStack(resources, facts, completeness.of_deployment(deployment, resources))


def _resource(entry: Mapping[str, Any]) -> DeclaredResource:
    return DeclaredResource(
        urn=str(entry["urn"]),
        type=plain_type(str(entry["type"])),
        inputs=decode(entry.get("inputs") or {}),
        outputs=decode(entry.get("outputs") or {}),
        id=str(entry.get("id") or ""),
        parent=str(entry.get("parent") or ""),
        protect=bool(entry.get("protect")),
        dependencies=tuple(entry.get("dependencies") or ()),
        property_dependencies=entry.get("propertyDependencies") or {},
        frames=_frames(entry),
        custom=bool(entry.get("custom", True)),
    )


def _frames(entry: Mapping[str, Any]) -> Sequence[tuple[str, int]]:
    """Lines of the program that declared it, innermost first."""
    trace = entry.get("stackTrace") or [{"sourcePosition": entry.get("sourcePosition", "")}]
    frames: list[tuple[str, int]] = []
    for frame in trace:
        file, _, line = str(frame.get("sourcePosition") or "").partition("#")
        path = file.removeprefix(_PROJECT)
        if file.startswith(_PROJECT) and not path.startswith(_FOREIGN) and line.split(",")[0].isdigit():
            frames.append((path, int(line.split(",")[0])))
    return tuple(frames)
