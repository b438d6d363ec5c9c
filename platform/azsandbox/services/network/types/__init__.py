"""The types of Microsoft.Network that the sandbox models, one module per kind of resource."""

from __future__ import annotations

from azsandbox.arm.model import Service
from azsandbox.services.network.types import (
    bastion_hosts,
    firewalls,
    nat_gateways,
    network_interfaces,
    private_endpoints,
    public_ip_addresses,
    route_tables,
    security_groups,
    virtual_networks,
)

SERVICE = Service(
    name="network",
    types=(
        *virtual_networks.TYPES,
        *security_groups.TYPES,
        *route_tables.TYPES,
        *public_ip_addresses.TYPES,
        *nat_gateways.TYPES,
        *bastion_hosts.TYPES,
        *firewalls.TYPES,
        *network_interfaces.TYPES,
        *private_endpoints.TYPES,
    ),
)
