"""Private DNS: every zone once, linked to the VNet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pulumi
from pulumi_azure_native import privatedns

from roastery.components.resource_group import ResourceGroup

# Zones per group id: learn.microsoft.com/azure/private-link/private-endpoint-dns
ZONES = MappingProxyType(
    {
        "amlworkspace": ("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"),
        "registry": ("privatelink.azurecr.io",),
        "blob": ("privatelink.blob.core.windows.net",),
        "file": ("privatelink.file.core.windows.net",),
        "queue": ("privatelink.queue.core.windows.net",),
        "table": ("privatelink.table.core.windows.net",),
        "dfs": ("privatelink.dfs.core.windows.net",),
        "vault": ("privatelink.vaultcore.azure.net",),
        "namespace": ("privatelink.servicebus.windows.net",),
        "azuremonitor": (
            "privatelink.monitor.azure.com",
            "privatelink.oms.opinsights.azure.com",
            "privatelink.ods.opinsights.azure.com",
            "privatelink.agentsvc.azure-automation.net",
            "privatelink.blob.core.windows.net",
        ),
    }
)


def cluster_zone(region: str) -> str:
    """The zone of a private AKS API server."""
    return f"privatelink.{region}.azmk8s.io"


@dataclass(frozen=True, kw_only=True)
class PrivateDnsArgs:
    """Which zones, and the VNet that resolves them.

    Args:
        resource_group: group and tags.
        vnet_id: the VNet.
        groups: private endpoint group ids, keys of `ZONES`.
    """

    resource_group: ResourceGroup
    vnet_id: pulumi.Input[str]
    groups: Sequence[str]


class PrivateDns(pulumi.ComponentResource):
    """Private DNS zones with their links."""

    zone_ids: dict[str, pulumi.Output[str]]
    """By name of zone; each is available once its link is."""
    cluster_zone_id: pulumi.Output[str]

    def __init__(self, name: str, args: PrivateDnsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:network:PrivateDns", name, None, opts)
        self._args = args
        api_server = cluster_zone(args.resource_group.region)
        names = sorted({zone for group in args.groups for zone in ZONES[group]} | {api_server})
        self.zone_ids = {zone: self._linked(zone) for zone in names}
        self.cluster_zone_id = self.zone_ids[api_server]
        self.register_outputs({"zone_ids": self.zone_ids})

    def zones_of(self, group: str) -> list[pulumi.Output[str]]:
        """Zone ids for a private endpoint of that group id."""
        return [self.zone_ids[zone] for zone in ZONES[group]]

    def host(self, name: str, address: pulumi.Input[str]) -> privatedns.PrivateRecordSet:
        """Declares a host name for the VNet: a zone of exactly that name hides no other name of its domain.

        Args:
            name: fully qualified.
            address: private.
        """
        zone_id = self._linked(name)
        return privatedns.PrivateRecordSet(
            f"record-{name}",
            private_zone_name=zone_id.apply(lambda id_: id_.rpartition("/")[2]),
            resource_group_name=self._args.resource_group.name,
            record_type="A",
            relative_record_set_name="@",
            ttl=300,
            a_records=[privatedns.ARecordArgs(ipv4_address=address)],
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _linked(self, zone_name: str) -> pulumi.Output[str]:
        resource_group = self._args.resource_group
        zone = privatedns.PrivateZone(
            f"zone-{zone_name}",
            private_zone_name=zone_name,
            resource_group_name=resource_group.name,
            location="global",
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        link = privatedns.VirtualNetworkLink(
            f"link-{zone_name}",
            virtual_network_link_name="vnet",
            private_zone_name=zone.name,
            resource_group_name=resource_group.name,
            location="global",
            registration_enabled=False,
            virtual_network=privatedns.SubResourceArgs(id=self._args.vnet_id),
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        # What uses the zone has to wait for the link too, or names resolve to public addresses.
        return pulumi.Output.all(zone.id, link.id).apply(lambda ids: str(ids[0]))
