"""The body of a request becomes azure-native's inputs again, and outputs become the body of a response."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.arm.bodies.inputs import inputs
from azsandbox.arm.bodies.request import body
from azsandbox.arm.bodies.response import response
from azsandbox.schema import catalogue
from azsandbox.services import all_types

TYPES = all_types()
ID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"

CASES: list[tuple[str, dict[str, Any]]] = [
    (
        "network:VirtualNetwork",
        {
            "location": "westeurope",
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [
                {
                    "name": "nodes",
                    "addressPrefix": "10.0.0.0/24",
                    "delegations": [{"name": "d", "serviceName": "x"}],
                }
            ],
        },
    ),
    (
        "storage:StorageAccount",
        {
            "kind": "StorageV2",
            "sku": {"name": "Standard_LRS"},
            "enableHttpsTrafficOnly": True,
            "networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"iPAddressOrRange": "20.0.0.1"}]},
            "identity": {"type": "UserAssigned", "userAssignedIdentities": [ID]},
        },
    ),
    ("containerservice:ManagedCluster", {"autoScalerProfile": {"scanInterval": "20s"}, "dnsPrefix": "aks"}),
    (
        "monitor:MetricAlert",
        {
            "criteria": {
                "odataType": "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria",
                "allOf": [{"criterionType": "StaticThresholdCriterion", "name": "low"}],
            }
        },
    ),
    (
        "eventgrid:EventSubscription",
        {
            "destination": {
                "endpointType": "EventHub",
                "resourceId": f"{ID}/x",
                "deliveryAttributeMappings": [],
            }
        },
    ),
    (
        "keyvault:Vault",
        {"location": "westeurope", "properties": {"sku": {"family": "A", "name": "standard"}}},
    ),
    (
        "applicationinsights:Component",
        {"kind": "web", "applicationType": "web", "ingestionMode": "LogAnalytics"},
    ),
    ("authorization:RoleDefinition", {"roleName": "Roaster", "roleType": "CustomRole"}),
]


@pytest.mark.parametrize(("token", "values"), CASES)
def test_the_mapping_read_backwards_gives_the_inputs_again(token: str, values: dict[str, Any]) -> None:
    full = f"azure-native:{token}"
    shape, path = catalogue.shared().shape(full), TYPES.get(full).path_parameters
    assert inputs(shape, path, body(full, path, shape, values)) == values


def test_read_only_properties_that_a_client_sends_back_are_ignored() -> None:
    shape = catalogue.shared().shape("azure-native:network:Subnet")
    sent = {
        "id": "/subscriptions/s",
        "name": "nodes",
        "etag": "W/1",
        "properties": {"addressPrefix": "10.0.0.0/24", "provisioningState": "Succeeded", "purpose": "x"},
    }
    result = inputs(shape, TYPES.get("azure-native:network:Subnet").path_parameters, sent)
    assert result["addressPrefix"] == "10.0.0.0/24"
    assert not {"etag", "provisioningState", "purpose"} & set(result)


def test_an_unknown_property_stays_for_the_check_unless_it_is_of_another_version() -> None:
    shape = catalogue.shared().shape("azure-native:network:RouteTable")
    sent = {"properties": {"routs": []}, "lokation": "x"}
    assert inputs(shape, (), sent) == {"routs": [], "lokation": "x"}
    assert inputs(shape, (), sent, unknown=False) == {}


def test_outputs_are_shown_where_arm_has_them() -> None:
    shape = catalogue.shared().shape("azure-native:applicationinsights:Component")
    shown = response(
        shape, {"name": "appi", "kind": "web", "instrumentationKey": "k", "azureApiVersion": "2020-02-02"}
    )
    assert shown == {"name": "appi", "kind": "web", "properties": {"InstrumentationKey": "k"}}


@pytest.mark.parametrize(
    "value",
    [
        [],
        "text",
        5,
        {"properties": []},
        {"properties": {"subnets": {}}},
        {"properties": {"subnets": [None, 1]}},
    ],
)
def test_a_body_of_any_shape_is_read(value: Any) -> None:
    shape = catalogue.shared().shape("azure-native:network:VirtualNetwork")
    assert isinstance(inputs(shape, (), value if isinstance(value, dict) else {"properties": value}), dict)
