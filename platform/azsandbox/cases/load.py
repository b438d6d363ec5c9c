"""Reads files of cases; a mistake in one is a one-line error with file, case and key."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from azsandbox.arm import conditions
from azsandbox.arm.provider import DEFAULT_SUBSCRIPTION
from azsandbox.cases.interpolate import interpolated
from azsandbox.cases.model import AZURE, KUBERNETES, Case, CaseChange, Declared, Expectation, Values, merged
from azsandbox.errors import SandboxError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FACTS = {"subscription": f"/subscriptions/{DEFAULT_SUBSCRIPTION}"}
_REQUIRED = ("case", "expect", "why", "source", "date", "resources")
_OPTIONAL = ("needs", "then", "at", "says", "gives", "conditions", "external", "claim", "claims", "deployer")
_KEYS = frozenset([*_REQUIRED, *_OPTIONAL])


def load_folder(folder: Path) -> list[Case]:
    """The cases of all files below a folder, in the order of their paths; Pulumi's own files are left out."""
    cases = [case for file in _files(folder) for case in load(file)]
    seen: dict[str, str] = {}
    for case in cases:
        if case.name in seen:
            raise SandboxError(f"{case.file}: the case {case.name!r} is also in {seen[case.name]}")
        seen[case.name] = case.file
    return cases


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*.yaml") if not file.name.startswith("Pulumi"))


def load(file: Path) -> list[Case]:
    """The cases of one file.

    Raises:
        SandboxError: the file is not readable YAML, or a case is incomplete or has an unknown key.
    """
    try:
        content = _Loader(file.read_text(encoding="utf-8")).get_single_data()
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SandboxError(f"{file.name} can't be read: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict) or not isinstance(content.get("cases"), list):
        raise SandboxError(f"{file.name} has no list `cases`")
    base = content.get("base") or {}
    return [_case(file, base, entry) for entry in content["cases"]]


def _case(file: Path, base: Values, entry: Any) -> Case:
    name = str(entry.get("case") if isinstance(entry, dict) else entry)
    where = f"{file.name}, case {name}"
    if not isinstance(entry, dict):
        raise SandboxError(f"{where}: is not an object")
    unknown = sorted(set(entry) - _KEYS)
    missing = [key for key in _REQUIRED if key not in entry]
    if unknown or missing:
        problem = f"unknown key {unknown[0]!r}" if unknown else f"{missing[0]!r} is missing"
        raise SandboxError(f"{where}: {problem}")
    try:
        expect = Expectation(entry["expect"])
    except ValueError:
        allowed = ", ".join(item.value for item in Expectation)
        raise SandboxError(f"{where}: expect is {entry['expect']!r}, but must be one of {allowed}") from None
    own = [_declared(where, str(item.get("id")), item, base) for item in entry["resources"] or []]
    resources = [*_needed(where, base, entry.get("needs") or [], []), *own]
    if not resources:
        raise SandboxError(f"{where}: declares no resource")
    twice = [name for name, count in Counter(item.id for item in resources).items() if count > 1]
    if twice:
        raise SandboxError(f"{where}: declares {twice[0]!r} twice, as its own or among what it needs")
    then = tuple(
        CaseChange(
            id=str(item["id"]), inputs=dict(_plain(item.get("inputs") or {})), delete=bool(item.get("delete"))
        )
        for item in entry.get("then") or []
    )
    claims = entry.get("claims") or ([entry["claim"]] if entry.get("claim") else [])
    return Case(
        name=name,
        folder=file.parent.name,
        file=file.name,
        expect=expect,
        why=str(entry["why"]),
        source=str(entry["source"]),
        date=str(entry["date"]),
        resources=tuple(resources),
        then=then,
        at=str(entry.get("at") or (then[-1].id if then else resources[-1].id)),
        says=tuple(map(str, entry.get("says") or [])),
        gives=dict(_plain(entry.get("gives") or {})),
        external=tuple(interpolated(entry.get("external") or [], _FACTS.get)),
        conditions=conditions.parse(entry.get("conditions"), where),
        claims=tuple(map(str, claims)),
        deployer=_plain(entry.get("deployer")),
    )


def _needed(where: str, base: Values, names: list[str], above: list[str]) -> list[Declared]:
    """The base resources with these names and what they need, each once."""
    result: dict[str, Declared] = {}
    for name in names:
        if name not in base or name in above:
            reason = "needs itself" if name in above else "is not in `base`"
            raise SandboxError(f"{where}: {name!r} {reason}")
        for needed in _needed(where, base, base[name].get("needs") or [], [*above, name]):
            result[needed.id] = needed
        result[name] = _declared(where, name, base[name], base)
    return list(result.values())


def _declared(where: str, name: str, item: Values, base: Values) -> Declared:
    """One resource; with `like`, one of `base` with changes: objects merged, lists replaced, null removes."""
    inputs = item.get("inputs") or {}
    if "like" in item:
        pattern = base.get(item["like"])
        if not isinstance(pattern, dict):
            raise SandboxError(f"{where}: {item['like']!r}, which {name} is like, is not in `base`")
        item = {"type": pattern.get("type"), **item}
        inputs = merged(pattern.get("inputs") or {}, inputs)
    kind = str(item.get("type"))
    if ":" not in kind:
        raise SandboxError(f"{where}: {name} has no type such as network:Subnet")
    token = kind if kind.startswith((AZURE, KUBERNETES)) else f"{AZURE}{kind}"
    return Declared(id=name, type=token, inputs=dict(_plain(inputs)))


def _plain(value: Any) -> Any:
    """YAML's dates and times as text, since JSON has neither; `{repeat: 3, item: …${i}…}` as a list."""
    if isinstance(value, dict):
        if set(value) == {"repeat", "item"}:
            return [_numbered(_plain(value["item"]), index) for index in range(value["repeat"])]
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dt.datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, dt.date) else value


def _numbered(value: Any, index: int) -> Any:
    """The member of a repeated list: `${i}` is its index."""
    if isinstance(value, dict):
        return {key: _numbered(item, index) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbered(item, index) for item in value]
    return value.replace("${i}", str(index)) if isinstance(value, str) else value
