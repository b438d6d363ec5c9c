"""ARM's own answers: versions, types, lists, statuses, long-running operations, errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet"
VERSION = "2024-05-01"


def ask(api: Any, method: str, path: str, body: Any = None, version: str = VERSION) -> Any:
    content = json.dumps(body).encode() if body is not None else b""
    query = f"{'&' if '?' in path else '?'}api-version={version}" if version else ""
    return api.answer(method, f"https://localhost{path}{query}", content)


@pytest.fixture
def network(api: Any) -> Any:
    """A network with one subnet."""
    assert ask(api, "PUT", GROUP, {"location": "westeurope"}, "2021-04-01").status == 201
    body = {
        "location": "westeurope",
        "properties": {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [{"name": "nodes", "properties": {"addressPrefix": "10.0.0.0/24"}}],
        },
    }
    answer = ask(api, "PUT", NETWORK, body)
    assert answer.status == 201
    assert "/operationStatuses/" in answer.headers["Azure-AsyncOperation"]
    return api


@pytest.mark.parametrize(
    ("path", "version", "status", "code", "says"),
    [
        (NETWORK, "", 400, "MissingApiVersionParameter", "required for all requests"),
        (NETWORK, "2017-12-31", 404, "InvalidResourceType", "2024-05-01"),
        (
            f"{GROUP}/providers/Microsoft.Network/nothings/x",
            VERSION,
            404,
            "InvalidResourceType",
            "'nothings'",
        ),
        (
            f"{GROUP}/providers/Microsoft.Nothing/x/y",
            VERSION,
            404,
            "InvalidResourceNamespace",
            "Microsoft.Nothing",
        ),
        (
            f"{GROUP}/providers/Microsoft.Network/loadBalancers/x",
            VERSION,
            501,
            "NotModelled",
            "loadBalancers",
        ),
        (GROUP, "2011-01-01", 400, "InvalidApiVersionParameter", "2021-04-01"),
    ],
)
def test_what_arm_does_not_know_is_refused_in_its_own_words(
    api: Any,
    *,
    path: str,
    version: str,
    status: int,
    code: str,
    says: str,
) -> None:
    answer = ask(api, "GET", path, version=version)
    assert (answer.status, answer.body["error"]["code"]) == (status, code)
    assert says in answer.body["error"]["message"]


def test_a_put_in_an_unknown_version_names_the_versions_and_the_locations(api: Any) -> None:
    error = ask(api, "PUT", NETWORK, {"location": "westeurope"}, "2017-12-31").body["error"]
    assert error["code"] == "NoRegisteredProviderFound"
    assert "for location 'westeurope' and API version '2017-12-31'" in error["message"]
    assert "2024-05-01" in error["message"]


def test_a_version_newer_than_the_table_is_taken(network: Any) -> None:
    assert ask(network, "GET", NETWORK, version="2026-10-01").status == 200
    assert ask(network, "GET", NETWORK, version="2099-01-01").status == 404


def test_a_network_shows_its_subnets_however_they_were_made(network: Any) -> None:
    subnet = ask(network, "PUT", f"{NETWORK}/subnets/more", {"properties": {"addressPrefix": "10.0.1.0/24"}})
    assert subnet.status == 201
    shown = ask(network, "GET", NETWORK).body["properties"]["subnets"]
    assert {item["name"]: item["properties"]["addressPrefix"] for item in shown} == {
        "nodes": "10.0.0.0/24",
        "more": "10.0.1.0/24",
    }


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (f"{NETWORK}/subnets", ["nodes"]),
        (f"{GROUP}/providers/Microsoft.Network/virtualNetworks", ["vnet"]),
        (f"{SUBSCRIPTION}/providers/Microsoft.Network/virtualNetworks", ["vnet"]),
    ],
)
def test_lists_are_below_a_parent_in_a_group_and_in_the_subscription(
    network: Any, path: str, names: list[str]
) -> None:
    assert [item["name"] for item in ask(network, "GET", path).body["value"]] == names


def test_a_patch_merges_and_keeps_the_rest(network: Any) -> None:
    assert ask(network, "PATCH", NETWORK, {"tags": {"team": "ml"}}).status == 200
    body = ask(network, "GET", NETWORK).body
    assert body["tags"] == {"team": "ml"}
    assert body["properties"]["addressSpace"] == {"addressPrefixes": ["10.0.0.0/16"]}
    assert len(body["properties"]["subnets"]) == 1


def test_a_type_without_a_published_patch_refuses_one(network: Any) -> None:
    answer = ask(network, "PATCH", f"{NETWORK}/subnets/nodes", {"properties": {}})
    assert (answer.status, answer.body["error"]["code"]) == (405, "HttpMethodNotAllowed")


def test_a_head_tells_whether_a_resource_exists(network: Any) -> None:
    assert ask(network, "HEAD", GROUP, version="2021-04-01").status == 204
    assert ask(network, "HEAD", f"{SUBSCRIPTION}/resourceGroups/other", version="2021-04-01").status == 404


def test_a_delete_is_a_long_operation_and_then_nothing_is_there(network: Any) -> None:
    answer = ask(network, "DELETE", NETWORK)
    assert answer.status == 202
    status = network.answer("GET", answer.headers["Azure-AsyncOperation"])
    assert status.body["status"] == "Succeeded"
    assert ask(network, "DELETE", NETWORK).status == 204
    assert ask(network, "GET", NETWORK).body["error"]["code"] == "ResourceNotFound"


def test_a_tracked_resource_needs_a_location(network: Any) -> None:
    answer = ask(
        network, "PUT", f"{GROUP}/providers/Microsoft.Network/routeTables/routes", {"properties": {}}
    )
    assert (answer.status, answer.body["error"]["code"]) == (400, "LocationRequired")


def test_an_unknown_property_is_refused_in_the_version_whose_properties_are_known(network: Any) -> None:
    spec = network.application.resources.type_of(NETWORK)
    own = network.application.resources.provider.shapes.shape(spec.token).api_version
    body = {
        "location": "westeurope",
        "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "adressSpace": {}},
    }
    refused = ask(network, "PUT", NETWORK, body, own)
    assert refused.status == 400
    assert "adressSpace" in refused.body["error"]["message"]
    assert ask(network, "PUT", NETWORK, body, "2018-11-01").status == 200


def test_names_of_properties_are_compared_without_case(network: Any) -> None:
    body = {"location": "westeurope", "Properties": {"ADDRESSSPACE": {"addressprefixes": ["10.0.0.0/16"]}}}
    assert ask(network, "PUT", NETWORK, body).status == 200


def test_the_id_of_a_resource_has_arms_spelling(api: Any) -> None:
    path = f"{SUBSCRIPTION}/resourcegroups/rg"
    assert ask(api, "PUT", path, {"location": "westeurope"}, "2021-04-01").body["id"] == GROUP


def test_keys_and_free_names_are_answered(network: Any) -> None:
    account = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stbeans"
    body = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}}
    assert ask(network, "PUT", account, body, "2023-05-01").status == 202
    assert len(ask(network, "POST", f"{account}/listKeys", version="2023-05-01").body["keys"]) == 2
    check = f"{SUBSCRIPTION}/providers/Microsoft.Storage/checkNameAvailability"
    taken = ask(network, "POST", check, {"name": "stbeans"}, "2023-05-01").body
    assert taken["nameAvailable"] is False
    assert ask(network, "POST", check, {"name": "stfree"}, "2023-05-01").body == {"nameAvailable": True}
    listed = ask(network, "GET", f"{GROUP}/resources", version="2021-04-01").body["value"]
    assert {item["name"] for item in listed} == {"vnet", "stbeans"}


def test_a_service_that_exists_with_its_account_is_shown_before_anyone_writes_it(network: Any) -> None:
    account = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stbeans"
    body = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}}
    ask(network, "PUT", account, body, "2023-05-01")
    assert ask(network, "GET", f"{account}/blobServices/default", version="2023-05-01").status == 200


def test_built_in_roles_are_listed_by_name(network: Any) -> None:
    path = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions?$filter=roleName eq 'Reader'"
    (role,) = ask(network, "GET", path, version="2022-04-01").body["value"]
    assert role["properties"]["type"] == "BuiltInRole"


def test_a_put_that_repeats_a_password_changes_nothing(network: Any) -> None:
    machine = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm"
    profile = {"computerName": "vm", "adminUsername": "roaster", "adminPassword": "Roast3d-Beans!"}
    card = {"name": "nic", "properties": {"ipConfigurations": [{"name": "ip", "properties": {}}]}}
    body = {
        "location": "westeurope",
        "properties": {
            "hardwareProfile": {"vmSize": "Standard_D4s_v5"},
            "osProfile": profile,
            "networkProfile": {"networkApiVersion": "2022-11-01", "networkInterfaceConfigurations": [card]},
        },
    }
    assert [ask(network, "PUT", machine, body, "2024-07-01").status for _ in range(2)] == [201, 200]
    profile["adminPassword"] = "Other-Beans-1!"
    changed = ask(network, "PUT", machine, body, "2024-07-01")
    assert "adminPassword" in changed.body["error"]["message"]
    assert "Beans" not in changed.body["error"]["message"]


def test_keys_are_those_of_the_subscription_in_the_path(network: Any) -> None:
    other = GROUP.replace(SUBSCRIPTION, SUBSCRIPTION[:-1] + "2")
    account = f"{other}/providers/Microsoft.Storage/storageAccounts/stother1"
    body = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    assert ask(network, "PUT", other, {"location": "westeurope"}, "2021-04-01").status == 201
    assert ask(network, "PUT", account, body, "2023-05-01").status in (200, 201, 202)

    assert ask(network, "POST", f"{account}/listKeys", version="2023-05-01").status == 200
