"""Virtual machines, scale sets and their extensions."""

from __future__ import annotations

from azsandbox.arm import identities
from azsandbox.arm.evidence import Evidence, documented, specified
from azsandbox.arm.model import IN_GROUP, NameRule, Reference, ResourceType, Service
from azsandbox.services.compute.rules import (
    host_name_fits,
    scale_set_fits,
    signs_in,
    windows_host_name,
)

_COMPUTE = IN_GROUP + "Microsoft.Compute/"
_MACHINE = NameRule(r"[a-zA-Z0-9]([\w.-]{0,62}\w)?", "1 to 64 letters, digits, _ . -", Evidence.DOCUMENTATION)
_CREATION = (
    *(f"osProfile.{one}" for one in ("computerName", "adminUsername", "adminPassword", "customData")),
    "osProfile.linuxConfiguration.ssh",
    *(f"storageProfile.{one}" for one in ("imageReference", "osDisk.name")),
    "priority",
    "zones",
)

SERVICE = Service(
    name="compute",
    types=(
        ResourceType(
            token="azure-native:compute:VirtualMachine",
            path=_COMPUTE + "virtualMachines/{vmName}",
            name=_MACHINE,
            replace=_CREATION,
            references=(
                Reference("networkProfile.networkInterfaces[].id", ("Microsoft.Network/networkInterfaces",)),
                Reference(
                    "identity.userAssignedIdentities[]", ("Microsoft.ManagedIdentity/userAssignedIdentities",)
                ),
            ),
            early=(host_name_fits, windows_host_name, signs_in),
            outputs=lambda request: {
                "vmId": identities.made_up("machine", request.id),
                "timeCreated": "2026-01-01T00:00:00Z",
            },
            claims=(
                specified("its network interface exists; image, zone, names and keys only at creation"),
                documented(
                    "a Windows host name has at most 15 characters, a Linux one 64; a password or a key"
                ),
            ),
            deviations=("sizes and images are not compared with what a region offers",),
        ),
        ResourceType(
            token="azure-native:compute:VirtualMachineExtension",
            path=_COMPUTE + "virtualMachines/{vmName}/extensions/{vmExtensionName}",
            replace=("publisher", "type"),
            claims=(specified("its machine exists"),),
        ),
        ResourceType(
            token="azure-native:compute:VirtualMachineScaleSet",
            path=_COMPUTE + "virtualMachineScaleSets/{vmScaleSetName}",
            name=_MACHINE,
            replace=("orchestrationMode", "platformFaultDomainCount", "singlePlacementGroup", "zones"),
            references=(
                Reference(
                    "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[].ipConfigurations[].subnet.id",
                    ("Microsoft.Network/virtualNetworks/subnets",),
                ),
                Reference(
                    "identity.userAssignedIdentities[]", ("Microsoft.ManagedIdentity/userAssignedIdentities",)
                ),
            ),
            early=(scale_set_fits,),
            outputs=lambda request: {"uniqueId": identities.made_up("scale set", request.id)},
            claims=(specified("its subnet exists"), documented("a password or a key")),
        ),
        ResourceType(
            token="azure-native:compute:VirtualMachineScaleSetExtension",
            path=_COMPUTE + "virtualMachineScaleSets/{vmScaleSetName}/extensions/{vmssExtensionName}",
            replace=("publisher", "type"),
            claims=(specified("its scale set exists"),),
        ),
        ResourceType(
            token="azure-native:compute:SshPublicKey",
            path=_COMPUTE + "sshPublicKeys/{sshPublicKeyName}",
            name=_MACHINE,
            claims=(specified("names"),),
        ),
    ),
)
