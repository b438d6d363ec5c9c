"""Values that Azure takes and the SDK's lists do not hold yet: the one reviewed list of exceptions.

A value outside a published list is an error. Where Azure is known to take more, the entry here says which
values (a regular expression) and how that is known. Its key is `<module>:<type>.<property>`, as the refusal
names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FILE = "azsandbox/schema/specifications/newer.py"


@dataclass(frozen=True)
class Exemption:
    """What is taken beyond the list, and the grounds."""

    pattern: str
    reason: str

    def takes(self, value: str) -> bool:
        return re.fullmatch(self.pattern, value) is not None


_STREAMS = Exemption(
    r"(Microsoft|Custom)-[A-Za-z0-9-]+(_CL)?",
    "learn.microsoft.com/azure/azure-monitor/essentials/data-collection-rule-structure: streams are tables, "
    "custom ones start with Custom-",
)
_NODE_IMAGES = Exemption(
    r"AzureContainerLinux|Ubuntu2204|Ubuntu2404|WindowsAnnual|Windows2025",
    "recorded by azure-service-operator on 2026-09-18 (AzureContainerLinux); AKS release notes (others)",
)
_VM_SIZES = Exemption(
    r"(?i:(standard|basic)_[a-z]+\d+[a-z0-9_-]*)",
    "the specification's list ends with the sizes of 2018: learn.microsoft.com/azure/virtual-machines/sizes",
)
_API_DATES = Exemption(
    r"20\d\d-\d\d-\d\d", "an API version of Microsoft.Network, of which there is a newer one a month"
)
_DISKS = Exemption(r"PremiumV2_LRS", "learn.microsoft.com/azure/virtual-machines/disks-types")
_STANDARD_V2 = Exemption(
    r"StandardV2", "learn.microsoft.com/azure/nat-gateway/nat-overview: SKU StandardV2, 2025"
)

EXEMPTIONS: dict[str, Exemption] = {
    "compute:HardwareProfile.vmSize": _VM_SIZES,
    "compute:ManagedDiskParameters.storageAccountType": _DISKS,
    "compute:VirtualMachineScaleSetManagedDiskParameters.storageAccountType": _DISKS,
    "compute:SecurityProfile.securityType": Exemption(
        r"Standard", "the property's own description: Standard, the default from API version 2025-11-01"
    ),
    "compute:NetworkProfile.networkApiVersion": _API_DATES,
    "compute:VirtualMachineScaleSetNetworkProfile.networkApiVersion": _API_DATES,
    "containerservice:AgentPool.osSKU": _NODE_IMAGES,
    "containerservice:ManagedClusterAgentPoolProfile.osSKU": _NODE_IMAGES,
    "containerservice:ManagedClusterSKU.name": Exemption(
        r"Basic", "the specification's own examples, up to 2025-09-01; the name of Base before 2023"
    ),
    "monitor:DataCollectionRule.kind": Exemption(
        r"WorkspaceTransforms|AgentDirectToStore|AgentSettings|Direct|PlatformTelemetry",
        "learn.microsoft.com/azure/azure-monitor/essentials/data-collection-rule-structure",
    ),
    "monitor:DataFlow.streams": _STREAMS,
    "monitor:ExtensionDataSource.streams": _STREAMS,
    "monitor:PerfCounterDataSource.streams": _STREAMS,
    "monitor:SyslogDataSource.streams": _STREAMS,
    "monitor:WindowsEventLogDataSource.streams": _STREAMS,
    "network:NatGatewaySku.name": _STANDARD_V2,
    "network:PublicIPAddressSku.name": _STANDARD_V2,
    "network:PublicIPPrefixSku.name": _STANDARD_V2,
    "storage:NetworkRuleSet.bypass": Exemption(
        r"[A-Za-z]+( ?, ?[A-Za-z]+)*",
        "the REST specification: any combination, with commas; the rules of storage check its parts",
    ),
}


def takes(name: str, value: str) -> bool:
    """Whether that property is known to take the value although no list holds it."""
    exemption = EXEMPTIONS.get(name)
    return exemption is not None and exemption.takes(value)
