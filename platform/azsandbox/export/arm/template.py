"""One subscription-level template: the groups, and a nested deployment for what lies in each.

A resource waits for what it names and for what the program said it waits for. Groups need each other both
ways (a vault's endpoint in the network's group, the network's logs in the vault's), so a group is deployed
in waves: what depends on another group comes one wave after that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from azsandbox.arm import ids
from azsandbox.errors import ExportError
from azsandbox.export.arm.resources import Entry

Values = dict[str, Any]
_SCHEMAS = "https://schema.management.azure.com/schemas"
SUBSCRIPTION_SCHEMA = f"{_SCHEMAS}/2018-05-01/subscriptionDeploymentTemplate.json#"
GROUP_SCHEMA = f"{_SCHEMAS}/2019-04-01/deploymentTemplate.json#"
_VERSION = "1.0.0.0"
_NAME_LIMIT = 64  # of a deployment


@dataclass(frozen=True)
class Wave:
    """What is deployed together: one group's resources of one wave, or one resource above groups."""

    group: str | None
    number: int
    alone: str = ""

    @property
    def name(self) -> str:
        tail = f"-{self.number}"
        return str(self.group).rpartition("/")[2][: _NAME_LIMIT - len(tail)] + tail

    @property
    def id(self) -> str:
        return self.alone or f"{self.group}/providers/Microsoft.Resources/deployments/{self.name}"


def template(entries: Sequence[Entry], deployments_api: str) -> Values:
    """The whole template; `deployments_api` is the API version of nested deployments."""
    by_key = {ids.key(one.id): one for one in entries}
    waves = _waves(by_key)
    members: dict[Wave, list[Entry]] = {}
    for key in sorted(by_key, key=lambda one: (waves[one].number, one)):
        members.setdefault(waves[key], []).append(by_key[key])
    resources = [_resource(wave, held, waves, by_key, deployments_api) for wave, held in members.items()]
    return {"$schema": SUBSCRIPTION_SCHEMA, "contentVersion": _VERSION, "resources": resources}


def _waves(by_key: Mapping[str, Entry]) -> dict[str, Wave]:
    found: dict[str, Wave] = {}
    under_way: list[str] = []

    def wave(key: str) -> Wave:
        if key in found:
            return found[key]
        one = by_key[key]
        if key in under_way:
            raise ExportError(f"{one.id} waits for itself: {' → '.join([*under_way, key])}")
        under_way.append(key)
        before = [wave(other) for other in sorted(one.depends_on)]
        under_way.pop()
        number = max((b.number + (b.group != one.group or one.group is None) for b in before), default=0)
        found[key] = Wave(one.group, number, "" if one.group else one.id)
        return found[key]

    for key in by_key:
        wave(key)
    return found


def _resource(
    wave: Wave,
    held: Sequence[Entry],
    waves: Mapping[str, Wave],
    by_key: Mapping[str, Entry],
    deployments_api: str,
) -> Values:
    outside = {waves[key] for one in held for key in one.depends_on} - {wave}
    before = sorted(one.id for one in outside)
    if wave.alone:
        return _with_dependencies(held[0].content, before)
    inside = [
        _with_dependencies(
            one.content, sorted(by_key[key].id for key in one.depends_on if waves[key] == wave)
        )
        for one in held
    ]
    parsed = ids.parse(str(wave.group))
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": deployments_api,
        "name": wave.name,
        "subscriptionId": parsed.scope.rpartition("/")[2],
        "resourceGroup": parsed.name,
        **({"dependsOn": before} if before else {}),
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "template": {"$schema": GROUP_SCHEMA, "contentVersion": _VERSION, "resources": inside},
        },
    }


def _with_dependencies(content: Values, before: Sequence[str]) -> Values:
    literal: Values = {key: _literal(item) for key, item in content.items()}
    properties = literal.pop("properties", None)
    if before:
        literal["dependsOn"] = list(before)
    if properties is not None:
        literal["properties"] = properties
    return literal


def _literal(value: Any) -> Any:
    """Text in brackets is an expression to ARM unless its bracket is doubled."""
    if isinstance(value, dict):
        return {key: _literal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_literal(item) for item in value]
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        return f"[{value}"
    return value
