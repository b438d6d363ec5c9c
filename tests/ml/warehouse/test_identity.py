"""The job's own identity: genuine azure-identity asks an endpoint as Azure ML's, the connector signs in."""

from __future__ import annotations

import gzip
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import fakesnow.server
import jwt
import pytest
import uvicorn
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError

from ml.errors import AccessDeniedError, InputError, MLError, UnreachableError
from ml.warehouse import secret
from ml.warehouse.connect import connected
from ml.warehouse.identity import own_identity
from ml.warehouse.secret import resolved
from ml.warehouse.settings import SnowflakeSettings

RESOURCE = "api://fd3f753b-eed3-462c-b6a7-a4b5bb650aad"  # Snowflake's application in Entra ID
ISSUER = "https://login.microsoftonline.com/22222222-2222-4222-8222-222222222222/v2.0"
SUBJECT = "99999999-0000-4000-8000-000000000001"  # object id of the jobs' identity
KEY = "k" * 32
HEADER = "header of the endpoint"
JOB = {
    "SNOWFLAKE_ACCOUNT": "globojava-sales",
    "SNOWFLAKE_DATABASE": "SALES",
    "SNOWFLAKE_SCHEMA": "PUBLIC",
    "SNOWFLAKE_WAREHOUSE": "FORECAST_WH",
    "SNOWFLAKE_ROLE": "FORECAST_READER",
    "SNOWFLAKE_AUTHENTICATOR": "WORKLOAD_IDENTITY",
    "SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER": "OIDC",
    "SNOWFLAKE_WORKLOAD_IDENTITY_ENTRA_RESOURCE": RESOURCE,
}
AZURE = JOB | {"SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER": "AZURE"}


def token(**claims: Any) -> str:
    """An access token as Entra ID issues it, in version 2: the audience is the application's id alone."""
    now = int(time.time())
    audience = RESOURCE.removeprefix("api://")
    named = {"iss": ISSUER, "sub": SUBJECT, "aud": audience, "exp": now + 600}
    return jwt.encode(named | claims, KEY, "HS256")


@dataclass
class IdentityEndpoint:
    """Where Azure ML hands out a job's identity: MSI_ENDPOINT and MSI_SECRET."""

    url: str = ""
    asked: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityEndpoint]:
    """The identity endpoint of a job on Kubernetes; nothing else of this machine's environment helps."""
    endpoint = IdentityEndpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            endpoint.asked.append({**query, "secret": self.headers.get("secret", "")})
            expires = str(int(time.time()) + 3600)
            body = {"access_token": token(), "expires_on": expires, "resource": query.get("resource", "")}
            text = json.dumps({**body, "token_type": "Bearer"}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    endpoint.url = f"http://127.0.0.1:{server.server_port}/token"
    for name in ("AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "MSI_ENDPOINT": endpoint.url,
        "MSI_SECRET": HEADER,
        "KUBERNETES_SERVICE_HOST": "10.60.0.1",
        "DEFAULT_IDENTITY_CLIENT_ID": "77777777-0000-4000-8000-000000000001",
    }.items():
        monkeypatch.setenv(name, value)
    yield endpoint
    server.shutdown()
    server.server_close()
    thread.join()


class WorkloadIdentityRequired:
    """fakesnow behind the check of Snowflake's user: TYPE, ISSUER, SUBJECT and OIDC_AUDIENCE_LIST."""

    def __init__(self, audiences: tuple[str, ...]) -> None:
        self.audiences = audiences
        self.sent: list[dict[str, Any]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != "/session/v1/login-request":
            await fakesnow.server.app(scope, receive, send)
            return
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        data = json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)["data"]
        self.sent.append(data)
        if not self._accepts(data):
            failure = {"data": {}, "code": "390144", "message": "JWT token is invalid.", "success": False}
            head = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 200, "headers": head})
            await send({"type": "http.response.body", "body": json.dumps(failure).encode()})
            return

        async def replay() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        await fakesnow.server.app(scope, replay, send)

    def _accepts(self, data: Mapping[str, Any]) -> bool:
        if (data.get("AUTHENTICATOR"), data.get("PROVIDER")) != ("WORKLOAD_IDENTITY", "OIDC"):
            return False
        try:
            claims = jwt.decode(data["TOKEN"], KEY, ["HS256"], audience=list(self.audiences), issuer=ISSUER)
        except jwt.InvalidTokenError:
            return False
        return claims["sub"] == SUBJECT


@dataclass
class Snowflake:
    """A served account."""

    sign_in: WorkloadIdentityRequired
    variables: dict[str, str]


@pytest.fixture
def snowflake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Snowflake]:
    """An account whose user trusts the jobs' identity."""
    sign_in = WorkloadIdentityRequired((RESOURCE, RESOURCE.removeprefix("api://")))
    server = uvicorn.Server(uvicorn.Config(sign_in, log_level="error", lifespan="off"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    # The connector hands such tokens to Snowflake's own hosts only.
    monkeypatch.setenv("SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES", "127.0.0.1")
    port = str(listener.getsockname()[1])
    address = {"SNOWFLAKE_HOST": "127.0.0.1", "SNOWFLAKE_PORT": port, "SNOWFLAKE_PROTOCOL": "http"}
    yield Snowflake(sign_in=sign_in, variables=JOB | address)
    server.should_exit = True
    thread.join()


class Identity:
    """A credential with a token, or with a failure."""

    def __init__(self, result: str | Exception) -> None:
        self.result = result
        self.asked: list[str] = []

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        self.asked += scopes
        if isinstance(self.result, Exception):
            raise self.result
        return AccessToken(self.result, 4_000_000_000)


@pytest.mark.filterwarnings("ignore:Arrow output on a DB-API result")  # fakesnow's, in this process only
def test_a_job_signs_in_with_the_token_of_its_own_identity(
    endpoint: IdentityEndpoint, snowflake: Snowflake
) -> None:
    settings = SnowflakeSettings.from_env(resolved(snowflake.variables))

    with connected(settings) as session, session.cursor() as cursor:
        cursor.execute("select 1")
        rows = cursor.fetchall()

    assert rows == [(1,)]
    assert [data["PROVIDER"] for data in snowflake.sign_in.sent] == ["OIDC"]
    assert [question["resource"] for question in endpoint.asked] == [RESOURCE]


def test_on_kubernetes_the_identity_is_asked_for_without_a_client_id(endpoint: IdentityEndpoint) -> None:
    """The page of Azure ML: "should be provided without any client_id"."""
    own_identity().get_token(f"{RESOURCE}/.default")
    assert not {"clientid", "client_id"} & set(endpoint.asked[0])
    assert endpoint.asked[0]["secret"] == HEADER


def test_on_a_compute_cluster_the_identity_is_named(
    endpoint: IdentityEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST")
    own_identity().get_token(f"{RESOURCE}/.default")
    assert endpoint.asked[0]["clientid"] == "77777777-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    "claims",
    [{"sub": "somebody"}, {"aud": "https://management.azure.com"}, {"iss": "https://sts.windows.net/t/"}],
)
def test_a_refusal_says_what_the_token_says(claims: dict[str, str], snowflake: Snowflake) -> None:
    wrong = token(**claims)
    settings = SnowflakeSettings.from_env(resolved(snowflake.variables, Identity(wrong)))

    with pytest.raises(AccessDeniedError) as caught, connected(settings):
        pytest.fail("the account must refuse this token")
    assert next(iter(claims.values())) in str(caught.value)
    assert "compare with WORKLOAD_IDENTITY of Snowflake's user" in str(caught.value)
    assert wrong not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_token_is_printed_nowhere_and_survives_a_steps_environment() -> None:
    own = token()
    settings = SnowflakeSettings.from_env(resolved(JOB, Identity(own)))
    assert own not in repr(settings) + settings.model_dump_json()
    again = Identity(AssertionError("it has a token"))
    assert SnowflakeSettings.from_env(resolved(settings.to_env(), again)) == settings
    assert again.asked == []


def test_the_token_that_kubernetes_mounts_is_exchanged_and_not_handed_on() -> None:
    """It is the service account's, for Entra ID; Snowflake's user names the identity."""
    mounted = JOB | {"AZURE_FEDERATED_TOKEN_FILE": "/var/run/token"}
    own = token()
    arguments = SnowflakeSettings.from_env(resolved(mounted, Identity(own))).connector_arguments()
    assert arguments["token"] == own
    assert "token_file_path" not in arguments
    assert "workload_identity_entra_resource" not in arguments


@pytest.mark.parametrize(
    "variables",
    [
        AZURE,
        JOB | {"SNOWFLAKE_TOKEN_FILE_PATH": "token.jwt"},
        JOB | {"SNOWFLAKE_AUTHENTICATOR": "SNOWFLAKE"},
        {name: value for name, value in JOB.items() if not name.endswith("RESOURCE")},
    ],
)
def test_no_token_is_fetched_that_is_not_asked_for(variables: dict[str, str]) -> None:
    assert resolved(variables, Identity(AssertionError("asked"))) is variables


@pytest.mark.parametrize(
    ("failure", "kind", "words"),
    [
        (
            ClientAuthenticationError("no managed identity here\nand nothing else"),
            AccessDeniedError,
            "no identity gets a token for api://.*no managed identity here and nothing else.*az login",
        ),
        (ServiceRequestError("timed out"), UnreachableError, "Entra ID does not answer .*timed out"),
    ],
)
def test_an_identity_that_gets_no_token_is_explained(
    failure: Exception, kind: type[MLError], words: str
) -> None:
    with pytest.raises(kind, match=words) as caught:
        resolved(JOB, Identity(failure))
    assert "\n" not in str(caught.value)


def test_without_azure_identity_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    with pytest.raises(InputError, match=r"needs the package azure\.identity.*extra `vault`"):
        resolved(JOB)


def test_without_a_token_the_settings_say_what_is_missing() -> None:
    with pytest.raises(InputError, match="OIDC needs token_file_path"):
        SnowflakeSettings.from_env(JOB)


def test_a_secret_and_a_token_are_not_mixed_up() -> None:
    with pytest.raises(InputError, match="SNOWFLAKE_AUTHENTICATOR is WORKLOAD_IDENTITY"):
        resolved(JOB | {secret.URL: "https://kv.vault.azure.net/secrets/x"})
