"""What a run knows about its stack: from the config, else from tags, else from the stack's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from roastery.policies import tokens as t
from roastery.policies.model import Facts, Resource
from roastery.policies.rules.conventions import REQUIRED
from roastery.policies.values import Unproven


def from_config(
    stack: str, config: Mapping[str, str], tags: Mapping[str, str], *, project: str, preview: bool = False
) -> Facts:
    """From the stack's config: `<project>:environment` and what the required tags are made of.

    Other namespaces are their providers': `azure-native:environment` names a cloud.
    """
    own = f"{project}:"
    short = {key.removeprefix(own): value for key, value in config.items() if key.startswith(own)}
    known = {name: short[name.replace("-", "_")] for name in REQUIRED if name.replace("-", "_") in short}
    environment = short.get("environment") or tags.get("environment") or short_name(stack)
    return Facts(
        stack=short_name(stack),
        environment=environment,
        tags={**known, "managed-by": "pulumi"} if known else {},
        preview=preview,
    )


def from_resources(stack: str, resources: Iterable[Resource]) -> Facts:
    """From the tags of resource groups, where there is no config: a state of somebody else's."""
    for group in resources:
        if group.type == t.GROUP:
            try:
                environment = group.get("tags.environment")
            except Unproven:
                continue
            if isinstance(environment, str) and environment:
                return Facts(stack=short_name(stack), environment=environment)
    return Facts(stack=short_name(stack), environment=short_name(stack))


def short_name(stack: str) -> str:
    return stack.rpartition("/")[2]


def stack_of(urn: str) -> str:
    return urn.split(":")[2] if urn.startswith("urn:pulumi:") else ""
