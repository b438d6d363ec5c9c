"""Cost limits and allowed regions."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator

from roastery.naming import REGIONS
from roastery.policies import tokens as t
from roastery.policies.model import (
    DeclaredResource,
    DeclaredStack,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.values import PropertyNode


def _region(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    if not resource.type.startswith(t.AZURE):
        return
    region = resource.lower_text("location").replace(" ", "")
    allowed = {str(name).replace(" ", "").lower() for name in settings["regions"]}
    if region and region not in {"global", *allowed}:
        yield Violation("location", f"is {region}, must be one of {', '.join(settings['regions'])}")


_POOLS: dict[str, Callable[[DeclaredResource], Iterator[PropertyNode]]] = {
    t.AKS: lambda resource: resource.each("agentPoolProfiles"),
    t.POOL: lambda resource: iter([resource.properties]),
}
_SIZES = {t.MACHINE: "hardwareProfile.vmSize", t.MACHINES: "sku.name"}


def _sizes(resource: DeclaredResource) -> Iterator[tuple[str, str]]:
    if resource.type in _SIZES:
        path = _SIZES[resource.type]
        yield path, str(resource.get(path, ""))
    else:
        for pool in _POOLS[resource.type](resource):
            size_node = pool.at("vmSize")
            yield size_node.path, str(size_node.value or "")


def _size(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    for path, size in _sizes(resource):
        if size and not any(fnmatch.fnmatch(size.lower(), pattern.lower()) for pattern in settings["sizes"]):
            yield Violation(path, f"is {size}, must match one of {', '.join(settings['sizes'])}")


def _bounded(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    most = settings["nodes"]
    for pool in _POOLS[resource.type](resource):
        if pool.get("enableAutoScaling") is not True:
            yield Violation(pool.at("enableAutoScaling").path, "is not true: idle nodes are billed")
        elif pool.get("maxCount", 0) > most:
            yield Violation(pool.at("maxCount").path, f"is {pool.get('maxCount')}, must be at most {most}")


def _budget(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    budgets = [budget for budget in stack.of(t.BUDGET) if budget.get("amount", 0) > 0]
    if not budgets:
        yield Violation("", "has no budget: overspending is noticed only on the invoice")
    for budget in budgets:
        if not list(budget.each("notifications")):
            yield Violation("notifications", "is empty: nobody is notified", budget.urn)


POLICIES = (
    Policy(
        id="allowed-region",
        title="Resources are in allowed regions",
        reason="Law and contracts restrict where data may be stored.",
        fix="Use an allowed region, or add it to this policy's `regions`.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB AM-2",),
        types=("*",),
        check=_region,
        config={"regions": {"type": "array", "items": {"type": "string"}, "default": sorted(REGIONS)}},
    ),
    Policy(
        id="allowed-size",
        title="Virtual machines have an allowed size",
        reason="One forgotten GPU machine can cost more than the rest of the platform.",
        fix="Use a size that matches this policy's `sizes`, or add to them.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB AM-2",),
        types=(t.MACHINE, t.MACHINES, t.AKS, t.POOL),
        check=_size,
        config={
            "sizes": {
                "type": "array",
                "items": {"type": "string"},
                "default": ["Standard_B*", "Standard_D*", "Standard_E*", "Standard_F*"],
            }
        },
    ),
    Policy(
        id="pool-bounded",
        title="Node pools scale automatically, up to a limit",
        reason="Without a limit, a faulty loop that starts pods keeps adding nodes.",
        fix="Enable auto scaling and lower maxCount.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        types=(t.AKS, t.POOL),
        check=_bounded,
        config={"nodes": {"type": "integer", "minimum": 1, "default": 20}},
    ),
    Policy(
        id="budget-present",
        title="The stack has a budget with notifications",
        reason="Overspending is then noticed while it can still be stopped.",
        fix="Add a consumption Budget with notifications.",
        severity=Severity.LOW,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        types=(t.BUDGET,),
        check_stack=_budget,
    ),
)
