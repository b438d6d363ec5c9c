"""What a stack holds, as its state says, ready to be written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from azsandbox.export.redaction import SIGNATURE, redact
from azsandbox.schema.values import Secret


@dataclass(frozen=True, kw_only=True)
class Held:
    """One resource of the state: inputs on the wire, without Pulumi's bookkeeping and without secrets."""

    urn: str
    token: str
    id: str
    inputs: dict[str, Any]
    depends_on: tuple[str, ...] = ()  # URNs
    redacted: tuple[str, ...] = ()  # paths of inputs


@dataclass(kw_only=True)
class Selection:
    """The resources of one provider, and those of it that are not the stack's own."""

    resources: list[Held] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)


def select(state: Iterable[dict[str, Any]], provider: str) -> Selection:
    """Everything in state that `provider` (azure-native, kubernetes) manages for this stack."""
    found = Selection()
    for one in state:
        token = str(one["type"])
        if not one.get("custom") or token.partition(":")[0] != provider:
            continue
        reason = _not_ours(one)
        if reason:
            found.left_out.append({"type": token, "id": str(one.get("id", "")), "reason": reason})
            continue
        inputs, redacted = redact(_sealed(one.get("inputs") or {}))
        found.resources.append(
            Held(
                urn=str(one["urn"]),
                token=token,
                id=str(one["id"]),
                inputs={key: item for key, item in inputs.items() if not key.startswith("__")},
                depends_on=_dependencies(one),
                redacted=tuple(redacted),
            )
        )
    return found


def _sealed(inputs: dict[str, Any]) -> dict[str, Any]:
    """The content of a Kubernetes Secret is secret, whatever the program says; its keys are not."""
    if inputs.get("kind") != "Secret" or "apiVersion" not in inputs:
        return inputs
    content = {name: inputs[name] for name in ("data", "stringData") if isinstance(inputs.get(name), dict)}
    return inputs | {
        name: held if SIGNATURE in held else {key: Secret(item) for key, item in held.items()}
        for name, held in content.items()
    }


def _not_ours(one: dict[str, Any]) -> str:
    if one.get("external"):
        return "only read by the program: another stack manages it"
    if one.get("delete"):
        return "replaced, and waiting for its deletion"
    return ""


def _dependencies(one: dict[str, Any]) -> tuple[str, ...]:
    by_property: dict[str, list[str]] = one.get("propertyDependencies") or {}
    named = [*(one.get("dependencies") or []), *(urn for urns in by_property.values() for urn in urns)]
    return tuple(dict.fromkeys(str(urn) for urn in named))
