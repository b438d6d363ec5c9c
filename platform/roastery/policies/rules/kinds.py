"""Kinds of resources that no rule knows: unproven, never silently right."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from roastery.policies.model import (
    STACK,
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.rules.harmless import HARMLESS
from roastery.policies.rules.nested import opaque

_ABOUT_EVERY_KIND = ("required-tags", "name-convention", "delete-protection")
"""Policies that say nothing about what a kind of resource opens or allows."""


@functools.cache
def judged() -> frozenset[str]:
    """The kinds that a rule judges."""
    from roastery.policies.catalogue import POLICIES as ALL  # noqa: PLC0415 - it lists this module's too

    return frozenset(
        type_
        for policy in ALL
        if policy.id not in _ABOUT_EVERY_KIND
        for type_ in policy.types
        if type_ != "*"
    )


def _unknown(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    type_ = resource.type
    if not resource.custom or type_ == STACK or type_.startswith("pulumi:providers:"):
        return
    known = type_ in judged() or type_ in HARMLESS or type_ in settings["types"]
    if not known and not opaque(type_):  # `nested-template` reports those
        yield Violation("", f"is of type {type_}, which no policy judges: {resource.urn}")


POLICIES = (
    Policy(
        id="kind-unproven",
        title="Every kind of resource is judged by a policy, or reviewed as harmless",
        reason="What a new kind of resource opens or allows is unknown until somebody has looked.",
        fix="Write a policy for the kind, or add it to rules/harmless.py with the reason (docs/policies.md).",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.ADVISORY,
        prod=EnforcementLevel.ADVISORY,
        ids=("MCSB AM-2",),
        types=("*",),
        check=_unknown,
        config={
            "types": {
                "type": "array",
                "items": {"type": "string"},
                "default": [],
                "description": "Further types that a review of this stack found harmless.",
            }
        },
    ),
)
