"""Virtual machines, scale sets and their extensions."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import Evidence, documented, specified
from azsandbox.arm.model import IN_GROUP, NameRule, Reference, ResourceType, Service
from azsandbox.services import kinds
from azsandbox.services.compute import defaults, outputs
from azsandbox.services.compute.laws.machines import BASE64, MACHINE_LAWS, SCALE_SET_LAWS
from azsandbox.services.compute.rules import extensions, keys, machines, scale_sets, sizes, storage

_COMPUTE = IN_GROUP + "Microsoft.Compute/"
_NAME = NameRule(r"[a-zA-Z0-9]([\w.-]{0,62}\w)?", "1 to 64 letters, digits, _ . -", Evidence.DOCUMENTATION)
_SPECIFICATION = "Compute REST specification"
_EXTENSION_LAWS = (
    laws.Conflicts(when="protectedSettings", excludes="protectedSettingsFromKeyVault", source=_SPECIFICATION),
    laws.Unchangeable(path="publisher"),
)
_EXTENSION_CLAIMS = (
    documented("has a publisher, a type and a version; well-known types have their own publisher"),
    specified("its machine exists"),
)

SERVICE = Service(
    name="compute",
    types=(
        ResourceType(
            token="azure-native:compute:VirtualMachine",
            defaults=defaults.VIRTUAL_MACHINE,
            path=_COMPUTE + "virtualMachines/{vmName}",
            name=_NAME,
            references=(
                Reference("networkProfile.networkInterfaces[].id", (kinds.NETWORK_INTERFACE,)),
                Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),
            ),
            laws=(
                *MACHINE_LAWS,
                laws.Matches(
                    path="osProfile.customData",
                    pattern=BASE64,
                    description="encoded in base64",
                    source=_SPECIFICATION,
                ),
            ),
            early=(
                machines.host_name_is_valid,
                machines.windows_host_name_within_limit,
                machines.machine_has_credentials,
                machines.administrator_is_valid,
                machines.keys_are_public_keys,
                machines.interfaces_are_in_order,
                storage.image_is_named_once,
                storage.os_disk_fits_its_source,
                storage.ephemeral_disk_is_read_only,
                storage.disks_fit_their_kind,
                storage.ultra_disks_are_enabled,
                storage.trusted_launch_has_a_second_generation,
                storage.confidential_machine_is_complete,
                sizes.machine_size_fits,
            ),
            rules=(machines.interface_is_free,),
            outputs=outputs.virtual_machine,
            claims=(
                specified("its network interface exists"),
                documented("a Windows host name has at most 15 characters, a Linux one at most 64"),
                documented("a password or an SSH key is required; the administrator is not a reserved name"),
                documented("passwords are strong, and SSH keys public and where the machine looks for them"),
                documented("has network interfaces, one of them primary, that no other machine has"),
                documented("has one image with all its parts, or an attached disk"),
                documented("disks fit their kind: ephemeral, ultra and Premium v2"),
                documented(
                    "trusted launch needs an image of generation 2, a confidential machine its settings"
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
            laws=_EXTENSION_LAWS,
            early=(extensions.extension_is_complete, extensions.publisher_is_the_types_own),
            rules=(
                extensions.machine_takes_extensions,
                extensions.extension_fits_the_machine,
                extensions.one_extension_of_a_type,
            ),
            claims=(
                *_EXTENSION_CLAIMS,
                documented(
                    "its machine takes extensions, runs its system and has the identity that it needs"
                ),
                documented("one of a type per machine"),
            ),
        ),
        ResourceType(
            token="azure-native:compute:VirtualMachineScaleSet",
            defaults=defaults.SCALE_SET,
            path=_COMPUTE + "virtualMachineScaleSets/{vmScaleSetName}",
            name=_NAME,
            references=(
                Reference(
                    ""
                    "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[].ipConfigurations[].subnet.id",
                    (kinds.SUBNET,),
                ),
                Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),
            ),
            laws=(
                *SCALE_SET_LAWS,
                laws.Unchangeable(path="orchestrationMode"),
                laws.Unchangeable(path="platformFaultDomainCount"),
            ),
            early=(
                machines.scale_set_profile_is_valid,
                scale_sets.mode_has_what_it_needs,
                scale_sets.zones_and_groups_are_consistent,
                storage.scale_set_storage_is_valid,
                sizes.scale_set_size_fits,
            ),
            outputs=outputs.scale_set,
            claims=(
                specified("its subnet exists"),
                documented("the administrator of its machines is valid, as for a machine"),
                documented("Uniform has a size, a profile and an upgrade mode, Flexible fault domains"),
                documented("zones are balanced among several, a placement group has at most 100 machines"),
                documented("its images and disks are valid, as for a machine"),
                documented("the size exists, and takes the disks asked for; the zones are the region's"),
            ),
        ),
        ResourceType(
            token="azure-native:compute:VirtualMachineScaleSetExtension",
            path=_COMPUTE + "virtualMachineScaleSets/{vmScaleSetName}/extensions/{vmssExtensionName}",
            laws=(*_EXTENSION_LAWS, laws.Unchangeable(path="type")),
            early=(extensions.extension_is_complete, extensions.publisher_is_the_types_own),
            claims=_EXTENSION_CLAIMS,
        ),
        ResourceType(
            token="azure-native:compute:SshPublicKey",
            path=_COMPUTE + "sshPublicKeys/{sshPublicKeyName}",
            name=_NAME,
            early=(keys.public_key_is_valid,),
            claims=(
                specified("its name is well-formed"),
                specified("its key is a public one, of 2048 bits or more"),
            ),
        ),
    ),
)
