"""Selects the resources of a stack's state that are exported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from azsandbox.export.redaction import SIGNATURE, redact
from azsandbox.schema.values import Secret


@dataclass(frozen=True, kw_only=True)
class ExportedResource:
    """One resource of the state; its inputs contain neither Pulumi's metadata nor secrets."""

    urn: str
    token: str
    id: str
    inputs: dict[str, Any]
    depends_on: tuple[str, ...] = ()  # URNs
    redacted: tuple[str, ...] = ()  # paths of the secret inputs


@dataclass(kw_only=True)
class Selection:
    """The resources of one provider, and those that are left out because the stack does not manage them."""

    resources: list[ExportedResource] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)


def select(state: Iterable[dict[str, Any]], provider: str) -> Selection:
    """The resources in a state that `provider` (azure-native, kubernetes) manages for the stack."""
    selection = Selection()
    for entry in state:
        token = str(entry["type"])
        if not entry.get("custom") or token.partition(":")[0] != provider:
            continue
        reason = _reason_to_leave_out(entry)
        if reason:
            selection.left_out.append({"type": token, "id": str(entry.get("id", "")), "reason": reason})
            continue
        inputs, redacted = redact(_mark_secret_content(entry.get("inputs") or {}))
        selection.resources.append(
            ExportedResource(
                urn=str(entry["urn"]),
                token=token,
                id=str(entry["id"]),
                inputs={key: item for key, item in inputs.items() if not key.startswith("__")},
                depends_on=_dependencies(entry),
                redacted=tuple(redacted),
            )
        )
    return selection


def _mark_secret_content(inputs: dict[str, Any]) -> dict[str, Any]:
    """The inputs with the values of a Kubernetes Secret marked as secret, even if the program does not."""
    if inputs.get("kind") != "Secret" or "apiVersion" not in inputs:
        return inputs
    content = {name: inputs[name] for name in ("data", "stringData") if isinstance(inputs.get(name), dict)}
    return inputs | {
        name: values if SIGNATURE in values else {key: Secret(item) for key, item in values.items()}
        for name, values in content.items()
    }


def _reason_to_leave_out(entry: dict[str, Any]) -> str:
    if entry.get("external"):
        return "the program only reads it: another stack manages it"
    if entry.get("delete"):
        return "it was replaced and its deletion is pending"
    return ""


def _dependencies(entry: dict[str, Any]) -> tuple[str, ...]:
    by_property: dict[str, list[str]] = entry.get("propertyDependencies") or {}
    urns = [*(entry.get("dependencies") or []), *(urn for values in by_property.values() for urn in values)]
    return tuple(dict.fromkeys(str(urn) for urn in urns))
