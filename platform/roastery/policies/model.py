"""Policies, the resources that they check, and what they report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from roastery.policies.values import PropertyNode

STACK = "pulumi:pulumi:Stack"


class Severity(StrEnum):
    """How serious a violation is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class EnforcementLevel(StrEnum):
    """What a violation does to an update, by Pulumi's enforcement levels."""

    DISABLED = "disabled"
    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    REMEDIATE = "remediate"


@dataclass(frozen=True, kw_only=True)
class DeclaredResource:
    """A resource as its program declared it: inputs by the names that the provider receives.

    `type` has no API version; `outputs` and `id` are known only after an update; `frames` are the source
    lines that declared it, innermost first, relative to the project. `custom` is false for components, which
    are nothing in Azure. `chart` names the Helm chart that makes the object; empty for all others.
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
    custom: bool = True
    chart: str = ""

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]

    @cached_property
    def properties(self) -> PropertyNode:
        return PropertyNode(self.inputs)

    def at(self, path: str) -> PropertyNode:
        return self.properties.at(path)

    def get(self, path: str, default: Any = None) -> Any:
        return self.properties.get(path, default)

    def lower_text(self, path: str) -> str:
        return self.properties.lower_text(path)

    def each(self, path: str) -> Iterator[PropertyNode]:
        return self.properties.each(path)

    def texts(self, path: str) -> list[str]:
        return self.properties.texts(path)

    def sources_of(self, path: str) -> Sequence[str]:
        """URNs of the resources that a top-level property takes its value from."""
        return self.property_dependencies.get(path, ())


@dataclass(frozen=True, kw_only=True)
class StackFacts:
    """What is known about a stack besides its resources.

    `production` selects the enforcement levels; `tags` are the ones that the stack's config sets.
    """

    stack: str
    environment: str
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    preview: bool = False

    @property
    def production(self) -> bool:
        """True unless the environment is a known non-production one."""
        return self.environment.lower() not in {"dev", "development", "test", "sandbox"}


class DeclaredStack:
    """All resources of a stack."""

    def __init__(
        self, resources: Iterable[DeclaredResource], facts: StackFacts, incomplete: Sequence[str] = ()
    ) -> None:
        self.resources = list(resources)
        self.facts = facts
        self.incomplete = tuple(incomplete)
        """What shows that an update has not ended; empty for a whole stack."""
        self.by_urn = {resource.urn: resource for resource in self.resources}
        self._by_type: dict[str, list[DeclaredResource]] = {}
        for resource in self.resources:
            self._by_type.setdefault(resource.type, []).append(resource)

    def of(self, *types: str) -> list[DeclaredResource]:
        """The resources of some types, in the order of the stack for one type."""
        return [resource for type_ in dict.fromkeys(types) for resource in self._by_type.get(type_, ())]


@dataclass(frozen=True)
class Violation:
    """What a check reports; `urn` is empty when it is about the resource being checked."""

    path: str
    message: str
    urn: str = ""
    failed: bool = False
    """The rule itself raised, or could not read the inputs: that is reported once for all resources."""


PolicySettings = Mapping[str, Any]
ResourceCheck = Callable[[DeclaredResource, PolicySettings], Iterator[Violation]]
StackCheck = Callable[[DeclaredStack, PolicySettings], Iterator[Violation]]
Remedy = Callable[[DeclaredResource, PolicySettings, StackFacts], Mapping[str, Any] | None]
"""Returns the top-level inputs to replace, or None."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One policy: what must hold, why, and the check.

    Args:
        id: stable, since waivers and SARIF consumers refer to it.
        title: what must hold.
        reason: why, in one sentence.
        fix: how to repair a violation.
        severity: how serious a violation is.
        dev, prod: the enforcement level by environment.
        ids: ids of the same, or of a wider, rule in public benchmarks; may be empty.
        types: resource types that `check` applies to, or that `check_stack` reads; `*` is every type.
        check: pure function of one resource.
        check_stack: pure function of the whole stack.
        remedy: repairs inputs before the update; only where that is safe.
        config: a JSON schema per setting, with a default.
        charts: whether it judges what a chart of somebody else makes, too: what is exposed, and rights.
    """

    id: str
    title: str
    reason: str
    fix: str
    severity: Severity
    dev: EnforcementLevel
    prod: EnforcementLevel
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    check: ResourceCheck | None = None
    check_stack: StackCheck | None = None
    remedy: Remedy | None = None
    config: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    charts: bool = False

    def level(self, facts: StackFacts) -> EnforcementLevel:
        return self.prod if facts.production else self.dev

    def settings(self, overrides: Mapping[str, Any] | None = None) -> PolicySettings:
        return {name: schema["default"] for name, schema in self.config.items()} | dict(overrides or {})

    def applies_to(self, type_: str, chart: str = "") -> bool:
        return (type_ in self.types or "*" in self.types) and (self.charts or not chart)


@dataclass(frozen=True, kw_only=True)
class PolicyFinding:
    """A violation, or a check that could not be completed because a value is unknown."""

    policy: Policy
    level: EnforcementLevel
    urn: str
    path: str
    message: str
    proven: bool = True
    waiver: str = ""  # description of the waiver that covers it
    line: tuple[str, int] | None = None  # where it is, if not where the resource was declared

    @property
    def blocks(self) -> bool:
        return (
            self.proven
            and not self.waiver
            and self.level in (EnforcementLevel.MANDATORY, EnforcementLevel.REMEDIATE)
        )
