"""Key Vault's operations on keys over HTTPS, as Pulumi's secrets provider uses them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.identity import DefaultAzureCredential

from azsandbox.errors import ArmError
from azsandbox.vault_api.keys import Keys


@pytest.mark.xdist_group("api")
def test_a_request_without_a_token_is_told_where_to_get_one(sandbox: Any) -> None:
    answer = requests.get("https://nowhere.vault.azure.net/keys/pulumi?api-version=7.6", timeout=10)

    assert answer.status_code == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith(f'Bearer authorization="{sandbox.url}/')
    assert 'resource="https://vault.azure.net"' in challenge


@pytest.mark.xdist_group("api")
def test_a_token_for_another_service_is_refused_and_an_unknown_vault_is_named(sandbox: Any) -> None:
    credential = DefaultAzureCredential()
    url = "https://nowhere.vault.azure.net/keys/pulumi?api-version=7.6"
    for scope, status in ((f"{sandbox.url}/.default", 401), ("https://vault.azure.net/.default", 404)):
        header = {"Authorization": f"Bearer {credential.get_token(scope).token}"}
        assert requests.get(url, headers=header, timeout=10).status_code == status


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
