"""Application Insights with local authentication off, and the endpoint that hands out a job's identity."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme

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
