"""Resources as a program declares them, and the policies that have a finding on them."""

from __future__ import annotations

from typing import Any

from roastery.policies.evaluate import evaluate
from roastery.policies.kinds import plain_type
from roastery.policies.model import DeclaredResource, DeclaredStack, StackFacts
from roastery.policies.values import decode

OWN = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers"


def declare(kind: str, name: str = "it", /, **inputs: Any) -> DeclaredResource:
    return DeclaredResource(
        urn=f"urn:pulumi:prod::p::{kind}::{name}",
        type=plain_type(kind),
        inputs=decode(inputs),
        id=f"{OWN}/x/{name}",
    )


def findings_of(*resources: DeclaredResource, environment: str = "prod") -> set[str]:
    """Policies with a finding on these resources."""
    facts = StackFacts(stack=environment, environment=environment)
    return {finding.policy.id for finding in evaluate(DeclaredStack(resources, facts)).findings}
