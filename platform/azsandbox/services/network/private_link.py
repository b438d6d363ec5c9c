"""Private endpoints: which groups a target offers, and which DNS zones belong to a group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.network.addresses import allocate

# learn.microsoft.com/azure/private-link/private-endpoint-dns: group id → zones
_STORAGE = {
    name: (f"privatelink.{name}.core.windows.net",)
    for name in ("blob", "file", "queue", "table", "dfs", "web")
}
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "microsoft.machinelearningservices/workspaces": {
        "amlworkspace": ("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net")
    },
    "microsoft.containerregistry/registries": {"registry": ("privatelink.azurecr.io",)},
    "microsoft.storage/storageaccounts": {
        **_STORAGE,
        **{f"{name}_secondary": zones for name, zones in _STORAGE.items() if name != "file"},
    },
    "microsoft.keyvault/vaults": {"vault": ("privatelink.vaultcore.azure.net",)},
    "microsoft.insights/privatelinkscopes": {
        "azuremonitor": (
            "privatelink.monitor.azure.com",
            "privatelink.oms.opinsights.azure.com",
            "privatelink.ods.opinsights.azure.com",
            "privatelink.agentsvc.azure-automation.net",
            "privatelink.blob.core.windows.net",
        )
    },
    "microsoft.containerservice/managedclusters": {"management": ("privatelink.{region}.azmk8s.io",)},
    "microsoft.eventhub/namespaces": {"namespace": ("privatelink.servicebus.windows.net",)},
    "microsoft.eventgrid/topics": {"topic": ("privatelink.eventgrid.azure.net",)},
}
# One address per host name behind the endpoint.
_HOSTS = {"amlworkspace": 3, "registry": 2, "azuremonitor": 11}


def _connections(inputs: Values) -> list[Values]:
    found: list[Any] = []
    for name in ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections"):
        value = inputs.get(name)
        found += value if isinstance(value, list) else []
    return [one for one in found if isinstance(one, dict)]


def one_connection(inputs: Values) -> Iterator[Problem]:
    connections = _connections(inputs)
    if len(connections) != 1:
        yield Problem(
            "privateLinkServiceConnections",
            f"names {len(connections)} connections, but an endpoint has exactly one",
        )
    for one in connections:
        groups = one.get("groupIds")
        if isinstance(groups, list) and len(groups) != 1:
            yield Problem(
                "privateLinkServiceConnections[0].groupIds",
                f"names {len(groups)} groups, but an endpoint serves exactly one",
            )


def _target(inputs: Values) -> tuple[str, str]:
    """(target id, group id)."""
    connections = _connections(inputs)
    first = connections[0] if connections else {}
    return str(first.get("privateLinkServiceId", "")), str((first.get("groupIds") or [""])[0])


def group_fits_target(request: Request) -> None:
    target, group = _target(request.inputs)
    offered = GROUPS.get(ids.parse(target).kind.lower(), {})
    if group.lower() not in offered:
        raise ArmError(
            400,
            "PrivateEndpointGroupIdNotValid",
            f"groupId '{group}' of private endpoint {request.name} is not offered by '{target}'; it offers "
            f"{', '.join(sorted(offered)) or 'no private link'}.",
        )
    _target_is_capable(request, target, group)


def _target_is_capable(request: Request, target: str, group: str) -> None:
    resource = request.subscription.get(target)
    if resource is None:
        return
    if (
        resource.kind.lower() == "microsoft.containerregistry/registries"
        and (resource.inputs.get("sku") or {}).get("name") != "Premium"
    ):
        raise ArmError(
            400,
            "PrivateEndpointFeatureNotSupportedOnSku",
            f"Private endpoints need a Premium registry; '{target}' is not.",
        )
    if group.lower() == "dfs" and not resource.inputs.get("isHnsEnabled"):
        raise ArmError(
            400,
            "PrivateEndpointGroupIdNotValid",
            f"'{target}' has no hierarchical namespace, so no dfs endpoint.",
        )


def subnet_is_free(request: Request) -> None:
    subnet = request.subscription.get(str(request.at("subnet.id")))
    if subnet and subnet.inputs.get("delegations"):
        raise ArmError(
            400,
            "PrivateEndpointCannotBeCreatedInSubnetWithDelegation",
            f"Private endpoint {request.name} cannot be created in subnet '{subnet.id}', which is delegated.",
        )


def endpoint_outputs(request: Request) -> Values:
    target, group = _target(request.inputs)
    name = ids.parse(target).name.lower()
    subnet = request.at("subnet.id")
    hosts = _HOSTS.get(group.lower(), 1)
    addresses = allocate(request.subscription, str(subnet), request.id, hosts) if subnet else []
    interface = request.inputs.get("customNetworkInterfaceName") or f"{request.name}.nic"
    group_id = ids.group_of(request.id)
    connected = {"status": "Approved", "description": "Auto-Approved", "actionsRequired": "None"}
    connections = [
        {
            **one,
            "id": f"{request.id}/privateLinkServiceConnections/{one.get('name')}",
            "privateLinkServiceConnectionState": connected,
            "provisioningState": "Succeeded",
        }
        for one in request.inputs.get("privateLinkServiceConnections") or []
    ]
    configs = [
        {"fqdn": f"{name}.{zone.removeprefix('privatelink.')}", "ipAddresses": [address]}
        for zone, address in zip(_zones(request, target, group) * hosts, addresses, strict=False)
    ]
    return {
        "privateLinkServiceConnections": connections,
        "networkInterfaces": [
            {"id": f"{group_id}/providers/Microsoft.Network/networkInterfaces/{interface}"}
        ],
        "customDnsConfigs": configs,
    }


def _zones(request: Request, target: str, group: str) -> list[str]:
    region = str(request.inputs.get("location", "")).replace(" ", "").lower()
    found = GROUPS.get(ids.parse(target).kind.lower(), {}).get(group.lower(), ())
    return [zone.format(region=region) for zone in found]


def _wanted(request: Request) -> tuple[set[str], set[str]]:
    """(zones that the endpoint's group needs, zones that the zone group names)."""
    endpoint = request.parent
    target, group = _target(endpoint.inputs) if endpoint else ("", "")
    region = str(endpoint.inputs.get("location", "")) if endpoint else ""
    found = GROUPS.get(ids.parse(target).kind.lower(), {}).get(group.lower(), ()) if target else ()
    needed = {zone.format(region=region.replace(" ", "").lower()) for zone in found}
    named = {
        ids.parse(str(one.get("privateDnsZoneId", ""))).name.lower()
        for one in request.inputs.get("privateDnsZoneConfigs") or []
    }
    return needed, named


def zones_fit(request: Request) -> None:
    needed, named = _wanted(request)
    if needed and named != needed:
        wrong, missing = sorted(named - needed), sorted(needed - named)
        parts = [f"{', '.join(wrong)} does not belong to it"] * bool(wrong) + [
            f"{', '.join(missing)} is missing"
        ] * bool(missing)
        raise ArmError(
            400,
            "PrivateDnsZoneGroupNotValid",
            f"Zones of '{request.id}' don't fit its endpoint: {'; '.join(parts)}.",
        )


def zones_are_linked(request: Request) -> None:
    endpoint = request.parent
    subnet = str((endpoint.inputs.get("subnet") or {}).get("id", "")) if endpoint else ""
    network = ids.parent_of(subnet) if subnet else None
    links = request.subscription.of_kind("Microsoft.Network/privateDnsZones/virtualNetworkLinks")
    for one in request.inputs.get("privateDnsZoneConfigs") or []:
        zone = str(one.get("privateDnsZoneId", ""))
        linked = any(
            ids.below(link.id, zone)
            and ids.key((link.inputs.get("virtualNetwork") or {}).get("id", "")) == ids.key(network or "")
            for link in links
        )
        if network and not linked:
            raise ArmError(
                400,
                "PrivateDnsZoneNotLinked",
                f"Zone '{zone}' is not linked to '{network}': names of '{ids.parent_of(request.id)}' "
                "would resolve to public "
                "addresses there. Link the zone first (depends_on the link).",
            )
