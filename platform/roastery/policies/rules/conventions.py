"""Names and tags: what a bill, an alert or a stranger needs to find the owner."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from roastery.naming import KINDS
from roastery.policies import tokens as t
from roastery.policies.model import Facts, Level, Policy, Problem, Resource, Settings, Severity

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


def _tags(resource: Resource, settings: Settings) -> Iterator[Problem]:
    tags = resource.get("tags", {})
    missing = [name for name in settings["tags"] if not tags.get(name)]
    if missing:
        yield Problem("tags", f"lacks {', '.join(missing)}")


def _add_tags(resource: Resource, settings: Settings, facts: Facts) -> Mapping[str, Any] | None:
    """Tags that the stack's config knows; those of the program win."""
    tags: dict[str, Any] = dict(resource.get("tags", {}))
    found = {name: facts.tags[name] for name in settings["tags"] if not tags.get(name) and name in facts.tags}
    return {"tags": tags | found} if found else None


def _name(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    path, kinds = _NAMED[resource.type]
    name = str(resource.get(path, ""))
    if not any(_follows(name, kind) for kind in kinds):
        starts = " or ".join(KINDS[kind].abbreviation for kind in kinds)
        yield Problem(path, f"is {name!r}, which does not start with {starts} or breaks the service's rule")


def _follows(name: str, kind: str) -> bool:
    rule = KINDS[kind]
    start = rule.abbreviation if rule.squeezed else f"{rule.abbreviation}-"
    return name.startswith(start) and len(name) <= rule.limit and bool(re.fullmatch(rule.pattern, name))


POLICIES = (
    Policy(
        id="required-tags",
        title="Everything that takes tags says whose it is",
        reason="An alert, a bill or an incident at night needs an owner.",
        fix="Use the stack's tags; the pack adds those that the stack's config knows.",
        severity=Severity.LOW,
        dev=Level.REMEDIATE,
        prod=Level.REMEDIATE,
        ids=("MCSB AM-1",),
        types=_TAGGED,
        check=_tags,
        remedy=_add_tags,
        config={"tags": {"type": "array", "items": {"type": "string"}, "default": list(REQUIRED)}},
    ),
    Policy(
        id="name-convention",
        title="Names start with the Cloud Adoption Framework's abbreviation",
        reason="A name that says what a thing is prevents the wrong thing from being deleted.",
        fix="Compose names with roastery.naming.",
        severity=Severity.LOW,
        dev=Level.ADVISORY,
        prod=Level.MANDATORY,
        types=tuple(_NAMED),
        check=_name,
    ),
)
