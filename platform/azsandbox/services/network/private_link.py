"""Which private link groups a resource offers, and which DNS zones resolve each of them.

Source: learn.microsoft.com/azure/private-link/private-endpoint-dns.
"""

from __future__ import annotations

from typing import Any

from azsandbox.arm import ids, regions
from azsandbox.arm.model import Values
from azsandbox.facts import private_links

_STORAGE = {
    name: (f"privatelink.{name}.core.windows.net",)
    for name in ("blob", "file", "queue", "table", "dfs", "web")
}
# ARM type in lower case → group id → DNS zones, for modelled types; azsandbox.facts has the others.
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
ALIAS = ".azure.privatelinkservice"
MANUAL = "manualPrivateLinkServiceConnections"
_OWN_SERVICE = "microsoft.network/privatelinkservices"
# The members of a group whose addresses can be static, from recorded refusals: terraform-provider-azurerm's
# issues 21781 and 18443.
_MEMBERS = {"vault": ("default",), "registry": ("registry", "registry_data_{region}")}
# A private endpoint has an address for each host name of its group; one where nothing else is said.
_HOST_NAMES = {"amlworkspace": 3, "registry": 2, "azuremonitor": 11}


def groups_of(target: str) -> dict[str, tuple[str, ...]]:
    """The groups that the resource with this id offers, with their zones; none of an unlisted type."""
    kind = ids.parse(target).kind.lower()
    if kind in GROUPS:
        return GROUPS[kind]
    return {
        group.lower(): tuple(
            zone.replace("{regionName}", "{region}")
            for zone in zones
            if "{" not in zone.replace("{regionName}", "")
        )
        for group, zones in private_links.groups(kind).items()
    }


def has_groups(target: str) -> bool:
    """Whether it is an Azure service, and not a private link service of one's own or its alias."""
    own = target.lower().endswith(ALIAS) or ids.parse(target).kind.lower() == _OWN_SERVICE
    return not own


def members_of(group: str) -> tuple[str, ...]:
    """The members of a group, with {region}; none where they are not known."""
    return _MEMBERS.get(group.lower(), ())


def zones_of(endpoint: Values) -> list[str]:
    """The names of the DNS zones that a private endpoint with these inputs needs."""
    target, group = target_and_group(endpoint)
    region = regions.canonical(str(endpoint.get("location", "")))
    return [zone.format(region=region) for zone in groups_of(target).get(group.lower(), ())]


def host_names_of(group: str) -> int:
    """How many host names, and so addresses, an endpoint of this group has."""
    return _HOST_NAMES.get(group.lower(), 1)


def connections_of(endpoint: Values) -> list[Values]:
    """The connections of a private endpoint's inputs, approved automatically or by hand."""
    connections: list[Any] = []
    for name in ("privateLinkServiceConnections", MANUAL):
        value = endpoint.get(name)
        connections += value if isinstance(value, list) else []
    return [connection for connection in connections if isinstance(connection, dict)]


def target_and_group(endpoint: Values) -> tuple[str, str]:
    """The id of the resource that an endpoint leads to, and the group id; empty where not declared."""
    connections = connections_of(endpoint)
    connection = connections[0] if connections else {}
    target, groups = connection.get("privateLinkServiceId"), connection.get("groupIds")
    group = groups[0] if isinstance(groups, list) and groups else ""
    return (target if isinstance(target, str) else ""), (group if isinstance(group, str) else "")
