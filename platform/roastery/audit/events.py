"""Changes from the engine's events of a refresh or of a preview."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from roastery.audit.model import LiveChange
from roastery.audit.noise import judged
from roastery.policies.kinds import plain_type

_LEFT_OUT = ("pulumi:", "roastery:")
_CHANGES = frozenset({"create", "update", "replace", "delete"})
_PART = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)')
_LONGEST = 80
_SECRET = "[secret]"  # noqa: S105 - what a report shows in place of one
_MARKER = "4dabf18193072939515e22adb298388d"  # Pulumi's signature of secrets, in the wire format


def changes(events: Iterable[Mapping[str, Any]], *, refresh: bool) -> list[LiveChange]:
    """What a refresh detected, or what a preview plans; one entry per property, in a stable order."""
    name = "resOutputsEvent" if refresh else "resourcePreEvent"
    listed: dict[tuple[str, str], LiveChange] = {}
    for event in events:
        meta = (event.get(name) or {}).get("metadata")
        if meta:
            for change in _of(meta):
                listed[change.urn, change.path] = judged(change)
    return sorted(listed.values())


def _of(meta: Mapping[str, Any]) -> Iterator[LiveChange]:
    operation, token, urn = str(meta["op"]), str(meta["type"]), str(meta["urn"])
    if token.startswith(_LEFT_OUT) or operation not in _CHANGES:
        return
    identity = {"type": plain_type(token), "name": urn.rpartition("::")[2], "urn": urn}
    detailed = cast("dict[str, dict[str, Any]]", meta.get("detailedDiff") or {})
    paths = list(detailed) or [str(key) for key in meta.get("diffs") or meta.get("keys") or ()]
    if operation in {"create", "delete"} or not paths:
        yield LiveChange(**identity, operation=operation)
        return
    for path in paths:
        inputs = bool(detailed.get(path, {}).get("inputDiff", True))
        side = "inputs" if inputs else "outputs"
        yield LiveChange(
            **identity,
            operation=operation,
            path=path,
            before=text(_at((meta.get("old") or {}).get(side), path)),
            after=text(_at((meta.get("new") or {}).get(side), path)),
        )


def _at(value: Any, path: str) -> Any:
    """The value at a path as the engine writes it: `a.b[0]["c.d"]`."""
    for quoted, index, key in _PART.findall(path):
        if isinstance(value, Mapping) and value.get(_MARKER):
            return _SECRET
        if index:
            items = cast("list[Any]", value) if isinstance(value, list) else []
            value = items[int(index)] if int(index) < len(items) else None
        else:
            fields = cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}
            value = fields.get(quoted or key)
    return value


def text(value: Any) -> str:
    """A value as a report shows it: no secret, no line breaks, not too long."""
    if value is None:
        return ""
    if isinstance(value, Mapping) and cast("Mapping[str, Any]", value).get(_MARKER):
        return _SECRET
    shown = str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."
