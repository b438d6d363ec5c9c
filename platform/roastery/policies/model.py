"""What a policy is, what it looks at, and what it finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from roastery.policies.values import Node

STACK = "pulumi:pulumi:Stack"


class Severity(StrEnum):
    """How bad a violation is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Level(StrEnum):
    """What a violation does to an update."""

    DISABLED = "disabled"
    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    REMEDIATE = "remediate"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource as its program declared it: inputs by their wire names.

    `type` is without API version; `outputs` and `id` are there after an up only; `frames` are the source
    lines that made it, innermost first, relative to the project.
    """

    urn: str
    type: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    id: str = ""
    parent: str = ""
    protect: bool = False
    dependencies: Sequence[str] = ()
    property_dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    frames: Sequence[tuple[str, int]] = ()

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]

    @cached_property
    def properties(self) -> Node:
        return Node(self.inputs)

    def at(self, path: str) -> Node:
        return self.properties.at(path)

    def get(self, path: str, default: Any = None) -> Any:
        return self.properties.get(path, default)

    def word(self, path: str) -> str:
        return self.properties.word(path)

    def each(self, path: str) -> Iterator[Node]:
        return self.properties.each(path)

    def words(self, path: str) -> list[str]:
        return self.properties.words(path)

    def leans_on(self, path: str) -> Sequence[str]:
        """URNs that a top-level property takes its value from."""
        return self.property_dependencies.get(path, ())


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a run knows about its stack besides the resources.

    `production` chooses the levels; `tags` are those that the stack's config asks for.
    """

    stack: str
    environment: str
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    preview: bool = False

    @property
    def production(self) -> bool:
        """Strict unless the environment is known to be one for trying things."""
        return self.environment.lower() not in {"dev", "development", "test", "sandbox"}


class Stack:
    """All resources of a run."""

    def __init__(self, resources: Iterable[Resource], facts: Facts) -> None:
        self.resources = list(resources)
        self.facts = facts
        self.by_urn = {one.urn: one for one in self.resources}

    def of(self, *types: str) -> list[Resource]:
        return [one for one in self.resources if one.type in types]


@dataclass(frozen=True)
class Problem:
    """What a validator found; `urn` is empty for the resource that is looked at."""

    path: str
    message: str
    urn: str = ""


Settings = Mapping[str, Any]
Check = Callable[[Resource, Settings], Iterator[Problem]]
StackCheck = Callable[[Stack, Settings], Iterator[Problem]]
Remedy = Callable[[Resource, Settings, Facts], Mapping[str, Any] | None]
"""Gives top-level inputs to replace, or nothing."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One rule.

    Args:
        id: stable; stands in waivers and reports.
        title: what has to hold.
        reason: why, in one sentence.
        fix: what to do about a violation.
        severity: how bad it is.
        dev, prod: what a violation does there.
        ids: public ids of the same or the wider rule; empty where there is none.
        types: what `check` looks at; `*` is every resource.
        check: pure function over one resource.
        check_stack: pure function over all.
        remedy: repairs inputs before the update; only where that is safe.
        config: JSON schema by setting, each with its default.
    """

    id: str
    title: str
    reason: str
    fix: str
    severity: Severity
    dev: Level
    prod: Level
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    check: Check | None = None
    check_stack: StackCheck | None = None
    remedy: Remedy | None = None
    config: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])

    def level(self, facts: Facts) -> Level:
        return self.prod if facts.production else self.dev

    def settings(self, given: Mapping[str, Any] | None = None) -> Settings:
        return {name: schema["default"] for name, schema in self.config.items()} | dict(given or {})

    def sees(self, type_: str) -> bool:
        return type_ in self.types or "*" in self.types


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A violation, or what could not be proven because a value is not known yet."""

    policy: Policy
    level: Level
    urn: str
    path: str
    message: str
    proven: bool = True
    waiver: str = ""  # what the waiver says that covers it
    line: tuple[str, int] | None = None  # where it is, if not where the resource was made

    @property
    def blocks(self) -> bool:
        return self.proven and not self.waiver and self.level in (Level.MANDATORY, Level.REMEDIATE)


def plain_type(token: str) -> str:
    """`azure-native:storage/v20240101:X` without its API version: `azure-native:storage:X`."""
    return re.sub(r"^(azure-native:[a-z]+)/v\d{8}(?:preview|privatepreview)?:", r"\1:", token)
