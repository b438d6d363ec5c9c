"""Key Vault's operations on keys over HTTPS, as Pulumi's secrets provider uses them."""

from __future__ import annotations

import base64
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.identity import DefaultAzureCredential

from azsandbox.errors import ArmError
from azsandbox.vault_api.keys import Keys

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-keys"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-keys-of-a-test"
URL = "https://kv-keys-of-a-test.vault.azure.net/keys/pulumi"
VERSION = {"api-version": "7.6"}


@pytest.fixture
def vault(sandbox: Any) -> None:
    """A vault with an RSA key, made through ARM by an owner of the subscription."""
    token = DefaultAzureCredential().get_token(f"{sandbox.url}/.default").token
    vault = {
        "tenantId": "22222222-2222-4222-8222-222222222222",
        "sku": {"family": "A", "name": "standard"},
        "enableRbacAuthorization": True,
    }
    for path, version, body in (
        (GROUP, "2021-04-01", {"location": "westeurope"}),
        (VAULT, "2023-07-01", {"location": "westeurope", "properties": vault}),
        (f"{VAULT}/keys/pulumi", "2023-07-01", {"properties": {"kty": "RSA", "keySize": 2048}}),
    ):
        answer = requests.put(
            f"{sandbox.url}{path}",
            params={"api-version": version},
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )
        assert answer.ok or answer.status_code == 409, answer.text


@pytest.mark.usefixtures("vault")
@pytest.mark.xdist_group("api")
def test_a_request_without_a_token_is_told_where_to_get_one(sandbox: Any) -> None:
    answer = requests.get(URL, params=VERSION, timeout=10)

    assert answer.status_code == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith(f'Bearer authorization="{sandbox.url}/')
    assert 'resource="https://vault.azure.net"' in challenge


@pytest.mark.usefixtures("vault")
@pytest.mark.xdist_group("api")
def test_an_owner_without_a_data_role_can_not_use_the_key(sandbox: Any) -> None:
    """Owner has no data actions: the vault refuses what ARM let it create."""
    credential = DefaultAzureCredential()
    for scope, status in ((f"{sandbox.url}/.default", 401), ("https://vault.azure.net/.default", 403)):
        header = {"Authorization": f"Bearer {credential.get_token(scope).token}"}
        answer = requests.post(
            f"{URL}/encrypt",
            params=VERSION,
            json={"alg": "RSA-OAEP-256", "value": "eA"},
            headers=header,
            timeout=10,
        )
        assert answer.status_code == status
    assert "Action: 'Microsoft.KeyVault/vaults/keys/encrypt/action'" in answer.json()["error"]["message"]
    assert "(ForbiddenByRbac)" in answer.json()["error"]["message"]


SECRET = URL.replace("/keys/pulumi", "/secrets/git-token")


@pytest.mark.usefixtures("vault")
@pytest.mark.xdist_group("api")
def test_a_secret_is_set_and_read_by_whoever_has_the_role(sandbox: Any) -> None:
    credential = DefaultAzureCredential()
    arm = {"Authorization": f"Bearer {credential.get_token(f'{sandbox.url}/.default').token}"}
    own = {"Authorization": f"Bearer {credential.get_token('https://vault.azure.net/.default').token}"}
    refused = requests.put(SECRET, params=VERSION, json={"value": "one"}, headers=own, timeout=10)
    assert refused.status_code == 403
    assert "secrets/setSecret/action" in refused.json()["error"]["message"]

    identifier = re.search(r"oid=([0-9a-f-]{36})", refused.json()["error"]["message"])
    assert identifier
    role = f"{VAULT}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
    definition = "/providers/Microsoft.Authorization/roleDefinitions/b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
    properties = {"principalId": identifier[1], "roleDefinitionId": definition}
    granted = requests.put(
        f"{sandbox.url}{role}",
        params={"api-version": "2022-04-01"},
        json={"properties": {**properties, "principalType": "ServicePrincipal"}},
        headers=arm,
        timeout=10,
    )
    assert granted.ok, granted.text

    for value in ("one", "two"):
        answer = requests.put(SECRET, params=VERSION, json={"value": value}, headers=own, timeout=10)
        assert answer.ok, answer.text
        assert answer.json()["id"].startswith(f"{SECRET}/")
    newest = requests.get(SECRET, params=VERSION, headers=own, timeout=10).json()
    assert newest["value"] == "two"
    missing = requests.get(f"{SECRET}x", params=VERSION, headers=own, timeout=10)
    assert missing.json()["error"]["code"] == "SecretNotFound"


def test_what_a_key_encrypts_only_the_same_version_decrypts(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    key = keys.key("kv", "pulumi", "v1", 2048)
    secret = base64.b64encode(b"the data key of a stack")

    encrypted = keys.encrypt(key, "RSA-OAEP-256", secret)

    assert encrypted != secret
    again = Keys(tmp_path).key("kv", "pulumi", "v1", 2048)
    assert keys.decrypt(again, "RSA-OAEP-256", encrypted) == secret
    with pytest.raises(ArmError, match="decryption failed"):
        keys.decrypt(keys.key("kv", "pulumi", "v2", 2048), "RSA-OAEP-256", encrypted)
    with pytest.raises(ArmError, match="is not modelled"):
        keys.encrypt(key, "RSA1_5", secret)


def test_a_private_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    Keys(tmp_path).key("kv", "pulumi", "v1", 2048)

    (file,) = tmp_path.rglob("*.pem")
    assert file.stat().st_mode & 0o077 == 0
