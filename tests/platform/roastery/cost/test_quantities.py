"""What a state is billed for: by meter, at least and at most."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from roastery.cost.model import DAYS, Assumptions, CostError, CostLine
from roastery.cost.quantities import quantities
from roastery.policies.model import DeclaredStack

Declared = Callable[..., DeclaredStack]


def billed(stack: DeclaredStack, **assumed: float) -> dict[tuple[str, str], CostLine]:
    counted = quantities(stack, Assumptions(**assumed))
    return {(line.resource, line.meter.name or line.meter.sku): line for line in counted.lines}


def bounds(line: CostLine) -> tuple[Decimal, Decimal]:
    return line.minimum, line.maximum


@pytest.mark.parametrize(
    ("resource", "meter", "least", "most"),
    [
        ("aks", "Standard Uptime SLA", 730, 730),
        ("aks/system", "Standard_D4s_v5", 3 * 730, 6 * 730),
        ("aks/system", "P10 LRS Disk", 3, 6),
        ("pool-jobs", "Standard_D8s_v5", 0, 20 * 730),
        ("vm-jump", "Standard_D2s_v5", 730, 730),
        ("vm-jump", "P4 LRS Disk", 1, 1),
        ("vmss-agents", "Standard_D2s_v5", 0, 730),
        ("bastion", "Standard Gateway", 730, 730),
        ("nat", "Standard Gateway", 730, 730),
        ("firewall", "Standard Deployment", 730, 730),
        ("firewall", "Standard Data Processed", 100, 100),
        ("pip", "Standard IPv4 Static Public IP", 730, 730),
        ("pep-vault", "Standard Private Endpoint", 730, 730),
        ("pep-vault", "Standard Data Processed - Ingress", 100, 100),
        ("zone", "Private Zone", 1, 1),
        ("st", "Hot GZRS Data Stored", 100, 1000),
        ("kv", "Operations", 100_000, 100_000),
    ],
)
def test_each_resource_has_its_quantities(
    declared: Declared, resource: str, meter: str, least: int, most: int
) -> None:
    assert bounds(billed(declared())[resource, meter]) == (least, most)


def test_a_month_of_a_registry_and_of_logs_is_counted_in_days(declared: Declared) -> None:
    lines = billed(declared(), logs_gb_per_day=2, logs_gb_per_day_most=4)
    assert bounds(lines["cr", "Premium Registry Unit"]) == (DAYS, DAYS)
    assert bounds(lines["log", "Analytics Logs Data Ingestion"]) == (2 * DAYS, 4 * DAYS)


def test_a_daily_quota_is_the_most_that_is_ingested(declared: Declared) -> None:
    capped = ("operationalinsights:Workspace", {"workspaceCapping": {"dailyQuotaGb": 0.5}})
    line = billed(declared(log=capped))["log", "Analytics Logs Data Ingestion"]
    assert bounds(line) == (Decimal("0.5") * DAYS, Decimal("0.5") * DAYS)


@pytest.mark.parametrize(
    ("changes", "absent"),
    [
        ({"aks": ("containerservice:ManagedCluster", {"sku": {"tier": "Free"}})}, "Standard Uptime SLA"),
        ({"bastion": ("network:BastionHost", {"sku": {"name": "Developer"}})}, "Developer Gateway"),
        (
            {
                "pool-jobs": (
                    "containerservice:AgentPool",
                    {"vmSize": "x", "count": 1, "osDiskType": "Ephemeral"},
                )
            },
            "P10 LRS Disk",
        ),
    ],
)
def test_what_is_free_has_no_line(declared: Declared, changes: dict[str, Any], absent: str) -> None:
    (name,) = changes
    assert (name, absent) not in billed(declared(**changes))


def test_a_resource_has_the_region_of_its_own_or_of_the_stack(declared: Declared) -> None:
    assert {line.region for line in billed(declared()).values()} == {"eastus2"}


def test_what_is_billed_by_use_and_not_estimated_is_listed(declared: Declared) -> None:
    assert quantities(declared(), Assumptions()).left_out == ["eventgrid:SystemTopic"]


@pytest.mark.parametrize("setting", ["storage_gb", "storage_gb=x", "storage_gb=-1", "disks=3", "agents=inf"])
def test_an_assumption_that_is_none_is_refused(setting: str) -> None:
    with pytest.raises(CostError, match=r"is not a valid assumption .*storage_gb"):
        Assumptions.of([setting])


def test_assumptions_are_set_by_name() -> None:
    assert Assumptions.of(["agents=3", "storage_gb=7"]) == Assumptions(agents=3, storage_gb=7)
