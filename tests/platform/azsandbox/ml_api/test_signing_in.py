"""Who gets in: tokens of this session, for the right audience, while they last."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jwt
import pytest
import requests

from azsandbox.arm_api.tokens import EXCHANGE, Tokens
from azsandbox.arm_api.wire import Call
from azsandbox.errors import ArmError

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


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(tenant="t", client="c", issuer="https://localhost")


def test_an_expired_token_is_refused(tokens: Tokens) -> None:
    with pytest.raises(ArmError) as caught:
        tokens.check(f"Bearer {tokens.access('https://a', -10)}", {"https://a"})
    assert (caught.value.status, caught.value.code) == (401, "ExpiredAuthenticationToken")
    tokens.check(f"Bearer {tokens.access('https://a')}", {"https://a"})


def exchange(tokens: Tokens, **form: str) -> dict[str, Any]:
    fields = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_id": "c",
        "client_assertion": tokens.federated(),
        "scope": "https://a/.default",
        **form,
    }
    body = "&".join(f"{name}={quote(value)}" for name, value in fields.items())
    return tokens.exchange(Call(method="POST", host="", path="", body=body.encode())).body


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"grant_type": "password"}, "AADSTS70003"),
        ({"client_id": "someone"}, "AADSTS700016"),
        ({"client_assertion": "nonsense"}, "this sandbox session did not issue"),
    ],
)
def test_the_sign_in_refuses_what_is_not_its_own(tokens: Tokens, form: dict[str, str], words: str) -> None:
    assert words in exchange(tokens, **form)["error_description"]


def test_an_expired_federated_token_says_so(tokens: Tokens) -> None:
    response = exchange(tokens, client_assertion=tokens.federated(-10))
    assert "AADSTS700024" in response["error_description"]


def test_a_plain_shell_has_no_way_in(running: Any) -> None:
    assert not any(name in os.environ for name in ("ARM_CLOUD_METADATA_URL", "AZURE_FEDERATED_TOKEN_FILE"))
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{running.url}/metadata/endpoints", timeout=10)
