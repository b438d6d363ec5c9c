"""Inputs against the types of the SDK, as a strict schema."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.schema import catalogue
from azsandbox.schema.validate import Problem, validate
from azsandbox.schema.values import UNKNOWN, Secret

SUBNET = "azure-native:network:Subnet"
CLUSTER = "azure-native:containerservice:ManagedCluster"
NAMED = {"resourceGroupName": "rg", "virtualNetworkName": "v", "subnetName": "s"}


def problems(token: str, **inputs: Any) -> list[Problem]:
    return validate(catalogue.shared().shape(token), inputs)


def test_an_unknown_property_is_named_with_its_path_and_a_suggestion() -> None:
    (problem,) = problems(SUBNET, **NAMED, natGatway={"id": "x"})
    assert (problem.path, problem.code) == ("natGatway", "unknown-property")
    assert "did you mean 'natGateway'?" in problem.message


def test_a_python_name_in_place_of_the_wire_name_is_refused_with_the_wire_name() -> None:
    (problem,) = problems(SUBNET, **NAMED, address_prefix="10.0.0.0/24")
    assert "on the wire it is called 'addressPrefix'" in problem.message


def test_a_missing_property_deep_inside_is_named_by_path() -> None:
    (problem,) = problems(CLUSTER, resourceGroupName="rg", agentPoolProfiles=[{"count": 1}])
    assert (problem.path, problem.message) == ("agentPoolProfiles[0].name", "is required")


@pytest.mark.parametrize(
    ("value", "kind"), [("three", "integer"), (True, "integer"), (1.5, "integer"), ([], "integer")]
)
def test_a_value_of_the_wrong_type_is_refused(value: object, kind: str) -> None:
    (problem,) = problems(CLUSTER, resourceGroupName="rg", agentPoolProfiles=[{"name": "a", "count": value}])
    assert problem.path == "agentPoolProfiles[0].count"
    assert f"must be of type {kind}" in problem.message


def test_a_value_that_differs_only_in_case_is_doubtful_since_services_compare_without_case() -> None:
    (problem,) = problems(CLUSTER, resourceGroupName="rg", identity={"type": "userassigned"})
    assert problem.warning
    assert "is 'UserAssigned' in the specification" in problem.message


def test_a_value_outside_a_published_list_is_refused_in_a_closed_enum_and_in_an_open_one() -> None:
    (closed,) = problems(CLUSTER, resourceGroupName="rg", identity={"type": "UserAsigned"})
    assert not closed.warning
    assert "did you mean 'UserAssigned'?" in closed.message
    (opened,) = problems(CLUSTER, resourceGroupName="rg", networkProfile={"networkPlugin": "azzure"})
    assert not opened.warning
    assert "did you mean 'azure'?" in opened.message
    assert (
        "containerservice:ContainerServiceNetworkProfile.networkPlugin" in opened.message
    )  # how to exempt one


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        ("network:SecurityRule", {"direction": "Ingress"}),
        ("containerregistry:Registry", {"sku": {"name": "Standart"}}),
        ("storage:StorageAccount", {"publicNetworkAccess": "Disable"}),
        ("keyvault:Vault", {"properties": {"sku": {"family": "A", "name": "standrd"}}}),
        ("containerservice:ManagedCluster", {"networkProfile": {"outboundType": "userDefinedRoute"}}),
    ],
)
def test_a_misspelt_value_is_an_error_of_every_service(token: str, inputs: dict[str, object]) -> None:
    findings = [problem for problem in problems(f"azure-native:{token}", **inputs) if problem.code == "enum"]
    assert [problem.warning for problem in findings] == [False]


def test_another_case_or_space_is_what_azure_takes_and_a_warning() -> None:
    (problem,) = problems(CLUSTER, resourceGroupName="rg", networkProfile={"networkPlugin": "Azure"})
    assert problem.warning
    assert "is 'azure' in the specification" in problem.message


def test_a_size_that_is_newer_than_the_list_is_taken() -> None:
    token = "azure-native:compute:VirtualMachine"
    assert problems(token, resourceGroupName="rg", hardwareProfile={"vmSize": "Standard_D2ads_v7"}) == []
    assert not problems(token, resourceGroupName="rg", hardwareProfile={"vmSize": "Standrd_D2s_v3"})[
        0
    ].warning


def test_a_range_of_the_specifications_holds_deep_inside() -> None:
    (problem,) = problems(
        CLUSTER, resourceGroupName="rg", agentPoolProfiles=[{"name": "a", "osDiskSizeGB": 4096}]
    )
    assert (problem.path, problem.message) == (
        "agentPoolProfiles[0].osDiskSizeGB",
        "is 4,096, but must be between 0 and 2,048",
    )


def test_a_discriminator_chooses_whose_problems_are_reported() -> None:
    token = "azure-native:machinelearningservices:Compute"
    named = {"resourceGroupName": "rg", "workspaceName": "w", "computeName": "c"}
    (problem,) = problems(
        token, **named, properties={"computeType": "Kubernetes", "properties": {"namespce": "x"}}
    )
    assert problem.path == "properties.properties.namespce"
    assert "did you mean 'namespace'?" in problem.message


def test_unknown_and_secret_values_pass_where_their_type_can_not_be_wrong() -> None:
    assert problems(SUBNET, **{**NAMED, "addressPrefix": UNKNOWN}) == []
    assert problems(SUBNET, **{**NAMED, "addressPrefix": Secret("10.0.0.0/24")}) == []
    (problem,) = problems(SUBNET, **{**NAMED, "addressPrefix": Secret(3)})
    assert problem.code == "type"
