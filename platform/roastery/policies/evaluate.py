"""Runs policies on resources, in the same way for the engine's calls and for a state file."""

from __future__ import annotations

import datetime as dt
import json
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from roastery.errors import RoasteryError
from roastery.policies import completeness
from roastery.policies.catalogue import BY_ID, POLICIES
from roastery.policies.derived import expanded, readings
from roastery.policies.frameworks import Framework, controls
from roastery.policies.model import (
    STACK,
    DeclaredResource,
    DeclaredStack,
    EnforcementLevel,
    Policy,
    PolicyFinding,
    PolicySettings,
    StackFacts,
    Violation,
)
from roastery.policies.values import UnprovenError
from roastery.policies.waivers import Waiver, covering, own_findings


class PolicyConfigError(RoasteryError):
    """The policy configuration is wrong."""

    exit_code = 2


@dataclass(frozen=True)
class PolicyConfig:
    """Settings and enforcement levels that a team changed, by policy id."""

    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    levels: Mapping[str, EnforcementLevel] = field(default_factory=dict[str, EnforcementLevel])

    @classmethod
    def read(cls, file: Path | None) -> PolicyConfig:
        """Reads a JSON file for `pulumi --policy-pack-config`: a level, or an object, by policy id.

        `all` stands for every policy that has no entry of its own.

        Raises:
            PolicyConfigError: the file can't be read, or a policy, level or setting in it is not valid.
        """
        if file is None:
            return cls()
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise PolicyConfigError(f"{file} can't be read: {error}") from None
        if not isinstance(content, dict):
            raise PolicyConfigError(f"{file} must be one object with policy ids as keys")
        by_id = cast("dict[str, Any]", content)
        levels_of_all = dict.fromkeys(BY_ID, _level(file, "all", by_id["all"])) if "all" in by_id else {}
        settings: dict[str, Mapping[str, Any]] = {}
        levels: dict[str, EnforcementLevel] = {}
        for name in by_id.keys() - {"all"}:
            if name not in BY_ID:
                raise PolicyConfigError(f"{file}: {name!r} is not a policy", "docs/policies.md lists them")
            entry = by_id[name]
            values = (
                dict(cast("dict[str, Any]", entry))
                if isinstance(entry, dict)
                else {"enforcementLevel": entry}
            )
            level = values.pop("enforcementLevel", None)
            if level is not None:
                levels[name] = _level(file, name, level)
            settings[name] = _settings(file, BY_ID[name], values)
        return cls(settings, {**levels_of_all, **levels})

    def of(self, policy: Policy) -> PolicySettings:
        return policy.settings(self.settings.get(policy.id))

    def level(self, policy: Policy, facts: StackFacts) -> EnforcementLevel:
        return self.levels.get(policy.id, policy.level(facts))


def _level(file: Path, name: str, text: Any) -> EnforcementLevel:
    if text not in set(EnforcementLevel):
        raise PolicyConfigError(
            f"{file}: {text!r} is not a level for {name}", f"must be one of {', '.join(EnforcementLevel)}"
        )
    return EnforcementLevel(text)


def _settings(file: Path, policy: Policy, values: dict[str, Any]) -> dict[str, Any]:
    """The settings, validated against the policy's schema, as the engine does."""
    import jsonschema  # noqa: PLC0415 - most runs set nothing, and every preview waits for the pack to start

    unknown = set(values) - set(policy.config)
    if unknown:
        raise PolicyConfigError(f"{file}: {policy.id} has no setting {', '.join(sorted(unknown))}")
    for name, value in values.items():
        try:
            jsonschema.validate(value, policy.config[name])
        except jsonschema.ValidationError as error:
            raise PolicyConfigError(f"{file}: {policy.id}.{name}: {error.message}") from None
    return values


@dataclass
class PolicyReport:
    """All findings on a stack."""

    facts: StackFacts
    findings: list[PolicyFinding]
    resources: int
    policies: int
    by_urn: Mapping[str, DeclaredResource]
    notes: Sequence[str] = ()  # what the reader has to know about how it was read
    framework: Framework | None = None  # the one that the check was limited to

    @property
    def blocking(self) -> list[PolicyFinding]:
        return [finding for finding in self.findings if finding.blocks]

    @property
    def waived(self) -> list[PolicyFinding]:
        return [finding for finding in self.findings if finding.waiver]

    @property
    def unproven(self) -> list[PolicyFinding]:
        return [finding for finding in self.findings if not finding.proven]

    @property
    def advice(self) -> list[PolicyFinding]:
        return [
            finding
            for finding in self.findings
            if finding.proven and not finding.waiver and not finding.blocks
        ]


def outcomes(policy: Policy, violations: Iterable[Violation]) -> Iterator[tuple[Violation, bool]]:
    """Violations, each with whether it is proven: with an unknown value a policy neither passes nor fails."""
    try:
        for violation in violations:
            yield violation, True
    except UnprovenError as missing:
        yield Violation(missing.path, "is unknown before an update"), False
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # The inputs do not match the schema: a check that can't read them must not let them pass.
        message = f"can't be read by this policy, {policy.id} ({type(error).__name__}: {error})"
        yield Violation("", message, failed=True), True
    except Exception as error:  # noqa: BLE001 - a rule of a team must not end the check of all the others
        yield Violation("", failure(policy, error), failed=True), True


def failure(policy: Policy, error: Exception) -> str:
    """What a rule that raises says: its id, the error and where it came from; nothing was proven."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f", {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"the rule {policy.id} raised {type(error).__name__}: {error}{where}; it has proven nothing"


def over_resource(
    policy: Policy, resource: DeclaredResource, settings: PolicySettings
) -> Iterator[tuple[Violation, bool]]:
    if policy.check is not None and policy.applies_to(resource.type, resource.chart):
        yield from outcomes(policy, _started(policy.check, resource, settings))


def over_stack(
    policy: Policy, stack: DeclaredStack, settings: PolicySettings
) -> Iterator[tuple[Violation, bool]]:
    if policy.check_stack is not None:
        yield from outcomes(policy, _started(policy.check_stack, stack, settings))


def _started(
    check: Callable[[Any, PolicySettings], Iterable[Violation]], *arguments: Any
) -> Iterator[Violation]:
    """The violations of a check; a plain function raises within the iteration, too."""
    yield from check(*arguments) or ()


def evaluate(
    stack: DeclaredStack,
    *,
    config: PolicyConfig | None = None,
    waivers: Sequence[Waiver] = (),
    today: dt.date | None = None,
    more: Iterable[tuple[Policy, Violation]] = (),
    framework: Framework | None = None,
) -> PolicyReport:
    """All findings of all policies on a stack, the most serious first.

    Args:
        stack: its resources.
        config: levels and settings that a team changed.
        waivers: accepted findings.
        today: for the dates in waivers.
        more: what others than the catalogue's policies found, such as the proof of the flows.
        framework: only policies that serve a control of it.
    """
    config, today = config or PolicyConfig(), today or dt.date.today()  # noqa: DTZ011
    root = next((resource.urn for resource in stack.of(STACK)), "")
    whole = expanded(stack)
    used: set[Waiver] = set()
    findings: list[PolicyFinding] = []
    others = [(policy, "", (violation, True)) for policy, violation in more]
    others += [
        (policy, "", (violation, True)) for policy, violation in completeness.violations(stack.incomplete)
    ]
    for policy, urn, (violation, proven) in (*_once(_catalogue(whole, config)), *others):
        level = config.level(policy, stack.facts)
        where = violation.urn or urn or root
        excused = bool(stack.incomplete) and completeness.excuses(policy)
        certain = proven and not excused
        waiver = covering(waivers, policy.id, where, today) if certain else None
        if waiver:
            used.add(waiver)
        findings.append(
            PolicyFinding(
                policy=policy,
                level=level,
                urn=where,
                path=violation.path,
                message=f"{violation.message} (the stack is half-made)" if excused else violation.message,
                proven=certain,
                waiver=waiver.describe() if waiver else "",
            )
        )
    findings += own_findings(waivers, used, stack.facts.stack, root, today)
    findings.sort(
        key=lambda finding: (
            not finding.blocks,
            -list(type(finding.policy.severity)).index(finding.policy.severity),
        )
    )
    notes = [reading.describe() for reading in readings(stack)]
    if framework is not None:
        findings = [finding for finding in findings if _serves(finding.policy, framework)]
    policies = sum(framework is None or bool(controls(policy, framework)) for policy in POLICIES)
    return PolicyReport(stack.facts, findings, len(stack.resources), policies, whole.by_urn, notes, framework)


def _serves(policy: Policy, framework: Framework) -> bool:
    """A state that can't be judged, and a waiver that has expired, matter for every framework."""
    return policy.id == completeness.COMPLETE.id or bool(controls(policy, framework))


def _once(
    outcome_rows: Iterable[tuple[Policy, str, tuple[Violation, bool]]],
) -> Iterator[tuple[Policy, str, tuple[Violation, bool]]]:
    """A rule that raises, or that can't read inputs, in the same way on many resources is one finding."""
    failed: dict[tuple[str, str], list[tuple[Policy, str]]] = {}
    for policy, urn, (violation, proven) in outcome_rows:
        if not violation.failed:
            yield policy, urn, (violation, proven)
            continue
        failed.setdefault((policy.id, violation.message), []).append((policy, urn))
    for (_, message), places in failed.items():
        more = f" (on {len(places)} resources)" if len(places) > 1 else ""
        policy, urn = places[0]
        yield policy, urn, (Violation("", f"{message}{more}"), True)


def _catalogue(
    stack: DeclaredStack, config: PolicyConfig
) -> Iterator[tuple[Policy, str, tuple[Violation, bool]]]:
    for policy in POLICIES:
        if config.level(policy, stack.facts) is not EnforcementLevel.DISABLED:
            for urn, outcome in _all(policy, stack, config.of(policy)):
                yield policy, urn, outcome


def _all(
    policy: Policy, stack: DeclaredStack, settings: PolicySettings
) -> Iterator[tuple[str, tuple[Violation, bool]]]:
    for resource in stack.resources:
        for result in over_resource(policy, resource, settings):
            yield resource.urn, result
    for result in over_stack(policy, stack, settings):
        yield "", result
