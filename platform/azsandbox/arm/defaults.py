"""What Azure sets where a request says nothing: values by the path of an output."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from azsandbox.schema.values import UNKNOWN

Defaults = Mapping[str, Any]
"""`idleTimeoutInMinutes: 4`; a path goes through objects and every item of lists: `subnets[].delegations`.
An object that is absent is made, unless it is written with a question mark: `linuxConfiguration?.x`."""


def filled(outputs: dict[str, Any], defaults: Defaults) -> dict[str, Any]:
    """The outputs with the defaults; what they have already stays."""
    result: dict[str, Any] = copy.deepcopy(outputs) if defaults else outputs
    for path, value in defaults.items():
        _fill(result, re.findall(r"\[\]|[^.\[\]]+", path), value)
    return result


def _fill(item: Any, parts: list[str], value: Any) -> None:
    head, *rest = parts
    name = head.removesuffix("?")
    if head == "[]":
        for member in item if isinstance(item, list) else ():
            _fill(member, rest, value)
    elif not isinstance(item, dict) or item.get(name) is UNKNOWN:
        return
    elif not rest:
        if item.get(name) is None:
            item[name] = copy.deepcopy(value)
    elif item.get(name) is not None:
        _fill(item[name], rest, value)
    elif rest[0] != "[]" and name == head:
        item[name] = {}
        _fill(item[name], rest, value)
