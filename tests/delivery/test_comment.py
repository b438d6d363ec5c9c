"""Comments on a pull request, posted to a server that answers as GitHub and Azure DevOps do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / ".ci" / "comment.py"
TOKEN = "token-of-the-job"  # noqa: S105 - not a real token


class Service(ThreadingHTTPServer):
    """Stores comments and records the calls."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.comments: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.status = 200

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        service = cast("Service", self.server)
        assert self.headers["Authorization"] == f"Bearer {TOKEN}"
        service.calls.append(f"{self.command} {self.path}")
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        answer: Any = body
        if self.command == "GET" and "_apis" in self.path:
            threads = [
                {"id": 7, "comments": [{"id": 1, "content": comment["text"]}]} for comment in service.comments
            ]
            answer = {"value": threads}
        elif self.command == "GET":
            first = "page=1" in self.path.split("&")
            answer = [{"id": 5, "body": comment["text"]} for comment in service.comments] if first else []
        elif body:
            content = body.get("body") or body.get("content") or body["comments"][0]["content"]
            comment = {"text": content}
            service.comments = [comment] if self.command == "PATCH" else [*service.comments, comment]
        self.send_response(service.status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - the standard library's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Logs nothing."""


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def github(service: Service) -> dict[str, str]:
    return {
        "GITHUB_API_URL": service.address,
        "GITHUB_REPOSITORY": "globojava/roastery",
        "GITHUB_TOKEN": TOKEN,
        "PULL_REQUEST": "12",
    }


def azure(service: Service) -> dict[str, str]:
    return {
        "SYSTEM_COLLECTIONURI": f"{service.address}/globojava/",
        "SYSTEM_TEAMPROJECTID": "p",
        "BUILD_REPOSITORY_ID": "r",
        "SYSTEM_PULLREQUEST_PULLREQUESTID": "12",
        "SYSTEM_ACCESSTOKEN": TOKEN,
    }


def post(text: str, environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "report.md"
    file.write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(SCRIPT), "policy-prod", str(file)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


@pytest.mark.parametrize("system", [github, azure])
def test_a_second_run_updates_the_comment_of_the_first(service: Service, tmp_path: Path, system: Any) -> None:
    assert post("first", system(service), tmp_path).returncode == 0
    assert post("second", system(service), tmp_path).returncode == 0

    assert [comment["text"] for comment in service.comments] == ["<!-- roastery: policy-prod -->\nsecond"]
    assert [call.split()[0] for call in service.calls if "PATCH" in call or "POST" in call] == [
        "POST",
        "PATCH",
    ]


@pytest.mark.parametrize("system", [github, azure])
def test_other_peoples_comments_are_left_alone(service: Service, tmp_path: Path, system: Any) -> None:
    service.comments = [{"text": "looks good"}]

    post("first", system(service), tmp_path)

    assert service.comments[0]["text"] == "looks good"
    assert len(service.comments) == 2


def test_a_report_too_long_for_a_comment_is_shortened_at_a_line_and_says_so(
    service: Service, tmp_path: Path
) -> None:
    post("| a row of a table |\n" * 10_000, github(service), tmp_path)

    (comment,) = service.comments
    lines = comment["text"].splitlines()
    assert lines[:2] == [
        "<!-- roastery: policy-prod -->",
        "**Shortened: the whole report is in this run's summary.**",
    ]
    assert len(comment["text"]) < 65_536
    assert set(lines[3:]) == {"| a row of a table |"}


def test_a_refusal_is_one_line_without_the_token(service: Service, tmp_path: Path) -> None:
    service.status = 403

    process = post("first", github(service), tmp_path)

    assert process.returncode == 1
    assert process.stderr.startswith("error: GET ")
    assert "403" in process.stderr
    assert TOKEN not in process.stderr
    assert len(process.stderr.splitlines()) == 1


def test_outside_a_pull_request_the_missing_variable_is_named(tmp_path: Path) -> None:
    assert "GITHUB_API_URL is not set" in post("first", {}, tmp_path).stderr
