"""Node pools: what each field allows and which fields go together; for inline pools and for AgentPool."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.laws import Law
from azsandbox.services.containerservice.laws.nodes import node_laws

_WINDOWS_IMAGES = ("Windows2019", "Windows2022", "Windows2025")
_LINUX_IMAGES = (
    "Ubuntu",
    "Ubuntu2204",
    "Ubuntu2404",
    "AzureLinux",
    "AzureLinux3",
    "CBLMariner",
    "Mariner",
    "AzureContainerLinux",
    "AzureLinuxOSGuard",
    "flatcar",
)
_TAINT = (
    r"([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?"
    r"(=([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?)?:(NoSchedule|PreferNoSchedule|NoExecute)"
)
_COUNT_OR_PERCENT = r"\d+%?"


def pool_laws(within: str = "") -> tuple[Law, ...]:
    """The laws of pools in `agentPoolProfiles[]`, or of a pool that is a resource of its own."""
    return (*_scaling(within), *_images(within), *_network(within), *node_laws(within))


def _at(within: str, path: str) -> str:
    return f"{within}.{path}" if within else path


def _scaling(within: str) -> tuple[Law, ...]:
    return (
        laws.Between(path=_at(within, "count"), least=0, most=1000, source="AKS REST specification"),
        laws.Between(path=_at(within, "minCount"), least=0, most=1000, source="Azure CLI, aks create"),
        laws.Between(path=_at(within, "maxCount"), least=0, most=1000, source="Azure CLI, aks create"),
        laws.Between(
            path=_at(within, "maxPods"), least=10, most=250, source="AKS, IP address planning, maximum pods"
        ),
        laws.Between(
            path=_at(within, "osDiskSizeGB"),
            least=30,
            most=2048,
            also=(0,),
            source="Azure CLI, aks create --node-osdisk-size",
        ),
        laws.Feature(
            within=within,
            path="scaleSetEvictionPolicy",
            only_with="scaleSetPriority",
            among=("Spot",),
            default="Regular",
            source="AKS REST specification",
        ),
        laws.Feature(
            within=within,
            path="upgradeSettings.maxSurge",
            only_with="scaleSetPriority",
            among=("Regular",),
            default="Regular",
            source="AKS, spot node pools can't surge; azurerm node pool",
        ),
        laws.Feature(
            within=within,
            path="upgradeSettings.maxUnavailable",
            only_with="scaleSetPriority",
            among=("Regular",),
            default="Regular",
            source="AKS, spot node pools; azurerm node pool",
        ),
        laws.Conflicts(
            within=within,
            when="mode",
            values=("System",),
            excludes="scaleSetPriority",
            excluded=("Spot",),
            source="AKS, use-system-pools: spot pools are user pools",
        ),
        laws.Matches(
            path=_at(within, "upgradeSettings.maxSurge"),
            pattern=_COUNT_OR_PERCENT,
            description="a number of nodes such as 1, or a percentage such as 33%",
            source="AKS REST specification",
        ),
        laws.Matches(
            path=_at(within, "upgradeSettings.maxUnavailable"),
            pattern=_COUNT_OR_PERCENT,
            description="a number of nodes such as 1, or a percentage such as 5%",
            source="AKS REST specification",
        ),
        laws.Conflicts(
            within=within,
            when="scaleDownMode",
            values=("Deallocate",),
            excludes="osDiskType",
            excluded=("Ephemeral",),
            source="AKS, scale-down-mode",
        ),
        *_gateways(within),
    )


def _gateways(within: str) -> tuple[Law, ...]:
    source = "AKS, configure-static-egress-gateway"
    return (
        laws.Feature(
            within=within, path="gatewayProfile", only_with="mode", among=("Gateway",), source=source
        ),
        laws.Conflicts(
            within=within,
            when="mode",
            values=("Gateway",),
            excludes="enableAutoScaling",
            excluded=(True,),
            source=source,
        ),
        laws.Conflicts(
            within=within,
            when="mode",
            values=("Gateway",),
            excludes="osType",
            excluded=("Windows",),
            source=source,
        ),
    )


def _images(within: str) -> tuple[Law, ...]:
    def linux_only(path: str, source: str) -> Law:
        return laws.Feature(
            within=within, path=path, only_with="osType", among=("Linux",), default="Linux", source=source
        )

    return (
        laws.Conflicts(
            within=within,
            when="mode",
            values=("System",),
            excludes="osType",
            excluded=("Windows",),
            source="AKS, use-system-pools",
        ),
        laws.Feature(
            within=within,
            path="osSKU",
            values=_WINDOWS_IMAGES,
            only_with="osType",
            among=("Windows",),
            default="Linux",
            source="Azure CLI, aks nodepool add --os-sku",
        ),
        laws.Feature(
            within=within,
            path="osSKU",
            values=_LINUX_IMAGES,
            only_with="osType",
            among=("Linux",),
            default="Linux",
            source="Azure CLI, aks nodepool add --os-sku",
        ),
        linux_only("messageOfTheDay", "AKS REST specification"),
        linux_only("linuxOSConfig", "azurerm node pool"),
        linux_only("securityProfile.enableVTPM", "AKS, use-trusted-launch"),
        linux_only("securityProfile.enableSecureBoot", "AKS, use-trusted-launch"),
        laws.Feature(
            within=within,
            path="windowsProfile.disableOutboundNat",
            only_with="osType",
            among=("Windows",),
            default="Linux",
            source="Azure CLI, aks nodepool add",
        ),
        laws.Feature(
            within=within,
            path="workloadRuntime",
            values=("KataVmIsolation",),
            only_with="osSKU",
            among=("AzureLinux", "AzureLinux3", "CBLMariner"),
            default="Ubuntu",
            source="AKS, use-pod-sandboxing",
        ),
        laws.Feature(
            within=within,
            path="virtualMachinesProfile",
            only_with="type",
            among=("VirtualMachines",),
            default="VirtualMachineScaleSets",
            source="AKS, virtual-machines-node-pools",
        ),
        laws.Feature(
            within=within,
            path="availabilityZones",
            only_with="type",
            among=("VirtualMachineScaleSets",),
            default="VirtualMachineScaleSets",
            source="AKS REST specification",
        ),
        laws.Matches(
            path=_at(within, "availabilityZones[]"),
            pattern="[123]",
            description="a zone: 1, 2 or 3",
            source="AKS, availability zones",
        ),
        laws.Unique(path=_at(within, "availabilityZones"), by=(), source="AKS, availability zones"),
    )


def _network(within: str) -> tuple[Law, ...]:
    return (
        laws.Needs(
            within=within,
            when="podIPAllocationMode",
            needs=("podSubnetID",),
            source="AKS REST specification",
        ),
        laws.Needs(
            within=within,
            when="podSubnetID",
            needs=("vnetSubnetID",),
            source="AKS, Azure CNI pod subnet",
        ),
        laws.Feature(
            within=within,
            path="nodePublicIPPrefixID",
            only_with="enableNodePublicIP",
            among=(True,),
            default=False,
            source="azurerm node pool",
        ),
        laws.Ordered(
            within=_at(within, "networkProfile.allowedHostPorts[]"),
            low="portStart",
            high="portEnd",
            source="AKS REST specification",
        ),
        laws.Needs(
            within=_at(within, "networkProfile"),
            when="applicationSecurityGroups",
            needs=("allowedHostPorts",),
            source="Azure CLI, aks nodepool add --asg-ids",
        ),
        laws.Matches(
            path=_at(within, "nodeTaints[]"),
            pattern=_TAINT,
            description="a taint key=value:effect with the effect NoSchedule, PreferNoSchedule or NoExecute",
            source="Azure CLI, aks nodepool add --node-taints",
        ),
        laws.Unique(path=_at(within, "nodeTaints"), by=(), source="Kubernetes, taints and tolerations"),
        laws.Matches(
            path=_at(within, "orchestratorVersion"),
            pattern=r"(1\.\d+(\.\d+)?)?",  # "" is not a version, as the specification's examples write it
            description="a Kubernetes version such as 1.34 or 1.34.2",
            source="AKS, supported-kubernetes-versions",
        ),
    )
