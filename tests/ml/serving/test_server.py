from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ml.errors import InputError, MLError
from ml.serving import openapi
from ml.serving.contract import MAX_BYTES
from ml.serving.server import HOST, Server, serving

ROW = b'[{"StoreID": "S1", "Month": "2026-01"}]'


def call(
    server: Server, method: str = "POST", path: str = "/score", body: bytes | None = ROW
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(HOST, server.port, timeout=30)
    try:
        connection.request(method, path, body)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def workers(log: Path) -> list[int]:
    """The ids of the workers that a server has started."""
    return [int(pid) for pid in re.findall(r"Worker with pid (\d+) ready", log.read_text())]


def has_ended(pid: int, seconds: float = 15) -> bool:
    """Whether the process ends in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_the_genuine_server_answers_with_our_model(server: Server) -> None:
    assert call(server, "GET", "/", None) == (200, b"Healthy")
    status, body = call(server)
    answer = json.loads(body)
    assert (status, answer["model"]) == (200, {"name": "monthly-demand", "version": "7"})
    assert answer["predictions"][0]["QuantitySold"] == pytest.approx(101 * 31)


def test_a_server_without_a_model_is_ready_and_says_that_none_was_promoted(tmp_path: Path) -> None:
    with serving(None, log=tmp_path / "serve.log") as waiting:
        assert call(waiting, "GET", "/", None) == (200, b"Healthy")
        status, body = call(waiting)
        assert status == 503
        assert "no model has been promoted yet" in json.loads(body)["error"]["message"]
        assert call(waiting, "PUT")[0] == 405
    assert "no model has been promoted yet" in (tmp_path / "serve.log").read_text()


def test_it_listens_on_loopback_only(server: Server) -> None:
    # On 0.0.0.0 it would answer on every address of this machine; all of 127.0.0.0/8 are.
    with pytest.raises(OSError, match=r"refused|unreachable|assign|timed out"):
        socket.create_connection(("127.0.0.2", server.port), timeout=5)


@pytest.mark.parametrize(
    ("query", "version"), [("", "3.0.3"), ("?version=3", "3.0.3"), ("?version=3.1", "3.1.0")]
)
def test_it_serves_the_openapi_document(server: Server, query: str, version: openapi.Version) -> None:
    status, body = call(server, "GET", f"/swagger.json{query}", None)
    assert status == 200
    assert json.loads(body) == openapi.document(version)


def test_a_batch_is_answered_in_the_order_of_its_rows(server: Server) -> None:
    rows = [{"StoreID": f"S{1 + i % 3}", "Month": f"2026-{1 + i % 12:02}"} for i in range(2000)]
    status, body = call(server, body=json.dumps(rows).encode())
    answer = json.loads(body)["predictions"]
    assert status == 200
    assert [(prediction["StoreID"], prediction["Month"]) for prediction in answer] == [
        (r["StoreID"], r["Month"]) for r in rows
    ]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_post_scores(server: Server, method: str) -> None:
    assert call(server, method)[0] == 405


def test_a_body_that_is_too_large_is_answered_not_cut_off(server: Server) -> None:
    status, body = call(server, body=b" " * (MAX_BYTES + 30_000_000))
    assert status == 413
    assert "8 MiB" in json.loads(body)["error"]["message"]


def test_a_client_that_hangs_up_does_not_harm_the_next(server: Server) -> None:
    for head in (b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n[", b"POST /sco"):
        with socket.create_connection((HOST, server.port), timeout=5) as connection:
            connection.sendall(head)
    assert call(server)[0] == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n",
        b"Content-Length: 0\r\n\r\n",
        b"\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
    ],
)
def test_broken_framing_is_the_clients_fault(server: Server, sent: bytes) -> None:
    with socket.create_connection((HOST, server.port), timeout=15) as connection:
        connection.sendall(b"POST /score HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + sent)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.makefile("rb").read()
    assert re.match(rb"HTTP/1\.1 4\d\d ", answer), answer[:200]


def test_requests_are_not_logged_one_by_one_but_the_start_is(server: Server) -> None:
    for body in (ROW, b"bad"):
        call(server, body=body)
    text = server.log.read_text()
    assert "ready for serving traffic" in text
    assert "/score" not in text.split("ready for serving traffic")[1]


def test_a_port_that_is_taken_is_named(server: Server, model: Path, tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match=rf"^port {server.port} is in use \("),
        serving(model, log=tmp_path / "log", port=server.port),
    ):
        pass


def test_a_model_that_cannot_be_loaded_stops_the_server_with_its_reason(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match=rf"^{re.escape(str(tmp_path))} holds no model"),
        serving(tmp_path, log=tmp_path / "log"),
    ):
        pass


def test_a_scoring_script_that_breaks_stops_the_server_and_names_the_log(model: Path, tmp_path: Path) -> None:
    entry = tmp_path / "score.py"
    entry.write_text("def init():\n    1 / 0\n\n\ndef run(data):\n    return data\n")
    with (
        pytest.raises(MLError, match=rf"did not start.*its log: {re.escape(str(tmp_path))}"),
        serving(model, log=tmp_path / "log", entry=entry),
    ):
        pass
    assert "ZeroDivisionError" in (tmp_path / "log").read_text()


@pytest.mark.slow
def test_nothing_is_left_when_the_block_ends_or_the_parent_is_killed(model: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from ml.serving.server import serving\n"
        "with serving(Path(sys.argv[1]), log=Path(sys.argv[2])) as server:\n"
        "    print(server.process.pid, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    arguments = [sys.executable, "-c", code, str(model), str(log)]
    for number, end in enumerate(("block", "kill")):
        with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
            assert parent.stdout is not None
            assert parent.stdin is not None
            master = int(parent.stdout.readline())
            worker = workers(log)[number]
            if end == "kill":
                parent.send_signal(signal.SIGKILL)
            parent.stdin.close()
            parent.wait(30)
        assert has_ended(master), end
        assert has_ended(worker), end
