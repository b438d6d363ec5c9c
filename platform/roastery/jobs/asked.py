"""What the user asks of a component, held against what it takes, before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from roastery.jobs.errors import UsageError

LITERALS = frozenset({"string", "integer", "number", "boolean"})
_ASSET = re.compile(r"azureml:[^:@/]+(?::[^:@/]+|@latest)|azureml://\S+|/subscriptions/\S+")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Parameters and inputs by name, checked."""

    params: Mapping[str, str]
    inputs: Mapping[str, str]


def pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    """`name=value` texts as a mapping.

    Raises:
        UsageError: one has no `=`, or a name comes twice.
    """
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise UsageError(f"{option} {one}: should be name=value")
        if name in found:
            raise UsageError(f"{option} {name} is given twice")
        found[name] = value
    return found


def check(what: str, declared: Mapping[str, Any], params: Sequence[str], inputs: Sequence[str]) -> Asked:
    """Holds options against a component's inputs.

    Args:
        what: is asked, for the message.
        declared: the component's inputs by name: `type`, and maybe `optional`, `default`, `enum`, `min`,
            `max`.
        params: texts of --param.
        inputs: texts of --input.

    Raises:
        UsageError: a name is unknown, a value is not what it takes, or one that it needs is missing.
    """
    given, handed = pairs("--param", params), pairs("--input", inputs)
    kinds = {name: str(one.get("type")) for name, one in declared.items()}
    literals = [name for name, kind in kinds.items() if kind in LITERALS]
    data = [name for name in kinds if name not in literals]
    _known("--param", what, given, literals)
    _known("--input", what, handed, data)
    for name, value in given.items():
        _literal(name, value, declared[name])
    for name, value in handed.items():
        if not _ASSET.fullmatch(value):
            raise UsageError(
                f"--input {name}={value}: should be a registered asset",
                "azureml:NAME:VERSION or azureml:NAME@latest",
            )
    missing = [
        name
        for name, one in declared.items()
        if name not in {**given, **handed} and not one.get("optional") and one.get("default") is None
    ]
    if missing:
        option = "--param" if missing[0] in literals else "--input"
        raise UsageError(f"{what} needs {', '.join(missing)}", f"{option} {missing[0]}=…")
    return Asked(params=given, inputs=handed)


def _known(option: str, what: str, given: Iterable[str], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            raise UsageError(f"{what} has no {option.removeprefix('--')} {name}", suggestion(name, known))


def suggestion(name: str, known: Iterable[str]) -> str:
    """The nearest of the known names, or all of them."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(names) or 'none'}"


def _literal(name: str, text: str, declared: Mapping[str, Any]) -> None:
    kind = declared["type"]
    values = [str(one) for one in declared.get("enum") or []]
    if values and text not in values:
        raise UsageError(f"--param {name}={text}: is none of {', '.join(values)}")
    if kind == "boolean" and text.lower() not in {"true", "false"}:
        raise UsageError(f"--param {name}={text}: should be true or false")
    if kind in {"integer", "number"}:
        try:
            number = int(text) if kind == "integer" else float(text)
        except ValueError:
            raise UsageError(
                f"--param {name}={text}: should be {'a whole ' * (kind == 'integer') or 'a '}number"
            ) from None
        low, high = declared.get("min"), declared.get("max")
        if (low is not None and number < float(low)) or (high is not None and not number <= float(high)):
            raise UsageError(f"--param {name}={text}: should be from {low} to {high}")
