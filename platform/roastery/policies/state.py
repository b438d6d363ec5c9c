"""A stack's resources from its state: the sandbox's file, or what `pulumi stack export` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from roastery.errors import RoasteryError
from roastery.policies.facts import from_resources, stack_of
from roastery.policies.model import Resource, Stack, plain_type
from roastery.policies.values import decode

_PROJECT = "project:///"
# Frames of the machinery that runs a program, not of the program.
_FOREIGN = (".venv/", "../", "site-packages/", "platform/azsandbox/", "<")


class StateError(RoasteryError):
    """A state file can't be read."""

    exit_code = 2


def read(file: Path) -> Stack:
    """The stack of a state file.

    Raises:
        StateError: it is not there, or no state.
    """
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise StateError(f"{file} can't be read: {error.strerror}") from None
    except ValueError as error:
        raise StateError(f"{file} is no JSON: {error}") from None
    return parse(content, str(file))


def parse(content: Any, name: str = "state") -> Stack:
    """A stack from an export (`deployment`) or a backend's checkpoint (`checkpoint.latest`).

    Raises:
        StateError: it is something else, or holds nothing.
    """
    found: Any = content.get("deployment") if isinstance(content, Mapping) else None
    if found is None and isinstance(content, Mapping):
        found = (content.get("checkpoint") or {}).get("latest")
    if not isinstance(found, Mapping) or not isinstance(found.get("resources"), list):
        raise StateError(
            f"{name} holds no resources", "write one with: pulumi stack export --file state.json"
        )
    entries = cast("list[dict[str, Any]]", found["resources"])
    try:
        resources = [_resource(one) for one in entries if not one.get("delete") and not one.get("external")]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise StateError(
            f"{name} holds a resource without its {error}", "is it an export of Pulumi?"
        ) from None
    if not resources:
        raise StateError(f"{name} is empty: the stack was never brought up, or is destroyed")
    return Stack(resources, from_resources(stack_of(resources[0].urn), resources))


def _resource(entry: Mapping[str, Any]) -> Resource:
    return Resource(
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
    )


def _frames(entry: Mapping[str, Any]) -> Sequence[tuple[str, int]]:
    """Lines of the program that made it, innermost first."""
    trace = entry.get("stackTrace") or [{"sourcePosition": entry.get("sourcePosition", "")}]
    frames: list[tuple[str, int]] = []
    for one in trace:
        file, _, line = str(one.get("sourcePosition") or "").partition("#")
        path = file.removeprefix(_PROJECT)
        if file.startswith(_PROJECT) and not path.startswith(_FOREIGN) and line.split(",")[0].isdigit():
            frames.append((path, int(line.split(",")[0])))
    return tuple(frames)
