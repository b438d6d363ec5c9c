"""The SDK's own types as a strict schema."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.arm.catalogue import Types
from azsandbox.schema import catalogue, outputs
from azsandbox.schema.validate import Problem, validate
from azsandbox.schema.values import UNKNOWN, Secret

SUBNET = "azure-native:network:Subnet"
CLUSTER = "azure-native:containerservice:ManagedCluster"
PLACE = {"resourceGroupName": "rg", "virtualNetworkName": "v", "subnetName": "s"}


def problems(token: str, **inputs: Any) -> list[Problem]:
    return validate(catalogue.shared().shape(token), inputs)


def test_an_unknown_property_is_named_with_its_path_and_a_suggestion() -> None:
    (found,) = problems(SUBNET, **PLACE, natGatway={"id": "x"})
    assert (found.path, found.code) == ("natGatway", "unknown-property")
    assert "did you mean 'natGateway'?" in found.message


def test_a_python_name_on_the_wire_is_answered_with_the_wire_name() -> None:
    (found,) = problems(SUBNET, **PLACE, address_prefix="10.0.0.0/24")
    assert "on the wire it is called 'addressPrefix'" in found.message


def test_a_missing_property_deep_inside_is_named_by_path() -> None:
    found = problems(CLUSTER, resourceGroupName="rg", agentPoolProfiles=[{"count": 1}])
    assert [(one.path, one.message) for one in found] == [("agentPoolProfiles[0].name", "is required")]


@pytest.mark.parametrize(
    ("value", "kind"), [("three", "integer"), (True, "integer"), (1.5, "integer"), ([], "integer")]
)
def test_a_value_of_the_wrong_type_is_refused(value: object, kind: str) -> None:
    (found,) = problems(CLUSTER, resourceGroupName="rg", agentPoolProfiles=[{"name": "a", "count": value}])
    assert found.path == "agentPoolProfiles[0].count"
    assert f"must be of type {kind}" in found.message


def test_a_closed_enum_refuses_and_an_open_one_only_warns() -> None:
    (closed,) = problems(CLUSTER, resourceGroupName="rg", identity={"type": "userassigned"})
    assert not closed.warning
    assert "did you mean 'UserAssigned'?" in closed.message
    (opened,) = problems(CLUSTER, resourceGroupName="rg", networkProfile={"networkPlugin": "azzure"})
    assert opened.warning
    assert "did you mean 'azure'?" in opened.message


def test_a_newer_generation_of_a_size_is_no_news() -> None:
    token = "azure-native:compute:VirtualMachine"
    assert problems(token, resourceGroupName="rg", hardwareProfile={"vmSize": "Standard_D2s_v99"}) == []
    assert problems(token, resourceGroupName="rg", hardwareProfile={"vmSize": "Standrd_D2s_v3"})[0].warning


def test_a_discriminator_chooses_whose_problems_are_told() -> None:
    token = "azure-native:machinelearningservices:Compute"
    place = {"resourceGroupName": "rg", "workspaceName": "w", "computeName": "c"}
    (found,) = problems(
        token, **place, properties={"computeType": "Kubernetes", "properties": {"namespce": "x"}}
    )
    assert found.path == "properties.properties.namespce"
    assert "did you mean 'namespace'?" in found.message


def test_unknown_and_secret_values_pass_where_their_type_can_not_be_wrong() -> None:
    assert problems(SUBNET, **{**PLACE, "addressPrefix": UNKNOWN}) == []
    assert problems(SUBNET, **{**PLACE, "addressPrefix": Secret("10.0.0.0/24")}) == []
    (found,) = problems(SUBNET, **{**PLACE, "addressPrefix": Secret(3)})
    assert found.code == "type"


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


def test_identities_go_in_as_a_list_and_come_out_as_a_map() -> None:
    shape = catalogue.shared().shape(CLUSTER)
    inputs = {"identity": {"type": "UserAssigned", "userAssignedIdentities": ["/subscriptions/s/x"]}}
    assert outputs.echo(shape, inputs)["identity"]["userAssignedIdentities"] == {"/subscriptions/s/x": {}}


def test_what_only_says_where_a_resource_lives_is_no_output() -> None:
    shape = catalogue.shared().shape(SUBNET)
    assert outputs.echo(shape, {**PLACE, "addressPrefix": "10.0.0.0/24"}) == {"addressPrefix": "10.0.0.0/24"}


def test_a_preview_knows_its_inputs_and_nothing_else() -> None:
    shape = catalogue.shared().shape(SUBNET)
    found = outputs.unknowns(shape, outputs.echo(shape, {"addressPrefix": "10.0.0.0/24"}))
    assert found["addressPrefix"] == "10.0.0.0/24"
    assert found["provisioningState"] is UNKNOWN


def test_every_declared_id_is_made_of_inputs_that_the_sdk_has() -> None:
    types = Types.load()
    for token in types.tokens:
        known = catalogue.shared().shape(token).inputs["props"]
        assert set(types.get(token).path_parameters) <= set(known), token


def test_every_declared_path_leads_to_an_input_that_the_sdk_has() -> None:
    types = Types.load()
    for token in types.tokens:
        spec = types.get(token)
        for path in (*spec.replace, *(one.path for one in spec.references)):
            assert _leads_somewhere(token, path), f"{token}: {path}"


def _leads_somewhere(token: str, path: str) -> bool:
    resource = catalogue.shared().shape(token)
    shapes = [resource.inputs]
    for part in path.replace("[]", "").split("."):
        found: list[dict[str, Any]] = []
        for shape in shapes:
            inner = shape.get("values") or shape.get("props", {}).get(part)
            found += _objects(inner, resource.types) if inner else []
        if not found:
            return False
        shapes = found
    return True


def _objects(shape: dict[str, Any], types: dict[str, Any]) -> list[dict[str, Any]]:
    if "items" in shape:
        return _objects(shape["items"], types)
    if "oneOf" in shape:
        return [one for arm in shape["oneOf"] for one in _objects(arm, types)]
    return [types[shape["ref"]]] if "ref" in shape else [shape]
