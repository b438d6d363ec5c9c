"""What is known about a stack: from its config, else from tags, else from its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource, StackFacts
from roastery.policies.rules.conventions import REQUIRED
from roastery.policies.values import UnprovenError


def from_config(
    stack: str, config: Mapping[str, str], tags: Mapping[str, str], *, project: str, preview: bool = False
) -> StackFacts:
    """From the stack's config: `<project>:environment` and the values of the required tags.

    Keys of other namespaces belong to providers: `azure-native:environment` names a cloud.
    """
    own = f"{project}:"
    short = {key.removeprefix(own): value for key, value in config.items() if key.startswith(own)}
    known = {name: short[name.replace("-", "_")] for name in REQUIRED if name.replace("-", "_") in short}
    environment = short.get("environment") or tags.get("environment") or short_name(stack)
    return StackFacts(
        stack=short_name(stack),
        environment=environment,
        tags={**known, "managed-by": "pulumi"} if known else {},
        preview=preview,
    )


def from_resources(stack: str, resources: Iterable[DeclaredResource]) -> StackFacts:
    """From the tags of resource groups, for a state without its config."""
    for group in resources:
        if group.type == t.GROUP:
            try:
                environment = group.get("tags.environment")
            except UnprovenError:
                continue
            if isinstance(environment, str) and environment:
                return StackFacts(stack=short_name(stack), environment=environment)
    return StackFacts(stack=short_name(stack), environment=short_name(stack))


def short_name(stack: str) -> str:
    return stack.rpartition("/")[2]


def stack_of(urn: str) -> str:
    return urn.split(":")[2] if urn.startswith("urn:pulumi:") else ""
