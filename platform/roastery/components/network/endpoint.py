"""A private endpoint with its names in private DNS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import network

from roastery.components.network.dns import PrivateDns
from roastery.components.resource_group import ResourceGroup


@dataclass(frozen=True, kw_only=True)
class PrivateAccess:
    """The subnet and the DNS zones of private endpoints; every private service takes one of these.

    Args:
        resource_group: group, names, tags.
        subnet_id: the subnet of private endpoints.
        dns: the zones.
    """

    resource_group: ResourceGroup
    subnet_id: pulumi.Input[str]
    dns: PrivateDns


def private_endpoint(
    access: PrivateAccess,
    service: str,
    group: str,
    target: pulumi.Input[str],
    parent: pulumi.Resource,
    *,
    after: Sequence[pulumi.Resource] = (),
) -> network.PrivateEndpoint:
    """Declares a private endpoint of `target` for group id `group`, and its zone group.

    Args:
        access: its subnet and DNS zones.
        service: distinguishes endpoints in their names, e.g. `st`.
        group: group id, a key of `dns.ZONES`.
        target: ARM id of the service.
        parent: the component it belongs to.
        after: created first. A service may refuse several endpoints at once: storage does.
    """
    resource_group = access.resource_group
    part = service if service == group else f"{service}-{group}"
    endpoint = network.PrivateEndpoint(
        f"pep-{part}",
        private_endpoint_name=resource_group.names.of("private endpoint", part),
        resource_group_name=resource_group.name,
        location=resource_group.region,
        custom_network_interface_name=resource_group.names.of("network interface", f"pep-{part}"),
        subnet=network.SubnetArgs(id=access.subnet_id),
        private_link_service_connections=[
            network.PrivateLinkServiceConnectionArgs(
                name=part, group_ids=[group], private_link_service_id=target
            )
        ],
        tags=resource_group.tags,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(after)),
    )
    network.PrivateDnsZoneGroup(
        f"dns-{part}",
        private_dns_zone_group_name="default",
        private_endpoint_name=endpoint.name,
        resource_group_name=resource_group.name,
        private_dns_zone_configs=[
            network.PrivateDnsZoneConfigArgs(name=f"zone{i}", private_dns_zone_id=zone)
            for i, zone in enumerate(access.dns.zones_of(group))
        ],
        opts=pulumi.ResourceOptions(parent=endpoint),
    )
    return endpoint
