"""Container registry: what needs SKU Premium, and the admin user's credentials."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError

REGISTRY = {"resourceGroupName": "rg", "registryName": "crone"}
CREDENTIALS = "azure-native:containerregistry:listRegistryCredentials"


def test_a_private_registry_has_to_be_premium(azure: Any) -> None:
    (problem,) = azure.errors(
        "containerregistry:Registry", **REGISTRY, sku={"name": "Standard"}, publicNetworkAccess="Disabled"
    )
    assert "needs SKU Premium" in problem


def test_a_premium_registry_has_data_endpoints_in_its_region(azure: Any) -> None:
    registry = azure.make(
        "containerregistry:Registry",
        **REGISTRY,
        sku={"name": "Premium"},
        publicNetworkAccess="Disabled",
        dataEndpointEnabled=True,
    )
    assert registry.outputs["loginServer"] == "crone.azurecr.io"
    assert registry.outputs["dataEndpointHostNames"] == ["crone.westeurope.data.azurecr.io"]


def test_a_registrys_name_is_unique_in_all_of_azure(azure: Any) -> None:
    azure.make("containerregistry:Registry", **REGISTRY, sku={"name": "Standard"})
    azure.group("elsewhere")
    twin = {**REGISTRY, "resourceGroupName": "elsewhere"}
    with pytest.raises(ArmError, match=r"crone\.azurecr\.io is already in use") as refusal:
        azure.make("containerregistry:Registry", **twin, sku={"name": "Standard"})
    assert refusal.value.code == "AlreadyInUse"


def test_credentials_need_the_admin_user(azure: Any) -> None:
    azure.make("containerregistry:Registry", **REGISTRY, sku={"name": "Standard"})
    with pytest.raises(ArmError, match="Admin user is disabled on registry crone") as refusal:
        azure.provider.invoke(CREDENTIALS, REGISTRY)
    assert refusal.value.code == "UnAuthorizedForCredentialOperations"


def test_credentials_are_the_same_on_every_call(azure: Any) -> None:
    azure.make("containerregistry:Registry", **REGISTRY, sku={"name": "Standard"}, adminUserEnabled=True)
    first = azure.provider.invoke(CREDENTIALS, REGISTRY)
    assert first["username"] == "crone"
    assert [password["name"] for password in first["passwords"]] == ["password", "password2"]
    assert first == azure.provider.invoke(CREDENTIALS, REGISTRY)
