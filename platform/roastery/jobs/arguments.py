"""Parameters and inputs of a job as the user writes them, checked against what the component takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from roastery.jobs.errors import UsageError

LITERAL_TYPES = frozenset({"string", "integer", "number", "boolean"})
_ASSET = re.compile(r"azureml:[^:@/]+(?::[^:@/]+|@latest)|azureml://\S+|/subscriptions/\S+")


@dataclass(frozen=True, kw_only=True)
class JobArguments:
    """Parameters and inputs by name, checked."""

    params: Mapping[str, str]
    inputs: Mapping[str, str]


def parse_pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    """`name=value` texts as a mapping.

    Raises:
        UsageError: a text has no `=`, or a name comes twice.
    """
    values: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f"{option} {text}: should be name=value")
        if name in values:
            raise UsageError(f"{option} {name} is given twice", "give each name once")
        values[name] = value
    return values


def check_arguments(
    what: str, declared: Mapping[str, Any], params: Sequence[str], inputs: Sequence[str]
) -> JobArguments:
    """Checks options against a component's inputs.

    Args:
        what: the pipeline or step, for the message.
        declared: the component's inputs by name: `type`, and maybe `optional`, `default`, `enum`, `min`,
            `max`.
        params: texts of --param.
        inputs: texts of --input.

    Raises:
        UsageError: a name is unknown, a value is of the wrong kind, or a required one is missing.
    """
    literals, assets = parse_pairs("--param", params), parse_pairs("--input", inputs)
    types = {name: str(declaration.get("type")) for name, declaration in declared.items()}
    literal_names = [name for name, kind in types.items() if kind in LITERAL_TYPES]
    asset_names = [name for name in types if name not in literal_names]
    _check_names("--param", what, literals, literal_names)
    _check_names("--input", what, assets, asset_names)
    for name, value in literals.items():
        _check_literal(name, value, declared[name])
    for name, value in assets.items():
        if not _ASSET.fullmatch(value):
            raise UsageError(
                f"--input {name}={value}: should be a registered asset",
                "azureml:NAME:VERSION or azureml:NAME@latest",
            )
    missing = [
        name
        for name, declaration in declared.items()
        if name not in {**literals, **assets}
        and not declaration.get("optional")
        and declaration.get("default") is None
    ]
    if missing:
        option = "--param" if missing[0] in literal_names else "--input"
        raise UsageError(f"{what} needs {', '.join(missing)}", f"{option} {missing[0]}=…")
    return JobArguments(params=literals, inputs=assets)


def _check_names(option: str, what: str, names: Iterable[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise UsageError(f"{what} has no {option.removeprefix('--')} {name}", suggestion(name, known))


def suggestion(name: str, known: Iterable[str]) -> str:
    """The nearest of the known names, or all of them."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(names) or 'none'}"


def _check_literal(name: str, text: str, declared: Mapping[str, Any]) -> None:
    kind = declared["type"]
    choices = [str(choice) for choice in declared.get("enum") or []]
    if choices and text not in choices:
        raise UsageError(f"--param {name}={text}: is none of {', '.join(choices)}")
    if kind == "boolean" and text.lower() not in {"true", "false"}:
        raise UsageError(f"--param {name}={text}: should be true or false")
    if kind in {"integer", "number"}:
        try:
            number = int(text) if kind == "integer" else float(text)
        except ValueError:
            expected = "a whole number" if kind == "integer" else "a number"
            raise UsageError(f"--param {name}={text}: should be {expected}") from None
        low, high = declared.get("min"), declared.get("max")
        if (low is not None and number < float(low)) or (high is not None and not number <= float(high)):
            raise UsageError(f"--param {name}={text}: should be from {low} to {high}")
