"""How people sign in: Bastion, and a jump box without a public address."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import compute, network

from roastery.components.machines import PUBLISHER, TYPE, VERSION, Tools, jump_box_settings
from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.network.address import public_address
from roastery.components.outputs import value_from_azure
from roastery.components.resource_group import ResourceGroup


@dataclass(frozen=True, kw_only=True)
class BastionArgs:
    """Bastion and the jump box.

    Args:
        resource_group: group, names, tags.
        bastion_subnet_id: `AzureBastionSubnet`.
        jump_box_subnet_id: subnet of the jump box.
        size: VM size of the jump box.
        public_key: SSH key that Azure demands; people sign in with Entra ID instead.
        tools: what people get on the jump box.
        log_workspace_id: where its audit log goes: who signed in to what.
        zones: availability zones of Bastion.
    """

    resource_group: ResourceGroup
    bastion_subnet_id: pulumi.Input[str]
    jump_box_subnet_id: pulumi.Input[str]
    size: str
    public_key: str
    tools: Tools
    log_workspace_id: pulumi.Input[str]
    zones: tuple[str, ...] = ()


class Bastion(pulumi.ComponentResource):
    """Bastion and the jump box behind it."""

    jump_box_id: pulumi.Output[str]
    jump_box_principal_id: pulumi.Output[str]
    interface_id: pulumi.Output[str]
    bastion_id: pulumi.Output[str]

    def __init__(self, name: str, args: BastionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:network:Bastion", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        address = public_address("bastion", self._args.resource_group, self._args.zones, self._child)
        self.bastion_id = self._bastion(address).id
        diagnose("pip-bastion", address.id, args.log_workspace_id, self)
        diagnose("bastion", self.bastion_id, args.log_workspace_id, self)
        interface = self._interface()
        self.interface_id = interface.id
        machine = self._jump_box(interface)
        self.jump_box_id = machine.id
        self.jump_box_principal_id = value_from_azure(
            machine, machine.identity, lambda identity: identity.principal_id if identity else None
        )
        self.register_outputs({"bastion_id": self.bastion_id, "jump_box_id": self.jump_box_id})

    def _bastion(self, address: network.PublicIPAddress) -> network.BastionHost:
        args, resource_group = self._args, self._args.resource_group
        return network.BastionHost(
            "bastion",
            bastion_host_name=resource_group.names.of("bastion"),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            sku=network.SkuArgs(name=network.BastionHostSkuName.STANDARD),
            enable_tunneling=True,  # `az network bastion ssh` with Entra ID needs the tunnel
            ip_configurations=[
                network.BastionHostIPConfigurationArgs(
                    name="default",
                    subnet=network.SubResourceArgs(id=args.bastion_subnet_id),
                    public_ip_address=network.SubResourceArgs(id=address.id),
                )
            ],
            zones=list(args.zones) or None,
            tags=resource_group.tags,
            opts=self._child,
        )

    def _interface(self) -> network.NetworkInterface:
        args, resource_group = self._args, self._args.resource_group
        return network.NetworkInterface(
            "nic-jump",
            network_interface_name=resource_group.names.of("network interface", "jump"),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            ip_configurations=[
                network.NetworkInterfaceIPConfigurationArgs(
                    name="default",
                    subnet=network.SubnetArgs(id=args.jump_box_subnet_id),
                    private_ip_allocation_method=network.IPAllocationMethod.DYNAMIC,
                )
            ],
            tags=resource_group.tags,
            opts=self._child,
        )

    def _jump_box(self, interface: network.NetworkInterface) -> compute.VirtualMachine:
        args, resource_group = self._args, self._args.resource_group
        name = resource_group.names.of("virtual machine", "jump")
        machine = compute.VirtualMachine(
            "vm-jump",
            vm_name=name,
            resource_group_name=resource_group.name,
            location=resource_group.region,
            hardware_profile=compute.HardwareProfileArgs(vm_size=args.size),
            identity=compute.VirtualMachineIdentityArgs(type=compute.ResourceIdentityType.SYSTEM_ASSIGNED),
            network_profile=compute.NetworkProfileArgs(
                network_interfaces=[compute.NetworkInterfaceReferenceArgs(id=interface.id, primary=True)]
            ),
            os_profile=compute.OSProfileArgs(
                computer_name="jump",
                admin_username="roastery",
                linux_configuration=compute.LinuxConfigurationArgs(
                    disable_password_authentication=True,
                    provision_vm_agent=True,
                    ssh=compute.SshConfigurationArgs(
                        public_keys=[
                            compute.SshPublicKeyArgs(
                                path="/home/roastery/.ssh/authorized_keys", key_data=args.public_key
                            )
                        ]
                    ),
                    patch_settings=compute.LinuxPatchSettingsArgs(
                        patch_mode="AutomaticByPlatform", assessment_mode="AutomaticByPlatform"
                    ),
                ),
            ),
            security_profile=compute.SecurityProfileArgs(
                encryption_at_host=True,
                security_type="TrustedLaunch",
                uefi_settings=compute.UefiSettingsArgs(secure_boot_enabled=True, v_tpm_enabled=True),
            ),
            storage_profile=_ubuntu(),
            tags=resource_group.tags,
            opts=self._child,
        )
        self._tools(machine, name, after=self._entra_login(machine, name))
        return machine

    def _tools(self, machine: compute.VirtualMachine, name: str, after: pulumi.Resource) -> None:
        resource_group = self._args.resource_group
        compute.VirtualMachineExtension(
            "vm-jump-tools",
            vm_extension_name="tools",
            vm_name=machine.name.apply(lambda _: name),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            publisher=PUBLISHER,
            type=TYPE,
            type_handler_version=VERSION,
            auto_upgrade_minor_version=True,
            settings=jump_box_settings(self._args.tools),
            tags=resource_group.tags,
            # Both install packages, and apt takes a single lock.
            opts=pulumi.ResourceOptions(parent=machine, depends_on=[after]),
        )

    def _entra_login(self, machine: compute.VirtualMachine, name: str) -> pulumi.Resource:
        resource_group = self._args.resource_group
        return compute.VirtualMachineExtension(
            "vm-jump-entra",
            vm_extension_name="AADSSHLoginForLinux",
            vm_name=machine.name.apply(lambda _: name),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            publisher="Microsoft.Azure.ActiveDirectory",
            type="AADSSHLoginForLinux",
            type_handler_version="1.0",
            auto_upgrade_minor_version=True,
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=machine),
        )


def _ubuntu() -> compute.StorageProfileArgs:
    return compute.StorageProfileArgs(
        image_reference=compute.ImageReferenceArgs(
            publisher="Canonical", offer="ubuntu-24_04-lts", sku="server", version="latest"
        ),
        os_disk=compute.OSDiskArgs(
            create_option=compute.DiskCreateOptionTypes.FROM_IMAGE,
            delete_option=compute.DiskDeleteOptionTypes.DELETE,
            managed_disk=compute.ManagedDiskParametersArgs(
                storage_account_type=compute.StorageAccountTypes.PREMIUM_LRS
            ),
        ),
    )
