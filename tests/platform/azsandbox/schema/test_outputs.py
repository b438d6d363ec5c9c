"""Inputs in the shape of outputs."""

from __future__ import annotations

from azsandbox.schema import catalogue, outputs
from azsandbox.schema.values import UNKNOWN

SUBNET = "azure-native:network:Subnet"
CLUSTER = "azure-native:containerservice:ManagedCluster"
NAMED = {"resourceGroupName": "rg", "virtualNetworkName": "v", "subnetName": "s"}


def test_identities_go_in_as_a_list_and_come_out_as_a_map() -> None:
    shape = catalogue.shared().shape(CLUSTER)
    inputs = {"identity": {"type": "UserAssigned", "userAssignedIdentities": ["/subscriptions/s/x"]}}
    assert outputs.echo(shape, inputs)["identity"]["userAssignedIdentities"] == {"/subscriptions/s/x": {}}


def test_path_parameters_are_not_outputs() -> None:
    shape = catalogue.shared().shape(SUBNET)
    assert outputs.echo(shape, {**NAMED, "addressPrefix": "10.0.0.0/24"}) == {"addressPrefix": "10.0.0.0/24"}


def test_a_preview_knows_its_inputs_and_nothing_else() -> None:
    shape = catalogue.shared().shape(SUBNET)
    preview = outputs.unknowns(shape, outputs.echo(shape, {"addressPrefix": "10.0.0.0/24"}))
    assert preview["addressPrefix"] == "10.0.0.0/24"
    assert preview["provisioningState"] is UNKNOWN


def test_listed_words_come_back_as_published_where_the_service_answers_so() -> None:
    shape = catalogue.shared().shape("azure-native:network:NetworkSecurityGroup")
    rule = {"name": "r", "access": "ALLOW", "direction": "inbound", "protocol": "Other"}
    published = {"name": "r", "access": "Allow", "direction": "Inbound", "protocol": "Other"}
    assert outputs.echo(shape, {"securityRules": [rule]}) == {"securityRules": [rule]}
    assert outputs.echo(shape, {"securityRules": [rule]}, published=True) == {"securityRules": [published]}
