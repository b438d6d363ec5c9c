"""The API server asks the role assignments: for each of its services one call that is allowed and refused."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from azsandbox.arm_api.wire import Call
from azsandbox.services.authorization import roles

SCOPE = "/subscriptions/00000000-0000-0000-0000-000000000001"
GROUP = f"{SCOPE}/resourceGroups/rg"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-app"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stbeans"
CONTAINERS = f"{ACCOUNT}/blobServices/default/containers"
WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/w"
STORE = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}}


class Caller:
    """The calls of the identity `id-app`."""

    def __init__(self, api: Any) -> None:
        self.api = api
        self.identity = api.subscription.get(IDENTITY)
        self.tokens = api.application.tokens

    def token(self, audience: str) -> str:
        outputs = self.identity.outputs
        claims = {"appid": outputs["clientId"], "oid": outputs["principalId"], "xms_mirid": IDENTITY}
        return self.tokens.access(audience, **claims)

    def ask(self, method: str, path: str, body: Any = None, version: str = "2023-05-01") -> Any:
        return self.api.dispatcher.answer(
            Call(
                method=method,
                host="localhost",
                path=path,
                query={"api-version": version},
                headers={"authorization": f"Bearer {self.token('https://localhost')}"},
                body=json.dumps(body).encode() if body is not None else b"",
            )
        )

    def blob(self, method: str, name: str, body: bytes = b"") -> Any:
        token = self.token("https://storage.azure.com")
        headers = {"authorization": f"Bearer {token}", "x-ms-blob-type": "BlockBlob"}
        host = "stbeans.blob.core.azure.sandbox"
        return self.api.dispatcher.answer(
            Call(method=method, host=host, path=f"/beans/{name}", headers=headers, body=body)
        )


@pytest.fixture
def caller(api: Any) -> Caller:
    """An identity without a role, next to a storage account; both made by the deployer."""
    for path, body, version in (
        (GROUP, {"location": "westeurope"}, "2021-04-01"),
        (IDENTITY, {"location": "westeurope"}, "2023-01-31"),
        (ACCOUNT, STORE, "2023-05-01"),
        *((f"{CONTAINERS}/{name}", {"properties": {}}, "2023-05-01") for name in ("beans", "other")),
    ):
        url = f"https://localhost{path}?api-version={version}"
        assert api.answer("PUT", url, json.dumps(body).encode()).status in {200, 201, 202}
    return Caller(api)


@pytest.fixture
def grant(api: Any, caller: Caller) -> Callable[[str, str], None]:
    def assign(role: str, scope: str) -> None:
        name = uuid.uuid4()
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}?api-version=2022-04-01"
        properties = {
            "principalId": caller.identity.outputs["principalId"],
            "principalType": "ServicePrincipal",
            "roleDefinitionId": f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        }
        body = json.dumps({"properties": properties}).encode()
        assert api.answer("PUT", f"https://localhost{path}", body).status == 201

    return assign


def code(answer: Any) -> tuple[int, str]:
    return answer.status, answer.body["error"]["code"]


def test_arm_refuses_a_read_a_write_and_an_action_without_a_role(
    caller: Caller, grant: Callable[[str, str], None]
) -> None:
    requests = (("GET", ACCOUNT, None), ("PUT", ACCOUNT, STORE), ("POST", f"{ACCOUNT}/listKeys", None))
    refused = [caller.ask(*request) for request in requests]
    assert {code(answer) for answer in refused} == {(403, "AuthorizationFailed")}
    assert (
        f"action 'Microsoft.Storage/storageAccounts/read' over scope '{ACCOUNT}'"
        in (refused[0].body["error"]["message"])
    )
    assert caller.identity.outputs["principalId"] in refused[0].body["error"]["message"]
    grant(roles.READER, GROUP)
    assert [caller.ask(*request).status for request in requests] == [200, 403, 403]
    grant(roles.STORAGE_ACCOUNT_CONTRIBUTOR, ACCOUNT)
    assert [caller.ask(*request).status for request in requests] == [200, 200, 200]


def test_lists_of_everything_leave_out_what_one_may_not_read(
    caller: Caller, grant: Callable[[str, str], None]
) -> None:
    def names() -> list[str]:
        answer = caller.ask("GET", f"{SCOPE}/resources", version="2021-04-01")
        return [item["name"] for item in answer.body["value"]]

    assert names() == []
    assert caller.ask("GET", f"{SCOPE}/resourceGroups", version="2021-04-01").body["value"] == []
    grant(roles.READER, ACCOUNT)
    assert names() == ["stbeans"]
    grant(roles.READER, SCOPE)
    assert {"stbeans", "id-app"} <= set(names())
    listed = caller.ask("GET", f"{SCOPE}/resourceGroups", version="2021-04-01").body["value"]
    assert [item["name"] for item in listed] == ["rg"]


def test_blobs_are_for_data_roles_at_account_or_container(
    caller: Caller, grant: Callable[[str, str], None]
) -> None:
    grant(roles.OWNER, SCOPE)
    assert code(caller.blob("PUT", "a", b"x")) == (403, "AuthorizationPermissionMismatch")
    grant(roles.STORAGE_BLOB_DATA_CONTRIBUTOR, f"{CONTAINERS}/other")
    assert caller.blob("PUT", "a", b"x").status == 403
    grant(roles.STORAGE_BLOB_DATA_READER, f"{CONTAINERS}/beans")
    assert (caller.blob("PUT", "a", b"x").status, caller.blob("GET", "a").status) == (403, 404)
    grant(roles.STORAGE_BLOB_DATA_CONTRIBUTOR, ACCOUNT)
    assert (caller.blob("PUT", "a", b"x").status, caller.blob("GET", "a").status) == (201, 200)
    assert caller.blob("DELETE", "a").status == 202


def test_assigning_an_identity_needs_a_role_on_it(caller: Caller, grant: Callable[[str, str], None]) -> None:
    grant(roles.STORAGE_ACCOUNT_CONTRIBUTOR, GROUP)
    body = {**STORE, "identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}}
    answer = caller.ask("PUT", ACCOUNT, body)
    assert code(answer) == (403, "LinkedAuthorizationFailed")
    assert f"on the linked scope(s) '{IDENTITY}'" in answer.body["error"]["message"]
    grant(roles.MANAGED_IDENTITY_OPERATOR, IDENTITY)
    assert caller.ask("PUT", ACCOUNT, body).status == 200


def test_azure_mls_own_services_ask_the_workspaces_roles(
    caller: Caller, grant: Callable[[str, str], None]
) -> None:
    path = f"/history/v1.0{WORKSPACE}/runs/r/details"
    answer = caller.ask("GET", path)
    assert code(answer) == (403, "AuthorizationFailed")
    assert "workspaces/experiments/runs/read" in answer.body["error"]["message"]
    grant(roles.AZUREML_DATA_SCIENTIST, GROUP)
    assert code(caller.ask("GET", path)) == (404, "UserError")
