"""Inputs of azure-native as the bodies that ARM takes."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.arm.catalogue import Types
from azsandbox.errors import ExportError
from azsandbox.export.arm.body import body
from azsandbox.schema import catalogue

TYPES = Types.load()


def placed(token: str, **inputs: Any) -> dict[str, Any]:
    full = f"azure-native:{token}"
    return body(full, TYPES.get(full).path_parameters, catalogue.shared().shape(full), inputs)


def test_what_azure_native_flattens_goes_back_into_properties_at_every_depth() -> None:
    made = placed(
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
    assert made == {
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


def test_properties_that_the_sdk_leaves_alone_are_not_nested_again() -> None:
    properties = {"tenantId": "t", "sku": {"family": "A", "name": "standard"}}
    made = placed("keyvault:Vault", resourceGroupName="rg", vaultName="kv", properties=properties)
    assert made == {"properties": properties}


def test_the_same_name_lies_where_its_own_type_has_it() -> None:
    sku = {"name": "PerGB2018"}
    logs = placed("operationalinsights:Workspace", resourceGroupName="rg", workspaceName="log", sku=sku)
    store = placed(
        "storage:StorageAccount", resourceGroupName="rg", accountName="st", sku=sku, kind="StorageV2"
    )
    assert logs == {"properties": {"sku": sku}}
    assert store == {"sku": sku, "kind": "StorageV2"}


def test_arms_own_names_replace_those_of_the_sdk() -> None:
    made = placed(
        "storage:StorageAccount",
        resourceGroupName="rg",
        accountName="st",
        enableHttpsTrafficOnly=True,
        networkRuleSet={"defaultAction": "Deny", "ipRules": [{"iPAddressOrRange": "10.1.1.1"}]},
    )
    assert made["properties"] == {
        "supportsHttpsTrafficOnly": True,
        "networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "10.1.1.1"}]},
    }


def test_assigned_identities_become_the_map_that_arm_wants() -> None:
    identity = {"type": "UserAssigned", "userAssignedIdentities": ["/one", "/two"]}
    made = placed(
        "containerservice:ManagedCluster", resourceGroupName="rg", resourceName="k", identity=identity
    )
    assert made["identity"]["userAssignedIdentities"] == {"/one": {}, "/two": {}}


def test_a_union_is_placed_by_its_discriminator() -> None:
    made = placed(
        "monitor:MetricAlert",
        resourceGroupName="rg",
        ruleName="alert",
        criteria={
            "odataType": "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria",
            "allOf": [],
        },
    )
    assert made["properties"]["criteria"] == {
        "odata.type": "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria",
        "allOf": [],
    }


@pytest.mark.parametrize(
    ("token", "inputs", "words"),
    [
        (
            "network:VirtualNetwork",
            {"subnets": [{"name": "a"}, {"name": "b", "adressPrefix": "10.0.0.0/24"}]},
            r"subnets\[1\]\.adressPrefix has no known place .*addressPrefix",
        ),
        (
            "keyvault:Vault",
            {"enabledForDeployment": True},
            "keyvault:Vault enabledForDeployment has no known",
        ),
        ("storage:FileShare", {"expand": "snapshots"}, "storage:FileShare expand has no known place"),
        ("machinelearningservices:Datastore", {"skipValidation": True}, "skipValidation has no known place"),
    ],
)
def test_an_input_without_a_place_is_an_error_with_type_and_path(
    token: str, inputs: dict[str, Any], words: str
) -> None:
    with pytest.raises(ExportError, match=words):
        placed(token, **inputs)


def test_a_type_that_the_table_does_not_list_is_an_error() -> None:
    token = "azure-native:network:LoadBalancer"
    with pytest.raises(ExportError, match=f"{token} has no known place in an ARM template"):
        body(token, (), catalogue.shared().shape(token), {})
