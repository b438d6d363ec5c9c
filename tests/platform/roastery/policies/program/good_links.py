"""Private endpoints, their names and the logs of every service."""

from __future__ import annotations

from typing import Any

from shared import GROUP, PLACED, SUBSCRIPTION, TAGS


def _endpoint(name: str, group: str, target: str) -> dict[str, Any]:
    return {
        **PLACED,
        "privateEndpointName": f"pep-{name}",
        "subnet": {"id": f"{SUBSCRIPTION}/resourceGroups/rg-beans/providers/Microsoft.Network/virtualNetworks"
                   "/vnet-beans/subnets/endpoints"},
        "privateLinkServiceConnections": [
            {"name": name, "groupIds": [group], "privateLinkServiceId": target}
        ],
    }  # fmt: skip


def _zone_group(name: str, *zones: str) -> dict[str, Any]:
    return {
        **GROUP,
        "privateDnsZoneGroupName": "default",
        "privateEndpointName": f"pep-{name}",
        "privateDnsZoneConfigs": [
            {"name": f"zone{i}", "privateDnsZoneId": zone} for i, zone in enumerate(zones)
        ],
    }


def _diagnostics(target: str) -> dict[str, Any]:
    return {
        "name": "to-workspace",
        "resourceUri": target,
        "workspaceId": "@logs",
        "logs": [{"categoryGroup": "allLogs", "enabled": True}],
    }


SERVICES = {
    "storage": ("blob", ("privatelink.blob.core.windows.net",)),
    "vault": ("vault", ("privatelink.vaultcore.azure.net",)),
    "registry": ("registry", ("privatelink.azurecr.io",)),
    "workspace": ("amlworkspace", ("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net")),
    "events": ("namespace", ("privatelink.servicebus.windows.net",)),
    "topic": ("topic", ("privatelink.eventgrid.azure.net",)),
}
LOGGED = ("storage", "vault", "registry", "workspace", "cluster", "events")
LINKS: dict[str, tuple[str, dict[str, Any]]] = {}

for _service, (_group, _zones) in SERVICES.items():
    LINKS[f"endpoint-{_service}"] = ("network:PrivateEndpoint", _endpoint(_service, _group, f"@{_service}"))
    LINKS[f"names-{_service}"] = (
        "network:PrivateDnsZoneGroup",
        _zone_group(_service, *(f"@{zone}" for zone in _zones)),
    )
    for _zone in _zones:
        LINKS[_zone] = (
            "privatedns:PrivateZone",
            {**GROUP, "privateZoneName": _zone, "location": "global", "tags": TAGS},
        )
        LINKS[f"link-{_zone}"] = (
            "privatedns:VirtualNetworkLink",
            {
                **GROUP,
                "privateZoneName": _zone,
                "virtualNetworkLinkName": "vnet",
                "location": "global",
                "registrationEnabled": False,
                "virtualNetwork": {"id": "@network"},
            },
        )
for _service in LOGGED:
    LINKS[f"diagnostics-{_service}"] = ("monitor:DiagnosticSetting", _diagnostics(f"@{_service}"))
