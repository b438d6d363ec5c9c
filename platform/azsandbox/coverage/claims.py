"""What a type claims: its declared claims, and those of its name, references, replacements and laws."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.evidence import Claim, Evidence
from azsandbox.arm.model import ResourceType


def claims_of(spec: ResourceType) -> Iterator[Claim]:
    """Every claim of a type, in the order of the coverage page."""
    if spec.name:
        yield Claim("name", spec.name.evidence)
    if spec.immutable:
        yield Claim("every change replaces the resource", Evidence.SPECIFICATION)
    for path in spec.replace:
        yield Claim(f"a change of `{path}` replaces the resource", Evidence.SPECIFICATION)
    for reference in spec.references:
        yield Claim(reference.text, Evidence.SPECIFICATION)
    yield from (law.claim for law in spec.laws)
    yield from spec.claims


def key(spec: ResourceType, claim: Claim) -> str:
    """How a case names the claim: `network:Subnet: is /29 or larger`."""
    return f"{spec.token.partition(':')[2]}: {claim.what}"
