"""What single services refuse: networks, vaults, storage, identities, alerts, budgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.services.network.addresses import allocate
from azsandbox.services.network.security_groups import BASTION_RULES, missing_rules

VNET = {"resourceGroupName": "rg", "virtualNetworkName": "vnet"}


def subnet(name: str, prefix: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "addressPrefix": prefix, **more}


@pytest.mark.parametrize(
    ("space", "subnets", "words"),
    [
        (
            "10.0.0.0/16",
            [subnet("a", "10.0.0.0/24"), subnet("b", "10.0.0.128/25")],
            "overlaps 10.0.0.0/24 of 'a'",
        ),
        ("10.0.0.0/16", [subnet("a", "10.1.0.0/24")], "lies outside of 10.0.0.0/16"),
        ("10.0.0.0/16", [subnet("a", "10.0.0.0/30")], "too small"),
        ("10.0.0.0/16", [subnet("AzureBastionSubnet", "10.0.0.0/27")], "needs /26 or larger"),
        ("172.17.0.0/20", [subnet("a", "172.17.0.0/24")], "Docker's bridge"),
        ("10.0.0.1/16", [subnet("a", "10.0.0.0/24")], "no CIDR range"),
    ],
)
def test_an_address_plan_that_can_not_work_is_refused_before_anything_is_deployed(
    azure: Any, space: str, subnets: list[dict[str, Any]], words: str
) -> None:
    found = azure.errors(
        "network:VirtualNetwork", **VNET, addressSpace={"addressPrefixes": [space]}, subnets=subnets
    )
    assert any(words in one for one in found), found


def test_a_subnet_of_its_own_is_held_against_its_sisters(azure: Any) -> None:
    azure.network(subnet("a", "10.0.0.0/24"))
    assert azure.refusal("network:Subnet", **VNET, subnetName="b", addressPrefix="10.0.0.0/25") == (
        "NetcfgSubnetRangesOverlap"
    )
    assert (
        azure.refusal("network:Subnet", **VNET, subnetName="b", addressPrefix="10.9.0.0/25")
        == "NetcfgInvalidSubnet"
    )


def test_inline_subnets_are_resources_with_ids(azure: Any) -> None:
    network = azure.network(subnet("a", "10.0.0.0/24"))
    assert network.outputs["subnets"][0]["id"] == f"{network.id}/subnets/a"
    assert azure.subscription.get(f"{network.id}/subnets/a") is not None


def test_taking_an_inline_subnet_away_deletes_it_unless_it_is_in_use(azure: Any) -> None:
    network = azure.network(subnet("a", "10.0.0.0/24"), subnet("b", "10.0.1.0/24"))
    azure.update("network:VirtualNetwork", network, subnets=[subnet("b", "10.0.1.0/24")])
    assert azure.subscription.get(f"{network.id}/subnets/a") is None
    azure.make(
        "network:NetworkInterface",
        resourceGroupName="rg",
        networkInterfaceName="nic",
        ipConfigurations=[{"name": "one", "subnet": {"id": f"{network.id}/subnets/b"}}],
    )
    with pytest.raises(ArmError, match="InUseSubnetCannotBeDeleted"):
        azure.update("network:VirtualNetwork", network, subnets=[])


def test_addresses_are_given_in_order_after_the_four_that_azure_keeps(azure: Any) -> None:
    network = azure.network(subnet("a", "10.0.0.0/29"))
    place = f"{network.id}/subnets/a"
    assert allocate(azure.subscription, place, "owner", 3) == ["10.0.0.4", "10.0.0.5", "10.0.0.6"]
    with pytest.raises(ArmError, match="SubnetIsFull"):
        allocate(azure.subscription, place, "owner", 4)


def rule(name: str, **more: Any) -> dict[str, Any]:
    usual = {
        "name": name,
        "priority": 100,
        "direction": "Inbound",
        "access": "Allow",
        "protocol": "Tcp",
        "sourceAddressPrefix": "Internet",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "443",
    }
    return {**usual, **more}


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([rule("a"), rule("b")], "is taken by 'a'"),
        ([rule("a", priority=99)], "must be 100 to 4096"),
        ([rule("a", destinationPortRange="80-70")], "is no port"),
        ([rule("a", sourceAddressPrefix="Internett")], "did you mean 'Internet'?"),
        ([rule("a", sourceAddressPrefix=None)], "is required: say * for any"),
    ],
)
def test_security_rules_that_azure_refuses(azure: Any, rules: list[dict[str, Any]], words: str) -> None:
    place = {"resourceGroupName": "rg", "networkSecurityGroupName": "nsg"}
    found = azure.errors("network:NetworkSecurityGroup", **place, securityRules=rules)
    assert any(words in one for one in found), found


def test_bastions_rules_are_counted_one_by_one() -> None:
    full = [
        rule(
            str(index),
            direction=direction,
            sourceAddressPrefix=source,
            destinationAddressPrefix=target,
            destinationPortRange=port,
        )
        for index, (direction, source, target, port) in enumerate(BASTION_RULES)
    ]
    assert missing_rules(full, BASTION_RULES) == []
    for index, wanted in enumerate(BASTION_RULES):
        direction, source, target, port = wanted
        assert f"{direction} {source}→{target}:{port}" in missing_rules(
            full[:index] + full[index + 1 :], (wanted,)
        )


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
    place = f"{network.id}/subnets/nodes"
    assert azure.refusal("network:PrivateEndpoint", **endpoint(account.id, "vault", place)) == (
        "PrivateEndpointGroupIdNotValid"
    )
    assert azure.refusal("network:PrivateEndpoint", **endpoint(account.id, "dfs", place)) == (
        "PrivateEndpointGroupIdNotValid"
    )
    made = azure.make("network:PrivateEndpoint", **endpoint(account.id, "blob", place))
    assert made.outputs["customDnsConfigs"] == [
        {"fqdn": "stone.blob.core.windows.net", "ipAddresses": ["10.0.0.4"]}
    ]


def zone(azure: Any, name: str, network: str | None) -> str:
    made = azure.make(
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
    return str(made.id)


def zone_group(zones: list[str]) -> dict[str, Any]:
    return {
        "resourceGroupName": "rg",
        "privateEndpointName": "pep-blob",
        "privateDnsZoneGroupName": "default",
        "privateDnsZoneConfigs": [{"name": str(i), "privateDnsZoneId": one} for i, one in enumerate(zones)],
    }


def test_an_endpoints_zones_are_the_right_ones_and_linked(azure: Any) -> None:
    network, account = azure.network(), azure.storage()
    azure.make("network:PrivateEndpoint", **endpoint(account.id, "blob", f"{network.id}/subnets/nodes"))
    wrong = zone(azure, "privatelink.file.core.windows.net", network.id)
    right = zone(azure, "privatelink.blob.core.windows.net", None)
    assert (
        azure.refusal("network:PrivateDnsZoneGroup", **zone_group([wrong])) == "PrivateDnsZoneGroupNotValid"
    )
    assert azure.refusal("network:PrivateDnsZoneGroup", **zone_group([right])) == "PrivateDnsZoneNotLinked"


def test_a_linked_zone_can_not_be_deleted_and_is_linked_once(azure: Any) -> None:
    network = azure.network()
    identifier = zone(azure, "privatelink.vaultcore.azure.net", network.id)
    held = azure.subscription.get(identifier)
    with pytest.raises(ArmError, match="before nested resources"):
        azure.provider.delete(azure.subject("privatedns:PrivateZone", identifier), held.inputs)
    link = {
        "resourceGroupName": "rg",
        "privateZoneName": "privatelink.vaultcore.azure.net",
        "location": "global",
    }
    code = azure.refusal(
        "privatedns:VirtualNetworkLink",
        **link,
        virtualNetworkLinkName="second",
        virtualNetwork={"id": network.id},
    )
    assert code == "Conflict"


def test_a_deleted_vault_keeps_its_name_until_it_is_recovered(
    azure: Any, vault_of: Callable[..., Any]
) -> None:
    vault = azure.vault("kv-one")
    azure.delete("keyvault:Vault", vault)
    place = {"resourceGroupName": "rg", "vaultName": "kv-one"}
    assert azure.refusal("keyvault:Vault", **place, properties=vault_of()) == "ConflictError"
    azure.group("elsewhere")
    elsewhere = {"resourceGroupName": "elsewhere", "vaultName": "kv-one"}
    assert azure.refusal("keyvault:Vault", **elsewhere, properties=vault_of()) == "ConflictError"
    azure.make("keyvault:Vault", **place, properties=vault_of(createMode="recover"))


def test_purge_protection_can_not_be_undone(azure: Any, vault_of: Callable[..., Any]) -> None:
    vault = azure.vault(enablePurgeProtection=True)
    with pytest.raises(ArmError, match="irreversible"):
        azure.update("keyvault:Vault", vault, properties=vault_of())
    place = {"resourceGroupName": "rg", "vaultName": "kv-two"}
    (found,) = azure.errors("keyvault:Vault", **place, properties=vault_of(enablePurgeProtection=False))
    assert "can't be false" in found


def test_keys_of_an_account_without_shared_keys_are_refused(azure: Any) -> None:
    azure.storage("open")
    azure.storage("shut", allowSharedKeyAccess=False)
    keys = "azure-native:storage:listStorageAccountKeys"
    first = azure.provider.invoke(keys, {"accountName": "open", "resourceGroupName": "rg"})
    assert first == azure.provider.invoke(keys, {"accountName": "open", "resourceGroupName": "rg"})
    with pytest.raises(ArmError, match="Key based authentication is not permitted"):
        azure.provider.invoke(keys, {"accountName": "shut", "resourceGroupName": "rg"})


def test_a_get_function_answers_with_what_is_there(azure: Any) -> None:
    azure.storage("stone")
    place = {"accountName": "stone", "resourceGroupName": "rg"}
    found = azure.provider.invoke("azure-native:storage:getStorageAccount", place)
    assert found["primaryEndpoints"]["blob"] == "https://stone.blob.core.windows.net/"
    with pytest.raises(ArmError, match="was not found"):
        azure.provider.invoke("azure-native:storage:getStorageAccount", {**place, "accountName": "none"})


def test_a_private_registry_has_to_be_premium(azure: Any) -> None:
    place = {"resourceGroupName": "rg", "registryName": "crone"}
    (found,) = azure.errors(
        "containerregistry:Registry", **place, sku={"name": "Standard"}, publicNetworkAccess="Disabled"
    )
    assert "needs SKU Premium" in found


def test_an_identity_has_at_most_twenty_federated_credentials_with_different_subjects(azure: Any) -> None:
    azure.identity()
    place = {"resourceGroupName": "rg", "resourceName": "id-one", "audiences": ["api://AzureADTokenExchange"]}
    token = "managedidentity:FederatedIdentityCredential"

    def credential(number: int) -> dict[str, Any]:
        subject = f"system:serviceaccount:ns:account-{number}"
        name = {"federatedIdentityCredentialResourceName": f"fc-{number}"}
        return {**place, **name, "issuer": "https://issuer/", "subject": subject}

    for number in range(2):
        azure.make(token, **credential(number))
    twin = {**credential(1), "federatedIdentityCredentialResourceName": "twin"}
    assert azure.refusal(token, **twin) == "FederatedIdentityCredentialAlreadyExists"


def test_diagnostics_go_somewhere_and_ask_for_what_the_resource_has(azure: Any) -> None:
    account = azure.storage()
    logs = azure.make(
        "operationalinsights:Workspace",
        resourceGroupName="rg",
        workspaceName="logs",
        sku={"name": "PerGB2018"},
    )
    setting = {"resourceUri": account.id, "name": "all"}
    metrics = [{"category": "Transaction", "enabled": True}]
    assert azure.errors("monitor:DiagnosticSetting", **setting, metrics=metrics) != []
    wrong = {"logs": [{"categoryGroup": "allLogs", "enabled": True}], "workspaceId": logs.id}
    assert azure.refusal("monitor:DiagnosticSetting", **setting, **wrong) == "BadRequest"
    azure.make("monitor:DiagnosticSetting", **setting, metrics=metrics, workspaceId=logs.id)
    assert azure.refusal(
        "monitor:DiagnosticSetting", **{**setting, "name": "more"}, metrics=metrics, workspaceId=logs.id
    ) == ("Conflict")


def test_a_budget_starts_on_the_first_of_a_month(azure: Any, group: str) -> None:
    budget = {"scope": group, "budgetName": "b", "amount": 10, "category": "Cost", "timeGrain": "Monthly"}
    (found,) = azure.errors("consumption:Budget", **budget, timePeriod={"startDate": "2026-11-02T00:00:00Z"})
    assert "first of a month" in found
    assert (
        azure.errors("consumption:Budget", **budget, timePeriod={"startDate": "2026-11-01T00:00:00Z"}) == []
    )
