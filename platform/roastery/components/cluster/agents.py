"""Build agents inside the VNet, from where `pulumi up` reaches the private API server."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import compute

from roastery.components.machines import PUBLISHER, TYPE, VERSION, agent_settings
from roastery.components.resource_group import ResourceGroup


@dataclass(frozen=True, kw_only=True)
class AgentsArgs:
    """A scale set whose number of machines Azure DevOps changes.

    Args:
        resource_group: group, names, tags.
        subnet_id: of the agents.
        identity_id: identity of the machines.
        size: VM size.
        public_key: SSH key that Azure demands; no security rule allows SSH to the agents.
        zones: availability zones.
    """

    resource_group: ResourceGroup
    subnet_id: pulumi.Input[str]
    identity_id: pulumi.Input[str]
    size: str
    public_key: str
    zones: tuple[str, ...] = ()


class Agents(pulumi.ComponentResource):
    """The scale set; Azure DevOps installs its agent on every machine it adds."""

    id: pulumi.Output[str]

    def __init__(self, name: str, args: AgentsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:cluster:Agents", name, None, opts)
        resource_group = args.resource_group
        name_in_azure = resource_group.names.of("virtual machine scale set", "agents")
        scale_set = compute.VirtualMachineScaleSet(
            "vmss-agents",
            vm_scale_set_name=name_in_azure,
            resource_group_name=resource_group.name,
            location=resource_group.region,
            sku=compute.SkuArgs(name=args.size, tier="Standard", capacity=0),
            zones=list(args.zones) or None,
            orchestration_mode="Uniform",
            overprovision=False,  # Azure DevOps counts machines itself
            single_placement_group=False,
            upgrade_policy=compute.UpgradePolicyArgs(mode=compute.UpgradeMode.MANUAL),
            identity=compute.VirtualMachineScaleSetIdentityArgs(
                type=compute.ResourceIdentityType.USER_ASSIGNED, user_assigned_identities=[args.identity_id]
            ),
            virtual_machine_profile=_profile(args),
            tags=resource_group.tags,
            # Azure DevOps owns the number of machines.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["sku.capacity"]),
        )
        # A resource of its own: Azure Pipelines adds its extension to the list, and runs it after this one.
        compute.VirtualMachineScaleSetExtension(
            "vmss-agents-docker",
            vmss_extension_name="docker",
            vm_scale_set_name=scale_set.name.apply(lambda _: name_in_azure),
            resource_group_name=resource_group.name,
            publisher=PUBLISHER,
            type=TYPE,
            type_handler_version=VERSION,
            auto_upgrade_minor_version=True,
            settings=agent_settings(),
            opts=pulumi.ResourceOptions(parent=scale_set),
        )
        self.id = scale_set.id
        self.register_outputs({"id": self.id})


def _profile(args: AgentsArgs) -> compute.VirtualMachineScaleSetVMProfileArgs:
    key = compute.SshPublicKeyArgs(path="/home/roastery/.ssh/authorized_keys", key_data=args.public_key)
    return compute.VirtualMachineScaleSetVMProfileArgs(
        os_profile=compute.VirtualMachineScaleSetOSProfileArgs(
            computer_name_prefix="agent",
            admin_username="roastery",
            linux_configuration=compute.LinuxConfigurationArgs(
                disable_password_authentication=True,
                ssh=compute.SshConfigurationArgs(public_keys=[key]),
            ),
        ),
        security_profile=compute.SecurityProfileArgs(
            encryption_at_host=True,
            security_type="TrustedLaunch",
            uefi_settings=compute.UefiSettingsArgs(secure_boot_enabled=True, v_tpm_enabled=True),
        ),
        storage_profile=compute.VirtualMachineScaleSetStorageProfileArgs(
            image_reference=compute.ImageReferenceArgs(
                publisher="Canonical", offer="ubuntu-24_04-lts", sku="server", version="latest"
            ),
            os_disk=compute.VirtualMachineScaleSetOSDiskArgs(
                create_option=compute.DiskCreateOptionTypes.FROM_IMAGE,
                managed_disk=compute.VirtualMachineScaleSetManagedDiskParametersArgs(
                    storage_account_type=compute.StorageAccountTypes.PREMIUM_LRS
                ),
            ),
        ),
        network_profile=compute.VirtualMachineScaleSetNetworkProfileArgs(
            network_interface_configurations=[
                compute.VirtualMachineScaleSetNetworkConfigurationArgs(
                    name="nic",
                    primary=True,
                    ip_configurations=[
                        compute.VirtualMachineScaleSetIPConfigurationArgs(
                            name="default", subnet=compute.ApiEntityReferenceArgs(id=args.subnet_id)
                        )
                    ],
                )
            ]
        ),
    )
