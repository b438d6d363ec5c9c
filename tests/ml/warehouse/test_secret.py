"""A credential from a vault: the genuine client, over HTTPS, asks a server that answers as one."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import trustme
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ml.errors import AccessDeniedError, InputError, MLError, UnreachableError
from ml.warehouse import secret
from ml.warehouse.authentication import KeyPair
from ml.warehouse.secret import resolved
from ml.warehouse.settings import SnowflakeSettings

HIDDEN = "Kaffee&Kuchen=100%"
TOKEN = "a-token-of-the-job"  # noqa: S105 - of nobody
PLACE = {
    "SNOWFLAKE_ACCOUNT": "acme",
    "SNOWFLAKE_DATABASE": "D",
    "SNOWFLAKE_SCHEMA": "S",
    "SNOWFLAKE_WAREHOUSE": "W",
    "SNOWFLAKE_USER": "etl",
}


@dataclass
class Vault:
    """What stands in for Key Vault's data plane: it asks for a token, then answers by the secret's name."""

    url: str = ""
    secrets: dict[str, str] = field(default_factory=dict[str, str])
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])
    tokens: list[str] = field(default_factory=list[str])

    def answer(self, path: str, token: str) -> tuple[int, dict[str, Any]]:
        name = path.partition("?")[0].strip("/").split("/")[1]
        if not token:
            return 401, {"error": {"code": "Unauthorized", "message": "no token"}}
        self.tokens.append(token)
        if name in self.refusals:
            status, code = self.refusals[name]
            return status, {"error": {"code": code, "message": f"{code} says the vault"}}
        if name not in self.secrets:
            return 404, {"error": {"code": "SecretNotFound", "message": "not found"}}
        return 200, {"id": f"{self.url}/secrets/{name}/0123", "value": self.secrets[name], "attributes": {}}


class Identity:
    """A credential with a token, or without."""

    def __init__(self, *, token: str | None = TOKEN) -> None:
        self.token = token
        self.asked: list[str] = []

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        self.asked += scopes
        if self.token is None:
            raise ClientAuthenticationError("no managed identity here\nand nothing else")
        return AccessToken(self.token, 4_000_000_000)


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Vault]:
    vault = Vault(
        secrets={"snowflake": HIDDEN, "empty": " \n"}, refusals={"closed": (403, "ForbiddenByRbac")}
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, body = vault.answer(self.path, token)
            text = json.dumps(body).encode()
            self.send_response(status)
            if status == 401:
                where = (
                    'authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"'
                )
                self.send_header("WWW-Authenticate", f"Bearer {where}")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Quiet."""

    authority = trustme.CA()
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    vault.url = f"https://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield vault
    server.shutdown()
    server.server_close()
    thread.join()


def env(vault: Vault, name: str = "snowflake", method: str = "SNOWFLAKE") -> dict[str, str]:
    return PLACE | {secret.URL: f"{vault.url}/secrets/{name}", "SNOWFLAKE_AUTHENTICATOR": method}


@pytest.mark.parametrize(
    ("method", "more", "setting"),
    [
        ("SNOWFLAKE", {}, "password"),
        ("OAUTH_CLIENT_CREDENTIALS", {"SNOWFLAKE_OAUTH_CLIENT_ID": "id"}, "oauth_client_secret"),
    ],
)
def test_the_secret_becomes_what_the_authenticator_needs(
    vault: Vault, method: str, more: dict[str, str], setting: str
) -> None:
    identity = Identity()

    settings = SnowflakeSettings.from_env(resolved(env(vault, method=method) | more, identity))

    assert settings.connector_arguments()[setting] == HIDDEN
    assert HIDDEN not in repr(settings)
    assert identity.asked == ["https://vault.azure.net/.default"]
    assert vault.tokens == [TOKEN]


@pytest.mark.parametrize("phrase", [None, "open sesame"])
def test_a_key_is_handed_to_the_connector_without_a_file(vault: Vault, phrase: str | None) -> None:
    key = rsa.generate_private_key(65537, 2048)
    lock = serialization.BestAvailableEncryption(phrase.encode()) if phrase else serialization.NoEncryption()
    encoding = serialization.Encoding
    pem = key.private_bytes(encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    vault.secrets["key"] = pem.decode()
    more = {"SNOWFLAKE_PRIVATE_KEY_FILE_PWD": phrase} if phrase else {}

    settings = SnowflakeSettings.from_env(resolved(env(vault, "key", "SNOWFLAKE_JWT") | more, Identity()))

    assert isinstance(settings.authentication, KeyPair)
    der = settings.connector_arguments()["private_key"]
    assert serialization.load_der_private_key(der, None).private_numbers() == key.private_numbers()  # type: ignore[union-attr]  # an RSA key's
    assert "PRIVATE KEY" not in repr(settings)
    assert SnowflakeSettings.from_env(settings.to_env()) == settings


def test_a_secret_that_is_no_key_is_said_without_showing_it(vault: Vault) -> None:
    settings = SnowflakeSettings.from_env(resolved(env(vault, method="SNOWFLAKE_JWT"), Identity()))

    with pytest.raises(InputError, match="the key in SNOWFLAKE_PRIVATE_KEY cannot be used") as caught:
        settings.connector_arguments()
    assert HIDDEN not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("absent", InputError, "secret absent of 127.0.0.1 does not exist"),
        ("empty", InputError, "secret empty of 127.0.0.1 is empty"),
        ("closed", AccessDeniedError, "secret closed of 127.0.0.1 may not be read.*Key Vault Secrets User"),
    ],
)
def test_a_vault_that_has_it_not_or_refuses_is_explained(
    vault: Vault, name: str, kind: type[MLError], words: str
) -> None:
    with pytest.raises(kind, match=words) as caught:
        resolved(env(vault, name), Identity())
    assert "\n" not in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_a_job_without_an_identity_is_explained(vault: Vault) -> None:
    with pytest.raises(
        AccessDeniedError, match=r"no identity to read secret snowflake.*no managed identity here and"
    ):
        resolved(env(vault), Identity(token=None))


def test_a_vault_that_does_not_answer_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "_LIMITS", {"retry_total": 0, "connection_timeout": 1})
    nobody = {secret.URL: "https://127.0.0.1:9/secrets/x", "SNOWFLAKE_AUTHENTICATOR": "SNOWFLAKE"}

    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1 does not answer"):
        resolved(nobody, Identity())


@pytest.mark.parametrize(
    "url",
    [
        "http://kv.vault.azure.net/secrets/x",
        "https://vault.azure.net.example/secrets/x",
        "https://kv.vault.azure.net",
        "https://elsewhere.example/secrets/x",
        "kv.vault.azure.net/secrets/x",
    ],
)
def test_a_token_goes_to_no_other_place_than_a_vault(url: str) -> None:
    identity = Identity()

    with pytest.raises(InputError, match="is not the address of a secret"):
        resolved({secret.URL: url, "SNOWFLAKE_AUTHENTICATOR": "SNOWFLAKE"}, identity)
    assert identity.asked == []


@pytest.mark.parametrize("method", ["", "WORKLOAD_IDENTITY"])
def test_a_secret_that_nothing_asks_for_is_refused(method: str) -> None:
    variables = {secret.URL: "https://kv.vault.azure.net/secrets/x", "SNOWFLAKE_AUTHENTICATOR": method}

    with pytest.raises(InputError, match=f"SNOWFLAKE_AUTHENTICATOR is {method or 'not set'}"):
        resolved(variables)


def test_without_an_address_nothing_is_asked() -> None:
    assert resolved(PLACE) is PLACE
