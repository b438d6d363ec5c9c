"""Cases that follow from others: the valid resource of a case with one thing made wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from azsandbox.arm.catalogue import Types
from azsandbox.arm.laws import walk
from azsandbox.arm.model import ResourceType
from azsandbox.cases.model import AZURE, Case, Declared, Expectation

_WRONG_NAME = "ü" * 300
_GROUP = "${subscription}/resourceGroups/another"


def derived(cases: Iterable[Case], types: Types) -> Iterator[Case]:
    """For each type once: a name that is not allowed, and for each reference one to another type.

    The valid case itself is the other half of the pair, under the same claim.
    """
    proven: set[str] = set()
    for case in cases:
        spec = types.find(case.resources[-1].type) if case.resources[-1].type.startswith(AZURE) else None
        if (
            spec is None
            or case.expect is not Expectation.ACCEPTED
            or case.then
            or case.at != case.resources[-1].id
        ):
            continue
        for claim, wrong in _wrong(spec, case.resources[-1]):
            if claim not in proven:
                proven.add(claim)
                yield replace(case, claims=(claim,), gives={}, name=f"{case.name}-as-it-is-{len(proven)}")
                yield replace(
                    case,
                    name=f"{case.name}-made-wrong-{len(proven)}",
                    expect=Expectation.REFUSED,
                    resources=(*case.resources[:-1], wrong),
                    claims=(claim,),
                    gives={},
                )


def _wrong(spec: ResourceType, valid: Declared) -> Iterator[tuple[str, Declared]]:
    """(claim, the resource with what the claim refuses)."""
    name = spec.token.removeprefix(AZURE)
    if spec.name and spec.name_input and not spec.name.allows(_WRONG_NAME):
        yield f"{name}: name", replace(valid, inputs={**valid.inputs, spec.name_input: _WRONG_NAME})
    for reference in spec.references:
        for path, value in walk.values(valid.inputs, reference.path):
            if isinstance(value, str) and "Microsoft.Resources/resourceGroups" not in reference.kinds:
                inputs = _with(valid.inputs, path.replace("[", ".[").split("."), _GROUP)
                yield f"{name}: {reference.text}", replace(valid, inputs=inputs)
                break


def _with(value: Any, steps: list[str], wanted: str) -> Any:
    """The value with `wanted` at the path; list items are written `[0]`."""
    if not steps:
        return wanted
    head, *rest = steps
    if head.startswith("["):
        return [
            _with(item, rest, wanted) if index == int(head[1:-1]) else item
            for index, item in enumerate(value)
        ]
    return {**value, head: _with(value[head], rest, wanted)}
