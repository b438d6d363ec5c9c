"""A notice or an event of a workflow, sent to a real server."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from roastery.jobs import post


class Receiver:
    """A web server that answers with `codes`, one after another."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.bodies: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                outer.bodies.append(json.loads(self.rfile.read(length)))
                outer.tokens.append(self.headers["Authorization"])
                self.send_response(outer.codes.pop(0) if outer.codes else 200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/secret-path"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever)
    thread.start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()
    thread.join()


@pytest.fixture
def address(receiver: Receiver, tmp_path: Path) -> Path:
    file = tmp_path / "notify-url"
    file.write_text(receiver.url + "\n")
    return file


def notice(address: Path, failures: str = "[]") -> int:
    link = "https://argo.example/workflows/flows/retrain-7"
    words = ["--workflow", "retrain-7", "--status", "Failed", "--failures", failures, "--link", link]
    return post.main(["notice", "--to-file", str(address), *words])


def test_a_notice_says_which_workflow_why_and_where_to_look(address: Path, receiver: Receiver) -> None:
    # As Argo writes it: JSON, quoted once more.
    failures = json.dumps(json.dumps([{"displayName": "train", "message": "exit code 1", "phase": "Failed"}]))
    assert notice(address, failures) == 0
    (body,) = receiver.bodies
    assert body["text"] == (
        "Workflow retrain-7: Failed\ntrain: exit code 1\nhttps://argo.example/workflows/flows/retrain-7"
    )
    (card,) = body["attachments"]
    assert card["content"]["actions"][0]["url"].endswith("/flows/retrain-7")


@pytest.mark.parametrize("failures", ["", "null", "no json", '"{}"'])
def test_a_notice_goes_out_whatever_argo_says_of_the_failures(
    address: Path, receiver: Receiver, failures: str
) -> None:
    assert notice(address, failures) == 0
    assert receiver.bodies[0]["text"].startswith("Workflow retrain-7: Failed")


@pytest.mark.parametrize(("code", "exit_code"), [(503, 75), (429, 75), (404, 1), (401, 77), (403, 77)])
def test_what_may_pass_is_worth_another_try_and_a_refusal_is_not(
    address: Path, receiver: Receiver, capsys: pytest.CaptureFixture[str], code: int, exit_code: int
) -> None:
    receiver.codes = [code]
    assert notice(address) == exit_code
    error = capsys.readouterr().err
    assert str(code) in error
    assert "secret-path" not in error


def test_an_unreachable_receiver_is_worth_another_try_and_the_address_stays_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notify-url"
    file.write_text("http://127.0.0.1:9/secret-path")
    assert notice(file) == 75
    error = capsys.readouterr().err
    assert "can't be reached" in error
    assert "secret-path" not in error


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_a_missing_or_empty_secret_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    file = tmp_path / "notify-url"
    if content is not None:
        file.write_text(content)
    assert notice(file) == 2
    assert "the secret notify-url is missing or empty" in capsys.readouterr().err


def test_an_address_that_is_not_a_web_address_is_refused_without_showing_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notify-url"
    file.write_text("file:///etc/passwd")
    assert notice(file) == 2
    assert "passwd" not in capsys.readouterr().err


def event(receiver: Receiver, token: Path, data: str) -> int:
    words = ["event", "--to", receiver.url, "--token-file", str(token), "--type", "drift", "--data", data]
    return post.main(words)


def test_an_event_carries_its_token_and_its_data(receiver: Receiver, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("s3cret\n")
    assert event(receiver, token, '{"model": "m:3"}') == 0
    assert receiver.tokens == ["Bearer s3cret"]
    assert receiver.bodies == [{"type": "drift", "data": {"model": "m:3"}}]


@pytest.mark.parametrize("data", ["", "[1]", "{"])
def test_an_event_whose_data_is_no_object_is_not_sent(receiver: Receiver, tmp_path: Path, data: str) -> None:
    token = tmp_path / "token"
    token.write_text("s3cret")
    assert event(receiver, token, data) == 2
    assert receiver.bodies == []
