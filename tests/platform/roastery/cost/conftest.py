"""A small stack's state, and an example of a price list."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from roastery.policies import state
from roastery.policies.model import DeclaredStack

PLATFORM: dict[str, tuple[str, dict[str, Any]]] = {
    "rg": ("resources:ResourceGroup", {"location": "eastus2", "tags": {"environment": "prod"}}),
    "aks": (
        "containerservice:ManagedCluster",
        {
            "location": "eastus2",
            "sku": {"name": "Base", "tier": "Standard"},
            "agentPoolProfiles": [
                {
                    "name": "system",
                    "vmSize": "Standard_D4s_v5",
                    "count": 3,
                    "minCount": 3,
                    "maxCount": 6,
                    "enableAutoScaling": True,
                }
            ],
        },
    ),
    "pool-jobs": (
        "containerservice:AgentPool",
        {"vmSize": "Standard_D8s_v5", "minCount": 0, "maxCount": 20, "enableAutoScaling": True},
    ),
    "vm-jump": (
        "compute:VirtualMachine",
        {"location": "East US 2", "hardwareProfile": {"vmSize": "Standard_D2s_v5"}},
    ),
    "vmss-agents": ("compute:VirtualMachineScaleSet", {"sku": {"name": "Standard_D2s_v5", "capacity": 0}}),
    "bastion": ("network:BastionHost", {"sku": {"name": "Standard"}}),
    "nat": ("network:NatGateway", {"sku": {"name": "Standard"}}),
    "firewall": ("network:AzureFirewall", {"sku": {"name": "AZFW_VNet", "tier": "Standard"}}),
    "pip": (
        "network:PublicIPAddress",
        {"sku": {"name": "Standard"}, "publicIPAllocationMethod": "Static"},
    ),
    "pep-vault": ("network:PrivateEndpoint", {}),
    "zone": ("privatedns:PrivateZone", {"location": "global"}),
    "cr": ("containerregistry:Registry", {"sku": {"name": "Premium"}}),
    "st": ("storage:StorageAccount", {"sku": {"name": "Standard_GZRS"}, "accessTier": "Hot"}),
    "dls": (
        "storage:StorageAccount",
        {"sku": {"name": "Standard_GZRS"}, "accessTier": "Hot", "isHnsEnabled": True},
    ),
    "log": ("operationalinsights:Workspace", {"sku": {"name": "PerGB2018"}}),
    "kv": ("keyvault:Vault", {"properties": {"sku": {"name": "standard"}}}),
    "vnet": ("network:VirtualNetwork", {}),
    "evgt": ("eventgrid:SystemTopic", {}),
}
EXAMPLE = Path(__file__).with_name("example-prices.csv")

Export = Callable[..., dict[str, Any]]


def export_of(**changes: Any) -> dict[str, Any]:
    """An export of the small stack; a resource set to None is left out."""
    resources = [
        {"urn": f"urn:pulumi:prod::roastery::azure-native:{kind}::{name}", "inputs": inputs}
        for name, (kind, inputs) in (PLATFORM | changes).items()
        if (kind, inputs) != ("", {})
    ]
    for each in resources:
        each["type"] = str(each["urn"]).split("::")[2]
    return {"version": 3, "deployment": {"resources": resources}}


@pytest.fixture
def export() -> Export:
    return export_of


@pytest.fixture
def declared() -> Callable[..., DeclaredStack]:
    return lambda **changes: state.parse(export_of(**changes))


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    path = tmp_path / "state.json"
    path.write_text(json.dumps(export_of()))
    return path
