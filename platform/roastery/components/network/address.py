"""Public addresses: of Bastion, of the firewall, of the NAT gateway, and of nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import network

from roastery.components.resource_group import ResourceGroup


def public_address(
    part: str, resource_group: ResourceGroup, zones: Sequence[str], opts: pulumi.ResourceOptions
) -> network.PublicIPAddress:
    """Declares a static address.

    Args:
        part: of what, in its name.
        resource_group: group, names, tags.
        zones: availability zones; those of an address that stands can't change.
        opts: of the resource.
    """
    return network.PublicIPAddress(
        f"pip-{part}",
        public_ip_address_name=resource_group.names.of("public ip address", part),
        resource_group_name=resource_group.name,
        location=resource_group.region,
        sku=network.PublicIPAddressSkuArgs(name=network.PublicIPAddressSkuName.STANDARD),
        public_ip_allocation_method=network.IPAllocationMethod.STATIC,
        zones=list(zones) or None,
        tags=resource_group.tags,
        opts=opts,
    )
