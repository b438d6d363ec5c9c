"""What each resource of a state is billed for in a month.

Names of services, meters and SKUs are those of the retail price API, as infracost's resource files use them
(github.com/infracost/infracost, internal/resources/azure and internal/providers/terraform/azure).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from roastery.cost.compute import agents, cluster, machine, node_pool
from roastery.cost.free import NO_CHARGE
from roastery.cost.model import DAYS, HOURS, Assumptions, CostLine, Meter, Quantities
from roastery.policies.model import DeclaredResource, DeclaredStack

Handler = Callable[[DeclaredResource, str, Assumptions], Iterator[CostLine]]
_ASSUMED = "assumed"
_GLOBAL = "global"


def quantities(stack: DeclaredStack, assumptions: Assumptions) -> Quantities:
    """The quantities of all resources of a state, in the order of the state."""
    region = _region(stack)
    lines: list[CostLine] = []
    left_out: set[str] = set()
    for resource in stack.resources:
        handler = HANDLERS.get(resource.type)
        if handler:
            lines += handler(resource, _location(resource) or region, assumptions)
        elif resource.type.startswith("azure-native:") and resource.type not in NO_CHARGE:
            left_out.add(resource.type.removeprefix("azure-native:"))
    return Quantities(
        stack=stack.facts.stack, lines=lines, assumptions=assumptions, left_out=sorted(left_out)
    )


def _region(stack: DeclaredStack) -> str:
    return next((location for each in stack.resources if (location := _location(each))), "")


def _location(resource: DeclaredResource) -> str:
    location = str(resource.inputs.get("location") or resource.outputs.get("location") or "")
    location = location.replace(" ", "").lower()
    return "" if location == _GLOBAL else location


def _fixed(
    resource: DeclaredResource, region: str, meter: Meter, quantity: Decimal | int, note: str = ""
) -> CostLine:
    amount = Decimal(quantity)
    return CostLine(
        resource=resource.name, meter=meter, region=region, minimum=amount, maximum=amount, note=note
    )


def _sku(resource: DeclaredResource, default: str, key: str = "name") -> str:
    sku: Any = resource.inputs.get("sku")
    return str(sku.get(key) or default) if isinstance(sku, Mapping) else default


def _bastion(resource: DeclaredResource, region: str, _: Assumptions) -> Iterator[CostLine]:
    sku = _sku(resource, "Basic")
    if sku != "Developer":  # which is free
        meter = Meter(service="Azure Bastion", name=f"{sku} Gateway", sku=sku, unit="Hour")
        yield _fixed(resource, region, meter, HOURS)


def _nat(resource: DeclaredResource, region: str, assumed: Assumptions) -> Iterator[CostLine]:
    service = {"service": "NAT Gateway", "sku": "Standard"}
    yield _fixed(resource, region, Meter(**service, name="Standard Gateway", unit="Hour"), HOURS)
    data = Meter(**service, name="Standard Data Processed", unit="GB")
    yield _fixed(resource, region, data, Decimal(str(assumed.egress_gb)), _ASSUMED)


def _firewall(resource: DeclaredResource, region: str, assumed: Assumptions) -> Iterator[CostLine]:
    tier = _sku(resource, "Standard", "tier")
    service = {"service": "Azure Firewall", "sku": tier}
    yield _fixed(resource, region, Meter(**service, name=f"{tier} Deployment", unit="Hour"), HOURS)
    data = Meter(**service, name=f"{tier} Data Processed", unit="GB")
    yield _fixed(resource, region, data, Decimal(str(assumed.egress_gb)), _ASSUMED)


def _endpoint(resource: DeclaredResource, region: str, assumed: Assumptions) -> Iterator[CostLine]:
    service = {"service": "Virtual Network", "sku": "Standard", "product": "Virtual Network Private Link"}
    yield _fixed(resource, region, Meter(**service, name="Standard Private Endpoint", unit="Hour"), HOURS)
    for direction in ("Ingress", "Egress"):
        data = Meter(**service, name=f"Standard Data Processed - {direction}", unit="GB")
        yield _fixed(resource, region, data, Decimal(str(assumed.endpoint_gb)), _ASSUMED)


def _address(resource: DeclaredResource, region: str, _: Assumptions) -> Iterator[CostLine]:
    sku = _sku(resource, "Basic")
    allocation = str(resource.inputs.get("publicIPAllocationMethod") or "Dynamic")
    name = f"{sku} IPv4 {allocation} Public IP"
    meter = Meter(service="Virtual Network", name=name, sku=sku, unit="Hour", product="IP Addresses")
    yield _fixed(resource, region, meter, HOURS)


def _zone(resource: DeclaredResource, region: str, _: Assumptions) -> Iterator[CostLine]:
    meter = Meter(service="Azure DNS", name="Private Zone", sku="Private", unit="Month")
    yield _fixed(resource, region, meter, 1)


def _registry(resource: DeclaredResource, region: str, _: Assumptions) -> Iterator[CostLine]:
    sku = _sku(resource, "Basic")
    meter = Meter(service="Container Registry", name=f"{sku} Registry Unit", sku=sku, unit="Day")
    yield _fixed(resource, region, meter, DAYS)


def _storage(resource: DeclaredResource, region: str, assumed: Assumptions) -> Iterator[CostLine]:
    redundancy = _sku(resource, "Standard_LRS").partition("_")[2]
    sku = f"{resource.inputs.get('accessTier') or 'Hot'} {redundancy}"
    hierarchical = resource.inputs.get("isHnsEnabled") is True
    product = "General Block Blob v2 Hierarchical Namespace" if hierarchical else "General Block Blob v2"
    meter = Meter(service="Storage", name=f"{sku} Data Stored", sku=sku, unit="GB/Month", product=product)
    yield CostLine(
        resource=resource.name,
        meter=meter,
        region=region,
        minimum=Decimal(str(assumed.storage_gb)),
        maximum=Decimal(str(max(assumed.storage_gb, assumed.storage_gb_most))),
        note=f"{_ASSUMED}; without operations",
    )


def _logs(resource: DeclaredResource, region: str, assumed: Assumptions) -> Iterator[CostLine]:
    capping: Any = resource.inputs.get("workspaceCapping")
    quota = float(capping.get("dailyQuotaGb") or 0) if isinstance(capping, Mapping) else 0
    least = min(assumed.logs_gb_per_day, quota) if quota > 0 else assumed.logs_gb_per_day
    most = quota if quota > 0 else max(assumed.logs_gb_per_day, assumed.logs_gb_per_day_most)
    sku = "Analytics Logs"
    yield CostLine(
        resource=resource.name,
        meter=Meter(service="Log Analytics", name=f"{sku} Data Ingestion", sku=sku, unit="GB"),
        region=region,
        minimum=Decimal(str(least)) * DAYS,
        maximum=Decimal(str(most)) * DAYS,
        note="at most its daily quota" if quota > 0 else f"{_ASSUMED}; no daily quota is set",
    )


def _vault(resource: DeclaredResource, region: str, assumed: Assumptions) -> Iterator[CostLine]:
    sku = str(resource.get("properties.sku.name", "standard")).title()
    meter = Meter(service="Key Vault", name="Operations", sku=sku, unit="")
    yield _fixed(resource, region, meter, Decimal(str(assumed.vault_operations)), _ASSUMED)


HANDLERS: Mapping[str, Handler] = {
    "azure-native:compute:VirtualMachine": machine,
    "azure-native:compute:VirtualMachineScaleSet": agents,
    "azure-native:containerregistry:Registry": _registry,
    "azure-native:containerservice:AgentPool": node_pool,
    "azure-native:containerservice:ManagedCluster": cluster,
    "azure-native:keyvault:Vault": _vault,
    "azure-native:network:AzureFirewall": _firewall,
    "azure-native:network:BastionHost": _bastion,
    "azure-native:network:NatGateway": _nat,
    "azure-native:network:PrivateEndpoint": _endpoint,
    "azure-native:network:PublicIPAddress": _address,
    "azure-native:operationalinsights:Workspace": _logs,
    "azure-native:privatedns:PrivateZone": _zone,
    "azure-native:storage:StorageAccount": _storage,
}
