"""How a PUT of something new is answered: status and headers as azure-service-operator recorded them."""

from __future__ import annotations

import json
from typing import Any

import pytest

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
TENANT = "11111111-2222-4333-8444-555555555555"
WEST = {"location": "westeurope"}
STANDARD = {"name": "Standard", "tier": "Standard"}
VAULT = {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}, "accessPolicies": []}
ACTIONS = {"groupShortName": "ag", "enabled": True}
ADDRESS = {**WEST, "sku": {"name": "Standard"}, "properties": {"publicIPAllocationMethod": "Static"}}
ACCOUNT = {**WEST, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
POLLED, LATER, AT_ONCE = {"Azure-AsyncOperation"}, {"Location"}, set[str]()

RECORDED = [
    ("Network/networkSecurityGroups", "2024-05-01", WEST, 201, POLLED),
    ("Network/routeTables", "2024-05-01", WEST, 201, POLLED),
    ("Network/publicIPAddresses", "2024-05-01", ADDRESS, 201, POLLED),
    ("Storage/storageAccounts", "2024-01-01", ACCOUNT, 202, LATER),
    ("Network/privateDnsZones", "2020-06-01", {"location": "global"}, 202, LATER | POLLED),
    ("KeyVault/vaults", "2023-07-01", {**WEST, "properties": VAULT}, 200, AT_ONCE),
    ("ContainerRegistry/registries", "2023-07-01", {**WEST, "sku": {"name": "Basic"}}, 200, AT_ONCE),
    ("EventHub/namespaces", "2024-01-01", {**WEST, "sku": STANDARD}, 200, AT_ONCE),
    ("Insights/dataCollectionEndpoints", "2023-03-11", {**WEST, "properties": {}}, 200, AT_ONCE),
    ("Insights/actionGroups", "2023-01-01", {"location": "global", "properties": ACTIONS}, 201, AT_ONCE),
    ("ManagedIdentity/userAssignedIdentities", "2023-01-31", WEST, 201, AT_ONCE),
    ("OperationalInsights/workspaces", "2023-09-01", WEST, 201, AT_ONCE),
]


def put(api: Any, path: str, version: str, body: Any) -> Any:
    return api.answer("PUT", f"https://localhost{path}?api-version={version}", json.dumps(body).encode())


@pytest.mark.parametrize("row", RECORDED, ids=[row[0] for row in RECORDED])
def test_what_is_new_is_answered_as_recorded(api: Any, row: tuple[str, str, Any, int, set[str]]) -> None:
    kind, version, body, status, headers = row
    assert put(api, GROUP, "2021-04-01", WEST).status == 201
    path = f"{GROUP}/providers/Microsoft.{kind}/recorded1"
    if kind == "Network/privateDnsZones":
        path += ".internal"
    answer = put(api, path, version, body)
    assert answer.status == status, answer
    assert headers <= set(answer.headers)
    assert headers or not {"Azure-AsyncOperation", "Location"} & set(answer.headers)
    again = put(api, path, version, body)
    assert again.status == 200
