"""What a wrong stack file is told: the key, the value, and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

NAMESPACE = "roastery"


def explain(config: type[BaseModel], finding: Mapping[str, Any]) -> str:
    """One line: the key, what is wrong with it, and what to do.

    Args:
        config: the model of the whole stack file.
        finding: an error of pydantic.
    """
    where = ".".join(str(part) for part in finding["loc"])
    key = f"{NAMESPACE}:{where}" if where else NAMESPACE
    match finding["type"]:
        case "missing":
            return f"{key} is missing: add it to the stack file"
        case "extra_forbidden":
            return (
                f"{key} is unknown{_suggest(config, finding['loc'])}; docs/stack.schema.json lists the keys"
            )
        case "value_error":
            return f"{key}: {finding['ctx']['error']}"
        case _:
            return f"{key} is {finding['input']!r}: {finding['msg']}"


def _suggest(config: type[BaseModel], loc: Sequence[int | str]) -> str:
    model = config
    for part in loc[:-1]:
        field = model.model_fields.get(str(part))
        if field is None or not (
            isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        ):
            return ""
        model = field.annotation
    near = get_close_matches(str(loc[-1]), [f.alias or n for n, f in model.model_fields.items()], 1)
    return f", did you mean {near[0]}?" if near else ""
