"""Virtual machines, scale sets and their extensions."""

from __future__ import annotations

from azsandbox.arm.evidence import Evidence, documented, specified
from azsandbox.arm.model import IN_GROUP, NameRule, Reference, ResourceType, Service
from azsandbox.services import kinds
from azsandbox.services.compute import outputs, rules

_COMPUTE = IN_GROUP + "Microsoft.Compute/"
_NAME = NameRule(r"[a-zA-Z0-9]([\w.-]{0,62}\w)?", "1 to 64 letters, digits, _ . -", Evidence.DOCUMENTATION)
_ONLY_AT_CREATION = (
    "osProfile.computerName",
    "osProfile.adminUsername",
    "osProfile.adminPassword",
    "osProfile.customData",
    "osProfile.linuxConfiguration.ssh",
    "storageProfile.imageReference",
    "storageProfile.osDisk.name",
    "priority",
    "zones",
)

SERVICE = Service(
    name="compute",
    types=(
        ResourceType(
            token="azure-native:compute:VirtualMachine",
            path=_COMPUTE + "virtualMachines/{vmName}",
            name=_NAME,
            replace=_ONLY_AT_CREATION,
            references=(
                Reference("networkProfile.networkInterfaces[].id", (kinds.NETWORK_INTERFACE,)),
                Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),
            ),
            early=(
                rules.host_name_within_limit,
                rules.windows_host_name_within_limit,
                rules.machine_has_credentials,
                rules.machine_size_fits,
            ),
            outputs=outputs.virtual_machine,
            claims=(
                specified(
                    "its network interface exists; image, zone, names and keys are set only at creation"
                ),
                documented(
                    "a Windows host name has at most 15 characters, a Linux one at most 64; a password or an "
                    "SSH key is required"
                ),
                documented("the size exists; a warning where it may be newer, or is not sold in the region"),
                documented("the size takes the data disks, premium disks and ephemeral OS disk asked for"),
                documented("the zones are those of the region"),
            ),
            deviations=("images are not compared with what a region offers",),
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
            name=_NAME,
            replace=("orchestrationMode", "platformFaultDomainCount", "singlePlacementGroup", "zones"),
            references=(
                Reference(
                    "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[].ipConfigurations[].subnet.id",
                    (kinds.SUBNET,),
                ),
                Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),
            ),
            early=(rules.scale_set_has_credentials, rules.scale_set_size_fits),
            outputs=outputs.scale_set,
            claims=(
                specified("its subnet exists"),
                documented("a password or an SSH key is required"),
                documented("the size exists, and takes the disks asked for; the zones are the region's"),
            ),
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
            name=_NAME,
            claims=(specified("its name is well-formed"),),
        ),
    ),
)
