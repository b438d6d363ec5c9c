"""Whether a state is whole: what a half-made stack lacks is nobody's violation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from roastery.policies.model import (
    STACK,
    DeclaredResource,
    EnforcementLevel,
    Policy,
    Severity,
    Violation,
)

COMPLETE = Policy(
    id="stack-complete",
    title="The state is that of a whole stack",
    reason="What an interrupted update has not made yet looks as if the program lacked it.",
    fix="Finish the update (pulumi refresh, then pulumi up), export the state again, and repeat the check.",
    severity=Severity.HIGH,
    dev=EnforcementLevel.MANDATORY,
    prod=EnforcementLevel.MANDATORY,
)
_SHOWN = 3
_OWN = "roastery:"


def of_deployment(deployment: Mapping[str, Any], resources: Sequence[DeclaredResource]) -> list[str]:
    """Signs in a state: pending operations, resources that failed to start, and names of absent resources."""
    reasons: list[str] = []
    pending = cast("list[dict[str, Any]]", deployment.get("pending_operations") or [])
    if pending:
        names = [f"{entry.get('type', '?')} {_name(_urn(entry))}" for entry in pending]
        reasons.append(f"{len(pending)} pending operations ({_shown(names)})")
    entries = cast("list[dict[str, Any]]", deployment.get("resources") or [])
    failed = [_name(str(entry.get("urn", ""))) for entry in entries if entry.get("initErrors")]
    if failed:
        reasons.append(f"{len(failed)} resources have not started ({_shown(failed)})")
    # A resource that is replaced, or was read only, is in the state too, though no rule judges it.
    present = {str(entry.get("urn", "")) for entry in entries}
    absent = sorted(_named(resources) - present)
    if absent:
        names = [_name(urn) for urn in absent]
        reasons.append(f"{len(absent)} resources that others depend on are absent ({_shown(names)})")
    own = any(str(entry.get("type", "")).startswith(_OWN) for entry in entries)
    unended = [_name(str(entry.get("urn", ""))) for entry in entries if own and _unended(entry)]
    if unended:
        reasons.append(f"{len(unended)} components of the program have not ended ({_shown(unended)})")
    if not any(resource.type == STACK for resource in resources):
        reasons.append("the stack's own resource is absent")
    return reasons


def _unended(entry: Mapping[str, Any]) -> bool:
    """A component of this program registers its outputs last, and the stack exports them at the end.

    Other programs need not have outputs.
    """
    type_ = str(entry.get("type", ""))
    return (type_ == STACK or type_.startswith(_OWN)) and not entry.get("outputs")


def of_program(resources: Sequence[DeclaredResource], declared: Collection[str]) -> list[str]:
    """What the program declares and the state lacks, by URN."""
    present = {resource.urn for resource in resources}
    absent = sorted(set(declared) - present)
    if not absent:
        return []
    names = _shown([_name(urn) for urn in absent])
    count = f"{len(absent)} of {len(set(declared))} resources that the program declares are absent"
    return [f"{count} ({names})"]


def violations(incomplete: Sequence[str]) -> list[tuple[Policy, Violation]]:
    """The finding of a half-made stack; none for a whole one."""
    text = f"the stack is half-made: {'; '.join(incomplete)}"
    return [(COMPLETE, Violation("", text))] if incomplete else []


def excuses(policy: Policy) -> bool:
    """Whether a half-made stack leaves a policy unproven: it is about all resources of the stack."""
    return policy.check is None and policy.id != COMPLETE.id


def _named(resources: Sequence[DeclaredResource]) -> set[str]:
    """URNs of parents and dependencies."""
    named: set[str] = set()
    for resource in resources:
        named.update(filter(None, (resource.parent, *resource.dependencies)))
        for urns in resource.property_dependencies.values():
            named.update(urns)
    return named


def _urn(operation: Mapping[str, Any]) -> str:
    resource = operation.get("resource")
    return str(cast("dict[str, Any]", resource).get("urn", "")) if isinstance(resource, dict) else ""


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _shown(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
