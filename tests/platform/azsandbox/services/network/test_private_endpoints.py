"""Private endpoints: groups that their targets offer, and DNS zones that resolve them."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError


def endpoint(target: str, group_id: str, subnet_id: str) -> dict[str, Any]:
    connection = {"name": "c", "privateLinkServiceId": target, "groupIds": [group_id]}
    return {
        "resourceGroupName": "rg",
        "privateEndpointName": f"pep-{group_id}",
        "subnet": {"id": subnet_id},
        "privateLinkServiceConnections": [connection],
    }


def test_a_private_endpoint_takes_only_groups_that_its_target_offers(azure: Any) -> None:
    network, account = azure.network(), azure.storage()
    subnet = f"{network.id}/subnets/nodes"
    assert azure.refusal("network:PrivateEndpoint", **endpoint(account.id, "vault", subnet)) == (
        "PrivateEndpointGroupIdNotValid"
    )
    assert azure.refusal("network:PrivateEndpoint", **endpoint(account.id, "dfs", subnet)) == (
        "PrivateEndpointGroupIdNotValid"
    )
    state = azure.make("network:PrivateEndpoint", **endpoint(account.id, "blob", subnet))
    assert state.outputs["customDnsConfigs"] == [
        {"fqdn": "stone.blob.core.windows.net", "ipAddresses": ["10.0.0.4"]}
    ]


def test_a_private_endpoint_has_exactly_one_connection_and_one_group(azure: Any, group: str) -> None:
    vault = f"{group}/providers/Microsoft.KeyVault/vaults/kv"
    subnet = f"{group}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/nodes"
    none = {**endpoint(vault, "vault", subnet), "privateLinkServiceConnections": []}
    (problem,) = azure.errors("network:PrivateEndpoint", **none)
    assert "names 0 connections, but an endpoint has exactly one" in problem
    two = endpoint(vault, "vault", subnet)
    two["privateLinkServiceConnections"][0]["groupIds"] = ["vault", "blob"]
    (problem,) = azure.errors("network:PrivateEndpoint", **two)
    assert "names 2 groups, but an endpoint serves exactly one" in problem


def test_a_registry_needs_premium_for_private_endpoints(azure: Any) -> None:
    network = azure.network()
    registry = azure.make(
        "containerregistry:Registry", resourceGroupName="rg", registryName="crone", sku={"name": "Standard"}
    )
    inputs = endpoint(registry.id, "registry", f"{network.id}/subnets/nodes")
    with pytest.raises(ArmError, match="need a registry of SKU Premium") as refusal:
        azure.make("network:PrivateEndpoint", **inputs)
    assert refusal.value.code == "PrivateEndpointFeatureNotSupportedOnSku"


def test_a_private_endpoint_is_not_in_a_delegated_subnet(azure: Any) -> None:
    delegation = {"name": "d", "serviceName": "Microsoft.Web/serverFarms"}
    network = azure.network({"name": "a", "addressPrefix": "10.0.0.0/24", "delegations": [delegation]})
    inputs = endpoint(azure.storage().id, "blob", f"{network.id}/subnets/a")
    code = azure.refusal("network:PrivateEndpoint", **inputs)
    assert code == "PrivateEndpointCannotBeCreatedInSubnetWithDelegation"


def zone(azure: Any, name: str, network: str | None) -> str:
    """The id of a zone, linked to the network if one is given."""
    state = azure.make(
        "privatedns:PrivateZone", resourceGroupName="rg", privateZoneName=name, location="global"
    )
    if network:
        azure.make(
            "privatedns:VirtualNetworkLink",
            resourceGroupName="rg",
            privateZoneName=name,
            virtualNetworkLinkName="link",
            location="global",
            registrationEnabled=False,
            virtualNetwork={"id": network},
        )
    return str(state.id)


def zone_group(*zones: str) -> dict[str, Any]:
    return {
        "resourceGroupName": "rg",
        "privateEndpointName": "pep-blob",
        "privateDnsZoneGroupName": "default",
        "privateDnsZoneConfigs": [
            {"name": str(index), "privateDnsZoneId": zone_id} for index, zone_id in enumerate(zones)
        ],
    }


def test_an_endpoints_zones_are_the_right_ones_and_one_that_is_not_linked_is_a_warning(azure: Any) -> None:
    network, account = azure.network(), azure.storage()
    azure.make("network:PrivateEndpoint", **endpoint(account.id, "blob", f"{network.id}/subnets/nodes"))
    wrong = zone(azure, "privatelink.file.core.windows.net", network.id)
    right = zone(azure, "privatelink.blob.core.windows.net", None)
    assert azure.refusal("network:PrivateDnsZoneGroup", **zone_group(wrong)) == "PrivateDnsZoneGroupNotValid"
    (problem,) = azure.check("network:PrivateDnsZoneGroup", **zone_group(right))
    assert problem.warning
    assert "is not linked to" in problem.message
    azure.make("network:PrivateDnsZoneGroup", **zone_group(right))


def test_a_missing_zone_of_a_workspace_is_a_warning(azure: Any, ml_workspace: Any) -> None:
    network = azure.network()
    subnet = f"{network.id}/subnets/nodes"
    azure.make("network:PrivateEndpoint", **endpoint(ml_workspace.id, "amlworkspace", subnet))
    group = zone_group(zone(azure, "privatelink.api.azureml.ms", network.id))
    (problem,) = azure.check(
        "network:PrivateDnsZoneGroup", **{**group, "privateEndpointName": "pep-amlworkspace"}
    )
    assert problem.warning
    assert "privatelink.notebooks.azure.net is missing" in problem.message


def test_a_connection_that_is_approved_by_hand_waits_for_its_owner(azure: Any) -> None:
    network, account = azure.network(), azure.storage()
    inputs = endpoint(account.id, "blob", f"{network.id}/subnets/nodes")
    inputs["manualPrivateLinkServiceConnections"] = inputs.pop("privateLinkServiceConnections")
    state = azure.make("network:PrivateEndpoint", **inputs)
    (connection,) = state.outputs["manualPrivateLinkServiceConnections"]
    assert connection["privateLinkServiceConnectionState"]["status"] == "Pending"


def test_a_zone_group_with_the_linked_zone_of_its_endpoint_is_accepted(azure: Any) -> None:
    network, account = azure.network(), azure.storage()
    azure.make("network:PrivateEndpoint", **endpoint(account.id, "blob", f"{network.id}/subnets/nodes"))
    linked = zone(azure, "privatelink.blob.core.windows.net", network.id)
    azure.make("network:PrivateDnsZoneGroup", **zone_group(linked))
