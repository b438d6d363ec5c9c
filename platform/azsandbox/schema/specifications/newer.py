"""Values that Azure takes and the SDK's lists do not hold yet: the one reviewed list of exceptions.

A value outside a published list is an error. Where Azure is known to take more, the entry here says which
values (a regular expression) and how that is known. Its key is `<module>:<type>.<property>`, as the refusal
names it. Each reason was looked up on 2026-12-01; `bicep-types` is github.com/Azure/bicep-types-az of
2026-08-20, which is generated from the published specifications.
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
    "learn.microsoft.com/azure/azure-monitor/essentials/data-collection-rule-structure: known data types, or "
    "custom streams, whose names begin with Custom-",
)
_FLOWS = Exemption(
    rf"{_STREAMS.pattern}|[A-Za-z.]+(/[A-Za-z]+)+:[^:]+",
    f"{_STREAMS.reason}; data-collection/metrics-export-structure, there: a type of resource, a colon, and a "
    "metric or Metrics-Group-All",
)
_NODE_IMAGES = Exemption(
    r"AzureContainerLinux|Ubuntu2204|Ubuntu2404|Windows2025",
    "learn.microsoft.com/azure/aks/upgrade-os-version of 2026-08-21: the table of OS SKUs; "
    "azure-service-operator recorded AzureContainerLinux on 2026-09-18",
)
_VM_SIZES = Exemption(
    r"(?i:(standard|basic)_[a-z]+\d+[a-z0-9_-]*)",
    "the specification's list ends with the sizes of 2018: "
    "learn.microsoft.com/azure/virtual-machines/sizes/overview of 2026-03-09 describes the names",
)
_API_DATES = Exemption(
    r"20\d\d-\d\d-\d\d",
    "its description in bicep-types: the API version of Microsoft.Network, whose newer ones the list lacks",
)
_DISKS = Exemption(
    r"PremiumV2_LRS",
    "bicep-types: in the list of storageAccountType in 55 types of Compute; "
    "learn.microsoft.com/azure/virtual-machines/disks-deploy-premium-v2",
)
_STANDARD_V2 = Exemption(
    r"StandardV2",
    "learn.microsoft.com/azure/nat-gateway/nat-sku: gateways, and their addresses and prefixes; "
    "learn.microsoft.com/dotnet/api/azure.resourcemanager.network.models.publicipprefixskuname",
)

EXEMPTIONS: dict[str, Exemption] = {
    "compute:HardwareProfile.vmSize": _VM_SIZES,
    "compute:ManagedDiskParameters.storageAccountType": _DISKS,
    "compute:VirtualMachineScaleSetManagedDiskParameters.storageAccountType": _DISKS,
    "compute:SecurityProfile.securityType": Exemption(
        r"Standard",
        "its description in bicep-types: from 2025-11-01 on, whose list has it, Standard is the answer "
        "unless specified",
    ),
    "compute:NetworkProfile.networkApiVersion": _API_DATES,
    "compute:VirtualMachineScaleSetNetworkProfile.networkApiVersion": _API_DATES,
    "containerservice:AgentPool.osSKU": _NODE_IMAGES,
    "containerservice:ManagedClusterAgentPoolProfile.osSKU": _NODE_IMAGES,
    "containerservice:ManagedClusterSKU.name": Exemption(
        r"Basic",
        "the name of Base until 2022-11-01; bicep-types: the samples of 2026-05-01 still have it",
    ),
    "monitor:DataCollectionRule.kind": Exemption(
        r"WorkspaceTransforms|AgentDirectToStore|AgentSettings|Direct|PlatformTelemetry",
        "learn.microsoft.com/azure/azure-monitor/essentials/data-collection-rule-structure: the kinds; "
        "learn.microsoft.com/azure/azure-monitor/data-collection/metrics-export-structure: PlatformTelemetry",
    ),
    "monitor:DataFlow.streams": _FLOWS,
    "monitor:ExtensionDataSource.streams": _STREAMS,
    "monitor:PerfCounterDataSource.streams": _STREAMS,
    "monitor:SyslogDataSource.streams": _STREAMS,
    "monitor:WindowsEventLogDataSource.streams": _STREAMS,
    "network:NatGatewaySku.name": _STANDARD_V2,
    "network:PublicIPAddressSku.name": _STANDARD_V2,
    "network:PublicIPPrefixSku.name": _STANDARD_V2,
    "storage:NetworkRuleSet.bypass": Exemption(
        r"[A-Za-z]+( ?, ?[A-Za-z]+)*",
        "its description in bicep-types: any combination, such as Logging, Metrics; storage checks the parts",
    ),
}


def takes(name: str, value: str) -> bool:
    """Whether that property is known to take the value although no list holds it."""
    exemption = EXEMPTIONS.get(name)
    return exemption is not None and exemption.takes(value)
