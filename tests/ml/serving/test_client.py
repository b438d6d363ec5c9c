from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ml.errors import AccessDeniedError, InputError, MLError, UnreachableError
from ml.serving import client
from ml.serving.request import RequestRefusedError
from ml.serving.server import Server


@contextmanager
def endpoint(
    status: int, body: bytes, headers: Mapping[str, str] | None = None
) -> Generator[tuple[str, list[Mapping[str, str]]]]:
    """Another HTTP server, which always answers the same; its address, and the headers it was sent."""
    seen: list[Mapping[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(dict(self.headers))
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: Any = "-", size: Any = "-") -> None:
            pass  # it would go to standard error

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_port}/score", seen
        finally:
            running.shutdown()
            thread.join()


def rows(count: int) -> list[dict[str, Any]]:
    return [{"StoreID": f"S{1 + i % 3}", "Month": "2026-01"} for i in range(count)]


def test_batches_are_put_together_in_order(server: Server) -> None:
    answer = client.score(server.score_url, rows(10), batch=3)
    assert answer["model"] == {"name": "monthly-demand", "version": "7"}
    assert [row["StoreID"] for row in answer["predictions"]] == [row["StoreID"] for row in rows(10)]


def test_bad_rows_of_all_batches_are_counted_through(server: Server) -> None:
    asked = rows(10)
    asked[1]["Month"] = "soon"
    asked[8]["Price"] = "free"
    with pytest.raises(RequestRefusedError) as caught:
        client.score(server.score_url, asked, batch=3)
    assert [(problem.row, problem.field, problem.value) for problem in caught.value.rows] == [
        (1, "Month", "soon"),
        (8, "Price", "free"),
    ]
    assert str(caught.value) == "2 bad rows"
    assert caught.value.exit_code == InputError.exit_code


def test_no_server_is_told_in_one_line() -> None:
    with endpoint(200, b"") as (url, _):
        pass  # its port is free again
    with pytest.raises(UnreachableError, match=rf"^nothing answers at {url}: .*refused.* \(`roast serve`"):
        client.score(url, rows(1))


@pytest.mark.parametrize(
    ("status", "body", "error", "says"),
    [
        (401, b"", AccessDeniedError, "refuses the key"),
        (403, b"no", AccessDeniedError, "refuses the key"),
        (500, b'{"message": "An unexpected error"}', MLError, "failed with status 500"),
        (502, b"<html>", MLError, "failed with status 502"),
        (404, b'{"message": "not found"}', MLError, "failed with status 404"),
        (200, b"<html>", MLError, "did not answer in JSON"),
        (200, b"[1]", MLError, "did not answer in JSON"),
        (200, b'{"predictions": []}', MLError, "one prediction per row"),
        (200, b'{"other": 1}', MLError, "one prediction per row"),
        (413, b'{"error": {"message": "too many", "rows": []}}', RequestRefusedError, "too many"),
    ],
)
def test_an_endpoint_that_is_not_ours_or_fails_is_told_in_one_line(
    status: int, body: bytes, error: type[MLError], says: str
) -> None:
    with endpoint(status, body) as (url, _), pytest.raises(error) as caught:
        client.score(url, rows(1))
    assert type(caught.value) is error
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with (
        endpoint(200, b"{}") as (other, seen),
        endpoint(status, b"", {"Location": other}) as (url, _),
        pytest.raises(MLError, match=f"status {status}"),
    ):
        client.score(url, rows(1), key="secret")
    assert seen == []


def test_the_key_goes_along_to_this_machine_and_over_https_only() -> None:
    body = json.dumps({"model": None, "predictions": [{}]}).encode()
    with endpoint(200, body) as (url, seen):
        client.score(url, rows(1), key="secret")
        client.score(url, rows(1))
    assert [headers.get("Authorization") for headers in seen] == ["Bearer secret", None]
    with pytest.raises(InputError, match="unencrypted"):
        client.score("http://example.invalid/score", rows(1), key="secret")


@pytest.mark.parametrize(
    "url", ["", "localhost:5001/score", "file:///etc/passwd", "http:///score", "ftp://x/score"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="is not an address"):
        client.score(url, rows(1))


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert len(client.score(server.score_url, rows(1))["predictions"]) == 1


def test_a_server_that_hangs_up_is_unreachable() -> None:
    cut: Callable[..., Any] = lambda *_: None  # noqa: E731 - the shortest handler there is
    with ThreadingHTTPServer(("127.0.0.1", 0), cut) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            with pytest.raises(UnreachableError, match="nothing answers"):
                client.score(f"http://127.0.0.1:{running.server_port}/score", rows(1))
        finally:
            running.shutdown()
            thread.join()
