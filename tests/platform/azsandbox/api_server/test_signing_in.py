"""Signing in to the API server: tokens of this session only."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests

from azsandbox.arm_api.tokens import EXCHANGE

pytestmark = pytest.mark.xdist_group("api")


@pytest.fixture
def ask(sandbox: Any, workspace: str) -> Callable[[str | None], requests.Response]:
    """GET the workspace with a bearer token."""

    def get(token: str | None) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.get(
            f"{sandbox.url}{workspace}?api-version=2024-10-01-preview", headers=headers, timeout=10
        )

    return get


def token_for(audience: str) -> str:
    from azure.identity import DefaultAzureCredential

    return DefaultAzureCredential().get_token(f"{audience}/.default").token


def test_the_productions_own_credential_signs_in(sandbox: Any, ask: Any) -> None:
    assert ask(token_for(sandbox.url)).status_code == 200


def test_without_a_token_nobody_gets_in(ask: Any) -> None:
    response = ask(None)
    assert (response.status_code, response.json()["error"]["code"]) == (401, "AuthenticationFailed")


def test_a_token_for_another_audience_is_refused(ask: Any) -> None:
    response = ask(token_for("https://ml.azure.sandbox"))
    assert (response.status_code, response.json()["error"]["code"]) == (
        401,
        "InvalidAuthenticationTokenAudience",
    )


def test_a_token_that_someone_else_signed_is_refused(sandbox: Any, ask: Any) -> None:
    response = ask(jwt.encode({"aud": sandbox.url}, "k" * 32, "HS256"))
    assert (response.status_code, response.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


def test_a_foreign_token_file_does_not_sign_in(
    sandbox: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from azure.core.exceptions import ClientAuthenticationError

    file = tmp_path / "token"
    file.write_text(jwt.encode({"aud": EXCHANGE}, "k" * 32, "HS256"))
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(file))
    with pytest.raises(ClientAuthenticationError, match="this sandbox session did not issue"):
        token_for(sandbox.url)


def test_the_token_file_is_its_owners(sandbox: Any) -> None:
    mode = Path(sandbox.environment["AZURE_FEDERATED_TOKEN_FILE"]).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_plain_shell_has_no_way_in(running: Any) -> None:
    assert not any(name in os.environ for name in ("ARM_CLOUD_METADATA_URL", "AZURE_FEDERATED_TOKEN_FILE"))
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{running.url}/metadata/endpoints", timeout=10)
