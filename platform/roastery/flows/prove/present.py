"""Whether what has to answer a flow exists: a listener, a secret, a certificate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from roastery.flows.model import FlowVerdict, Judgement, Present, allowed, blocked
from roastery.flows.topology import Topology
from roastery.policies.model import DeclaredResource
from roastery.policies.values import UnprovenError, reveal


def answered(topology: Topology, present: Present) -> Judgement:
    """Whether the state has a resource of the type with all of the values, each at its path.

    A path goes through lists, of which one element is enough, and through keys that contain dots. A value is
    compared as text; after `*` it is a suffix. A secret or unknown value leaves it unproven.
    """
    unknown = ""
    where = {path: topology.placed(value) for path, value in present.where.items()}
    candidates = topology.stack.of(present.type)
    for resource in candidates:
        try:
            if all(_has(resource, path, value) for path, value in where.items()):
                return allowed(resource.urn)
        except UnprovenError as missing:
            unknown = unknown or f"{resource.name}: {missing.path}"
    if unknown:
        return Judgement(FlowVerdict.UNPROVEN, f"{present.what}: the value of {unknown} is unknown")
    kind = present.type.rpartition(":")[2]
    wanted = ", ".join(f"{path} {value}" for path, value in where.items())
    return blocked(f"{present.what} is missing: no {kind}{f' with {wanted}' if wanted else ''} is declared")


def _has(resource: DeclaredResource, path: str, wanted: str) -> bool:
    values = [_text(value) for value in _at(resource.inputs, path.split("."), path)]
    if wanted.startswith("*"):
        return any(value.endswith(wanted[1:]) for value in values)
    return wanted in values


def _at(value: Any, parts: Sequence[str], path: str) -> Iterator[Any]:
    known = reveal(value, path)
    if not parts:
        yield from (known if isinstance(known, list) else [known])
    elif isinstance(known, list):
        for item in cast("list[Any]", known):
            yield from _at(item, parts, path)
    elif isinstance(known, dict):
        fields = cast("dict[str, Any]", known)
        for end in range(1, len(parts) + 1):
            key = ".".join(parts[:end])
            if key in fields:
                yield from _at(fields[key], parts[end:], path)


def _text(value: Any) -> str:
    plain = reveal(value, "value")
    return str(plain).lower() if isinstance(plain, bool) else str(plain)
