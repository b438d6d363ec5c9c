"""What is read from the classes of the SDK."""

from __future__ import annotations

from azsandbox.schema import catalogue


def test_two_modules_with_a_type_of_one_name_keep_their_own() -> None:
    """Key Vault's NetworkRuleSet has `virtualNetworkRules[].id`, Storage's `virtualNetworkResourceId`."""
    vault = (
        catalogue.shared()
        .shape("azure-native:keyvault:Vault")
        .types["keyvault._inputs:VirtualNetworkRuleArgs"]
    )
    account = (
        catalogue.shared()
        .shape("azure-native:storage:StorageAccount")
        .types["storage._inputs:VirtualNetworkRuleArgs"]
    )
    assert "id" in vault["props"]
    assert "virtualNetworkResourceId" in account["props"]
