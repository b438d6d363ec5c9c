"""What AKS fills in where a request says nothing, as recordings of 2025 and 2026 answer it."""

from __future__ import annotations

from typing import Any

_POOL: dict[str, Any] = {
    "enableAutoScaling": False,
    "enableFIPS": False,
    "enableNodePublicIP": False,
    "kubeletDiskType": "OS",
    "osDiskSizeGB": 128,
    "osType": "Linux",
    "powerState": {"code": "Running"},
    "provisioningState": "Succeeded",
    "scaleDownMode": "Delete",
}
AGENT_POOL: dict[str, Any] = _POOL
MANAGED_CLUSTER: dict[str, Any] = {
    **{f"agentPoolProfiles[].{name}": value for name, value in _POOL.items()},
    "agentPoolProfiles[].type": "VirtualMachineScaleSets",
    "agentPoolProfiles[].upgradeSettings.maxSurge": "10%",
    "agentPoolProfiles[].upgradeSettings.maxUnavailable": "0",
    "autoUpgradeProfile.nodeOSUpgradeChannel": "NodeImage",
    "bootstrapProfile.artifactSource": "Direct",
    "enableRBAC": True,
    "metricsProfile.costAnalysis.enabled": False,
    "networkProfile.dnsServiceIP": "10.0.0.10",
    "networkProfile.ipFamilies": ["IPv4"],
    "networkProfile.loadBalancerSku": "standard",
    "networkProfile.outboundType": "loadBalancer",
    "networkProfile.serviceCidr": "10.0.0.0/16",
    "nodeProvisioningProfile.mode": "Manual",
    "sku.name": "Base",
    "sku.tier": "Free",
    "storageProfile.diskCSIDriver.enabled": True,
    "storageProfile.fileCSIDriver.enabled": True,
    "storageProfile.snapshotController.enabled": True,
    "supportPlan": "KubernetesOfficial",
}
