"""Inputs of azure-native become the bodies of ARM requests."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.arm.bodies.request import body
from azsandbox.errors import ExportError
from azsandbox.schema import catalogue
from azsandbox.services import all_types

TYPES = all_types()


def converted(token: str, **inputs: Any) -> dict[str, Any]:
    full = f"azure-native:{token}"
    return body(full, TYPES.get(full).path_parameters, catalogue.shared().shape(full), inputs)


def test_flattened_inputs_are_nested_in_properties_at_every_depth() -> None:
    result = converted(
        "network:VirtualNetwork",
        resourceGroupName="rg",
        virtualNetworkName="vnet",
        location="westeurope",
        tags={"owner": "tests"},
        addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
        subnets=[
            {
                "name": "nodes",
                "addressPrefix": "10.0.0.0/24",
                "networkSecurityGroup": {"id": "/nsg", "securityRules": [{"name": "deny", "priority": 4096}]},
            }
        ],
    )
    assert result == {
        "location": "westeurope",
        "tags": {"owner": "tests"},
        "properties": {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [
                {
                    "name": "nodes",
                    "properties": {
                        "addressPrefix": "10.0.0.0/24",
                        "networkSecurityGroup": {
                            "id": "/nsg",
                            "properties": {
                                "securityRules": [{"name": "deny", "properties": {"priority": 4096}}]
                            },
                        },
                    },
                }
            ],
        },
    }


def test_properties_that_the_sdk_does_not_flatten_are_not_nested_again() -> None:
    properties = {"tenantId": "t", "sku": {"family": "A", "name": "standard"}}
    result = converted("keyvault:Vault", resourceGroupName="rg", vaultName="kv", properties=properties)
    assert result == {"properties": properties}


def test_the_same_input_can_be_inside_or_outside_properties_depending_on_the_type() -> None:
    sku = {"name": "PerGB2018"}
    logs = converted("operationalinsights:Workspace", resourceGroupName="rg", workspaceName="log", sku=sku)
    store = converted(
        "storage:StorageAccount", resourceGroupName="rg", accountName="st", sku=sku, kind="StorageV2"
    )
    assert logs == {"properties": {"sku": sku}}
    assert store == {"sku": sku, "kind": "StorageV2"}


def test_inputs_get_the_names_that_arm_uses() -> None:
    result = converted(
        "storage:StorageAccount",
        resourceGroupName="rg",
        accountName="st",
        enableHttpsTrafficOnly=True,
        networkRuleSet={"defaultAction": "Deny", "ipRules": [{"iPAddressOrRange": "10.1.1.1"}]},
    )
    assert result["properties"] == {
        "supportsHttpsTrafficOnly": True,
        "networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "10.1.1.1"}]},
    }


def test_user_assigned_identities_become_a_map() -> None:
    identity = {"type": "UserAssigned", "userAssignedIdentities": ["/one", "/two"]}
    result = converted(
        "containerservice:ManagedCluster", resourceGroupName="rg", resourceName="k", identity=identity
    )
    assert result["identity"]["userAssignedIdentities"] == {"/one": {}, "/two": {}}


def test_a_union_is_converted_by_its_discriminator() -> None:
    result = converted(
        "monitor:MetricAlert",
        resourceGroupName="rg",
        ruleName="alert",
        criteria={
            "odataType": "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria",
            "allOf": [],
        },
    )
    assert result["properties"]["criteria"] == {
        "odata.type": "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria",
        "allOf": [],
    }


@pytest.mark.parametrize(
    ("token", "inputs", "words"),
    [
        (
            "network:VirtualNetwork",
            {"subnets": [{"name": "a"}, {"name": "b", "adressPrefix": "10.0.0.0/24"}]},
            r"subnets\[1\]\.adressPrefix has no known property .*addressPrefix",
        ),
        (
            "keyvault:Vault",
            {"enabledForDeployment": True},
            "keyvault:Vault enabledForDeployment has no known property",
        ),
        ("storage:FileShare", {"expand": "snapshots"}, "storage:FileShare expand has no known property"),
        (
            "machinelearningservices:Datastore",
            {"skipValidation": True},
            "skipValidation has no known property",
        ),
    ],
)
def test_an_input_without_a_known_property_is_an_error_with_type_and_path(
    token: str, inputs: dict[str, Any], words: str
) -> None:
    with pytest.raises(ExportError, match=words):
        converted(token, **inputs)


def test_a_type_that_the_table_does_not_list_is_an_error() -> None:
    token = "azure-native:network:LoadBalancer"
    with pytest.raises(ExportError, match=f"{token} can't be exported"):
        body(token, (), catalogue.shared().shape(token), {})
