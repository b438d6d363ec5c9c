"""Names and tags: what identifies the owner of a resource on a bill or in an alert."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from roastery.naming import KINDS
from roastery.policies import tokens as t
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    StackFacts,
    Violation,
)

REQUIRED = ("workload", "environment", "owner", "cost-centre", "managed-by")
_TAGGED = (
    t.ADDRESS,
    t.AKS,
    t.ENDPOINT,
    t.EVENT_HUBS,
    t.EVENT_TOPIC,
    t.GROUP,
    t.INSIGHTS,
    t.LINK_SCOPE,
    t.LOGS,
    t.MACHINE,
    t.MACHINES,
    t.ML_ENDPOINT,
    t.ML_WORKSPACE,
    t.NETWORK,
    t.NIC,
    t.REGISTRY,
    t.SECURITY_GROUP,
    t.STORAGE,
    t.VAULT,
    t.ZONE,
    "azure-native:managedidentity:UserAssignedIdentity",
    "azure-native:monitor:ActionGroup",
    "azure-native:monitor:MetricAlert",
    "azure-native:monitor:ScheduledQueryRule",
    "azure-native:network:BastionHost",
    "azure-native:network:NatGateway",
)
# The property that holds the name, and the kinds that it may be of.
_NAMED: dict[str, tuple[str, tuple[str, ...]]] = {
    t.AKS: ("resourceName", ("kubernetes cluster",)),
    t.ENDPOINT: ("privateEndpointName", ("private endpoint",)),
    t.GROUP: ("resourceGroupName", ("resource group",)),
    t.LOGS: ("workspaceName", ("log analytics workspace",)),
    t.ML_WORKSPACE: ("workspaceName", ("machine learning workspace",)),
    t.NETWORK: ("virtualNetworkName", ("virtual network",)),
    t.REGISTRY: ("registryName", ("container registry",)),
    t.SECURITY_GROUP: ("networkSecurityGroupName", ("network security group",)),
    t.STORAGE: ("accountName", ("storage account", "data lake")),
    t.VAULT: ("vaultName", ("key vault",)),
}


def _tags(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    tags = resource.get("tags", {})
    missing = [name for name in settings["tags"] if not tags.get(name)]
    if missing:
        yield Violation("tags", f"lacks {', '.join(missing)}")


def _add_tags(
    resource: DeclaredResource, settings: PolicySettings, facts: StackFacts
) -> Mapping[str, Any] | None:
    """The missing tags that the stack's config has; tags of the program take precedence."""
    tags: dict[str, Any] = dict(resource.get("tags", {}))
    missing = {
        name: facts.tags[name] for name in settings["tags"] if not tags.get(name) and name in facts.tags
    }
    return {"tags": tags | missing} if missing else None


def _name(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    path, kinds = _NAMED[resource.type]
    name = str(resource.get(path, ""))
    if not any(_follows(name, kind) for kind in kinds):
        starts = " or ".join(KINDS[kind].abbreviation for kind in kinds)
        yield Violation(
            path, f"is {name!r}, which does not start with {starts} or breaks the naming rule of the service"
        )


def _follows(name: str, kind: str) -> bool:
    rule = KINDS[kind]
    start = rule.abbreviation if rule.squeezed else f"{rule.abbreviation}-"
    return name.startswith(start) and len(name) <= rule.limit and bool(re.fullmatch(rule.pattern, name))


POLICIES = (
    Policy(
        id="required-tags",
        title="Resources have the required tags",
        reason="Every bill, alert and incident needs an owner.",
        fix="Use the stack's tags; the pack adds missing ones that the stack's config has.",
        severity=Severity.LOW,
        dev=EnforcementLevel.REMEDIATE,
        prod=EnforcementLevel.REMEDIATE,
        ids=("MCSB AM-1",),
        types=_TAGGED,
        check=_tags,
        remedy=_add_tags,
        config={"tags": {"type": "array", "items": {"type": "string"}, "default": list(REQUIRED)}},
    ),
    Policy(
        id="name-convention",
        title="Names start with the Cloud Adoption Framework's abbreviation",
        reason="A name that states the resource type helps to avoid deleting the wrong resource.",
        fix="Compose names with roastery.naming.",
        severity=Severity.LOW,
        dev=EnforcementLevel.ADVISORY,
        prod=EnforcementLevel.MANDATORY,
        types=tuple(_NAMED),
        check=_name,
    ),
)
