"""Declares every good resource, and in stack `bad` also those with a violation, without an SDK."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import pulumi
from bad import BAD, LEFT_OUT, OUTPUT, REFUSED
from tables import GOOD, PROTECTED, broken, ordered

declared: dict[str, pulumi.CustomResource] = {}


def resolved(value: Any) -> Any:
    """`@name` becomes that resource's id, `!secret` a secret."""
    if isinstance(value, dict):
        return {key: resolved(item) for key, item in value.items()}
    if isinstance(value, list):
        return [resolved(item) for item in value]
    if value == "!secret":
        return pulumi.Output.secret("well-hidden")
    return declared[value[1:]].id if isinstance(value, str) and value.startswith("@") else value


def declare(name: str, kind: str, inputs: dict[str, Any], *, protect: bool) -> None:
    options = pulumi.ResourceOptions(protect=protect or None)
    declared[name] = pulumi.CustomResource(kind, name, resolved(inputs), options)


with_mistakes = pulumi.get_stack() == "bad"
missing = {name for names, _ in LEFT_OUT.values() for name in names} if with_mistakes else set()
for name in ordered():
    if name not in missing:
        declare(name, *GOOD[name], protect=name in PROTECTED)
if with_mistakes:
    for policy in BAD.keys() - REFUSED:
        declare(policy, *broken(policy), protect=policy != "delete-protection")
    for output, value in OUTPUT.values():
        pulumi.export(output, value)
