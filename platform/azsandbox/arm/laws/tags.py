"""The tags of any resource: "Use tags to organize your Azure resources", limitations, read 2026-12-01."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.schema.validate import Problem

_MOST = 50
_NAME, _VALUE = 512, 256
_FORBIDDEN = "<>%&\\?/"


def tags_are_valid(inputs: dict[str, Any]) -> Iterator[Problem]:
    tags = inputs.get("tags")
    if not isinstance(tags, dict):
        return
    if len(tags) > _MOST:
        yield Problem("tags", f"has {len(tags)} members, but at most {_MOST} are allowed", code="law")
    names: dict[str, str] = {}
    for name, value in tags.items():
        path = f'tags["{name}"]'
        wrong = sorted({character for character in str(name) if character in _FORBIDDEN})
        if wrong and not str(name).startswith("hidden-"):  # Azure's own tags name resources
            yield Problem(
                path, f"the name {name!r} has {' '.join(wrong)}, which no tag name can have", code="law"
            )
        if not 0 < len(str(name)) <= _NAME:
            yield Problem(
                path, f"the name has {len(str(name))} characters, but must have 1 to {_NAME}", code="law"
            )
        if isinstance(value, str) and len(value) > _VALUE:
            yield Problem(path, f"has {len(value)} characters, but at most {_VALUE} are allowed", code="law")
        if str(name).lower() in names:
            yield Problem(
                path, f"{name!r} and {names[str(name).lower()]!r} are the same name in Azure", code="law"
            )
        names[str(name).lower()] = str(name)
