"""One subscription-level template: the resource groups, and nested deployments for the resources in each.

A resource depends on the resources that it references and on those that the program declares. Groups can
depend on each other in both directions (a vault's endpoint in the network's group, the network's logs in the
vault's group), so a group is deployed in waves: a resource that depends on another group is deployed one wave
later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from azsandbox.arm import ids
from azsandbox.errors import ExportError
from azsandbox.export.arm.resources import TemplateEntry

Values = dict[str, Any]
_SCHEMAS = "https://schema.management.azure.com/schemas"
SUBSCRIPTION_SCHEMA = f"{_SCHEMAS}/2018-05-01/subscriptionDeploymentTemplate.json#"
GROUP_SCHEMA = f"{_SCHEMAS}/2019-04-01/deploymentTemplate.json#"
_VERSION = "1.0.0.0"
_NAME_LIMIT = 64  # of a deployment


@dataclass(frozen=True)
class Wave:
    """What is deployed together: the resources of a group with the same number, or one outside groups."""

    group: str | None
    number: int
    single: str = ""  # the id of a resource outside groups

    @property
    def name(self) -> str:
        tail = f"-{self.number}"
        return str(self.group).rpartition("/")[2][: _NAME_LIMIT - len(tail)] + tail

    @property
    def id(self) -> str:
        return self.single or f"{self.group}/providers/Microsoft.Resources/deployments/{self.name}"


def template(entries: Sequence[TemplateEntry], deployments_api: str) -> Values:
    """The whole template; `deployments_api` is the API version of nested deployments."""
    by_key = {ids.key(entry.id): entry for entry in entries}
    waves = _waves(by_key)
    members: dict[Wave, list[TemplateEntry]] = {}
    for key in sorted(by_key, key=lambda key: (waves[key].number, key)):
        members.setdefault(waves[key], []).append(by_key[key])
    resources = [
        _resource(wave, wave_entries, waves, by_key, deployments_api)
        for wave, wave_entries in members.items()
    ]
    return {"$schema": SUBSCRIPTION_SCHEMA, "contentVersion": _VERSION, "resources": resources}


def _waves(by_key: Mapping[str, TemplateEntry]) -> dict[str, Wave]:
    waves: dict[str, Wave] = {}
    visiting: list[str] = []

    def wave(key: str) -> Wave:
        if key in waves:
            return waves[key]
        entry = by_key[key]
        if key in visiting:
            raise ExportError(f"{entry.id} depends on itself: {' → '.join([*visiting, key])}")
        visiting.append(key)
        earlier = [wave(other) for other in sorted(entry.depends_on)]
        visiting.pop()
        later = (w.number + (w.group != entry.group or entry.group is None) for w in earlier)
        waves[key] = Wave(entry.group, max(later, default=0), "" if entry.group else entry.id)
        return waves[key]

    for key in by_key:
        wave(key)
    return waves


def _resource(
    wave: Wave,
    entries: Sequence[TemplateEntry],
    waves: Mapping[str, Wave],
    by_key: Mapping[str, TemplateEntry],
    deployments_api: str,
) -> Values:
    outside = {waves[key] for entry in entries for key in entry.depends_on} - {wave}
    before = sorted(wave.id for wave in outside)
    if wave.single:
        return _with_dependencies(entries[0].content, before)
    inside = [
        _with_dependencies(
            entry.content, sorted(by_key[key].id for key in entry.depends_on if waves[key] == wave)
        )
        for entry in entries
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
    """The value with text in brackets escaped, which ARM would evaluate as an expression."""
    if isinstance(value, dict):
        return {key: _literal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_literal(item) for item in value]
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        return f"[{value}"
    return value
