"""Runs policies over resources: the same for the engine's calls and for a state file."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from roastery.errors import RoasteryError
from roastery.policies import waivers as waiving
from roastery.policies.catalogue import BY_ID, POLICIES
from roastery.policies.model import STACK, Facts, Finding, Level, Policy, Problem, Resource, Settings, Stack
from roastery.policies.values import Unproven
from roastery.policies.waivers import Waiver


class PolicyConfigError(RoasteryError):
    """The policies' configuration is wrong."""

    exit_code = 2


@dataclass(frozen=True)
class Configured:
    """What a team changed: settings and levels by policy id."""

    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    levels: Mapping[str, Level] = field(default_factory=dict[str, Level])

    @classmethod
    def read(cls, file: Path | None) -> Configured:
        """A JSON file as `pulumi --policy-pack-config` takes it: by policy id a level, or an object.

        `all` stands for every policy that is not named itself.

        Raises:
            PolicyConfigError: it can't be read, or names or sets what there is not.
        """
        if file is None:
            return cls()
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise PolicyConfigError(f"{file} can't be read: {error}") from None
        if not isinstance(content, dict):
            raise PolicyConfigError(f"{file} must hold one object, by policy id")
        given = cast("dict[str, Any]", content)
        everybody = dict.fromkeys(BY_ID, _level(file, "all", given["all"])) if "all" in given else {}
        settings: dict[str, Mapping[str, Any]] = {}
        levels: dict[str, Level] = {}
        for name in given.keys() - {"all"}:
            if name not in BY_ID:
                raise PolicyConfigError(f"{file}: there is no policy {name}", "docs/policies.md lists them")
            one = given[name]
            values = dict(cast("dict[str, Any]", one)) if isinstance(one, dict) else {"enforcementLevel": one}
            level = values.pop("enforcementLevel", None)
            if level is not None:
                levels[name] = _level(file, name, level)
            settings[name] = _settings(file, BY_ID[name], values)
        return cls(settings, {**everybody, **levels})

    def of(self, policy: Policy) -> Settings:
        return policy.settings(self.settings.get(policy.id))

    def level(self, policy: Policy, facts: Facts) -> Level:
        return self.levels.get(policy.id, policy.level(facts))


def _level(file: Path, name: str, given: Any) -> Level:
    if given not in set(Level):
        raise PolicyConfigError(f"{file}: {name} has no level {given!r}", f"one of {', '.join(Level)}")
    return Level(given)


def _settings(file: Path, policy: Policy, given: dict[str, Any]) -> dict[str, Any]:
    """What was set, held against the policy's own schema, as the engine does."""
    import jsonschema  # noqa: PLC0415 - most runs set nothing, and starting the pack is paid by every preview

    unknown = set(given) - set(policy.config)
    if unknown:
        raise PolicyConfigError(f"{file}: {policy.id} has no setting {', '.join(sorted(unknown))}")
    for name, value in given.items():
        try:
            jsonschema.validate(value, policy.config[name])
        except jsonschema.ValidationError as error:
            raise PolicyConfigError(f"{file}: {policy.id}.{name}: {error.message}") from None
    return given


@dataclass
class Report:
    """What a run found on a stack."""

    facts: Facts
    findings: list[Finding]
    resources: int
    policies: int
    by_urn: Mapping[str, Resource]

    @property
    def blocking(self) -> list[Finding]:
        return [one for one in self.findings if one.blocks]

    @property
    def waived(self) -> list[Finding]:
        return [one for one in self.findings if one.waiver]

    @property
    def unproven(self) -> list[Finding]:
        return [one for one in self.findings if not one.proven]

    @property
    def advice(self) -> list[Finding]:
        return [one for one in self.findings if one.proven and not one.waiver and not one.blocks]


def outcomes(found: Iterable[Problem]) -> Iterator[tuple[Problem, bool]]:
    """Problems, each with whether it is proven; what is not known here is neither passed nor failed."""
    try:
        for problem in found:
            yield problem, True
    except Unproven as missing:
        yield Problem(missing.path, "is not known before an up"), False
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # A shape that no schema allows: a check that can't read it must not let it pass.
        yield Problem("", f"can't be read by this policy ({type(error).__name__}: {error})"), True


def over_resource(policy: Policy, resource: Resource, settings: Settings) -> Iterator[tuple[Problem, bool]]:
    if policy.check is not None and policy.sees(resource.type):
        yield from outcomes(policy.check(resource, settings))


def over_stack(policy: Policy, stack: Stack, settings: Settings) -> Iterator[tuple[Problem, bool]]:
    if policy.check_stack is not None:
        yield from outcomes(policy.check_stack(stack, settings))


def evaluate(
    stack: Stack,
    *,
    configured: Configured | None = None,
    waivers: Sequence[Waiver] = (),
    today: dt.date | None = None,
) -> Report:
    """Everything that all policies find on a stack, the worst first."""
    configured, today = configured or Configured(), today or dt.date.today()  # noqa: DTZ011
    root = next((one.urn for one in stack.of(STACK)), "")
    used: set[Waiver] = set()
    findings: list[Finding] = []
    for policy in POLICIES:
        level = configured.level(policy, stack.facts)
        if level is Level.DISABLED:
            continue
        settings = configured.of(policy)
        for urn, (problem, proven) in _all(policy, stack, settings):
            where = problem.urn or urn or root
            waiver = waiving.covering(waivers, policy.id, where, today) if proven else None
            if waiver:
                used.add(waiver)
            findings.append(
                Finding(
                    policy=policy,
                    level=level,
                    urn=where,
                    path=problem.path,
                    message=problem.message,
                    proven=proven,
                    waiver=waiver.says() if waiver else "",
                )
            )
    findings += waiving.own_findings(waivers, used, stack.facts.stack, root, today)
    findings.sort(
        key=lambda one: (not one.blocks, -list(type(one.policy.severity)).index(one.policy.severity))
    )
    return Report(stack.facts, findings, len(stack.resources), len(POLICIES), stack.by_urn)


def _all(policy: Policy, stack: Stack, settings: Settings) -> Iterator[tuple[str, tuple[Problem, bool]]]:
    for resource in stack.resources:
        for found in over_resource(policy, resource, settings):
            yield resource.urn, found
    for found in over_stack(policy, stack, settings):
        yield "", found
