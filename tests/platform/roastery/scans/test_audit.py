"""`uv audit` itself, against a local vulnerability service and a local package index."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from roastery.scans import audit, suppressions
from roastery.scans.format import format_table
from roastery.scans.model import ScanError

UNREACHABLE = "http://127.0.0.1:9"  # the port of the discard service, which no machine runs any more
TIMES = {"modified": "2026-01-01T00:00:00Z", "published": "2026-01-01T00:00:00Z"}
PROJECT = """[project]
name = "beans"
version = "1"
requires-python = ">=3.11"
dependencies = ["grinder"]

[project.optional-dependencies]
milk = ["foamer"]

[dependency-groups]
dev = ["taster"]
"""
LOCK = """version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "beans"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "grinder" }]

[package.optional-dependencies]
milk = [{ name = "foamer" }]

[package.dev-dependencies]
dev = [{ name = "taster" }]
"""
LOCKED = """
[[package]]
name = "{name}"
version = "1.0"
source = {{ registry = "{index}" }}
sdist = {{ url = "{index}/{name}.tar.gz", hash = "sha256:{hash}", size = 1 }}
"""


class _Service(http.server.BaseHTTPRequestHandler):
    """The parts of OSV (v1/querybatch, v1/vulns/ID) and of a package index (simple/NAME) that uv calls."""

    vulnerable = ""
    quarantined = ""
    refuses = False

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["content-length"])))["queries"]
        known = {"vulns": [{"id": "GHSA-1", "modified": TIMES["modified"]}]}
        names = [query["package"]["name"] for query in queries]
        self._send({"results": [known if name == self.vulnerable else {} for name in names]})

    def do_GET(self) -> None:
        if self.refuses:
            self.send_error(400)
            return
        kind, name = self.path.strip("/").split("/")[-2:]
        if kind == "simple":
            status = "quarantined" if name == self.quarantined else "active"
            project = {"name": name, "files": [], "project-status": {"status": status, "reason": "stale"}}
            self._send({"meta": {"api-version": "1.4"}, **project}, "application/vnd.pypi.simple.v1+json")
            return
        ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99"}]}]
        package = {"name": self.vulnerable, "ecosystem": "PyPI"}
        affected = [{"package": package, "ranges": ranges}]
        self._send({"id": name, **TIMES, "summary": "beans burn", "affected": affected})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Logs nothing."""

    def _send(self, answer: dict[str, Any], kind: str = "application/json") -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def service() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Service) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def uv(project: Path) -> Path:
    return project / ".tools" / "bin" / "uv"


def locked(folder: Path, index: str) -> Path:
    """A project that needs a package, another one for an extra, and a third for its developers."""
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    names = ("foamer", "grinder", "taster")
    packages = [LOCKED.format(name=name, index=f"{index}/simple", hash="0" * 64) for name in names]
    (folder / "uv.lock").write_text(LOCK + "".join(packages), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["grinder", "foamer", "taster"])
def test_a_known_vulnerability_is_found_in_whatever_group_or_extra_it_is(
    tmp_path: Path, uv: Path, service: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(_Service, "vulnerable", name)
    outcome = audit.scan(locked(tmp_path, service), uv, service=f"{service}/")
    (finding,) = outcome.findings
    assert (finding.check, finding.resource) == ("GHSA-1", f"{name} 1.0")
    assert finding.message == "beans burn; fixed in 99"
    assert outcome.passed == 2


def test_a_project_that_the_index_quarantined_is_found(
    tmp_path: Path, uv: Path, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Service, "quarantined", "foamer")
    (finding,) = audit.scan(locked(tmp_path, service), uv, service=f"{service}/").findings
    assert (finding.check, finding.resource) == ("project-quarantined", "foamer")
    assert finding.message == "quarantined on the index: stale"


def test_an_audit_that_reached_both_services_and_found_nothing_has_no_gap(
    tmp_path: Path, uv: Path, service: str
) -> None:
    outcome = audit.scan(locked(tmp_path, service), uv, service=f"{service}/")
    assert (outcome.findings, outcome.passed, outcome.skipped, outcome.not_checked) == ((), 3, "", "")
    assert format_table(suppressions.apply_suppressions([outcome], [])).endswith("\nclean")


@pytest.mark.parametrize("index_answers", [False, True])
def test_an_index_that_does_not_answer_is_a_gap_although_uv_counts_its_projects_as_good(
    tmp_path: Path, uv: Path, service: str, monkeypatch: pytest.MonkeyPatch, index_answers: bool
) -> None:
    monkeypatch.setattr(_Service, "refuses", index_answers)
    index = service if index_answers else UNREACHABLE
    outcome = audit.scan(locked(tmp_path, index), uv, service=f"{service}/", retries=0)
    assert (outcome.findings, outcome.passed, outcome.skipped) == ((), 3, "")
    assert outcome.not_checked.startswith("the package index did not report whether 3 of 3 projects (foamer")
    text = format_table(suppressions.apply_suppressions([outcome], []))
    assert "not checked  uv audit: the package index did not report" in text
    assert text.endswith("clean, but not everything could be checked")


def test_an_audit_that_reaches_no_service_is_skipped_and_says_so(tmp_path: Path, uv: Path) -> None:
    outcome = audit.scan(locked(tmp_path, UNREACHABLE), uv, service=f"{UNREACHABLE}/", retries=0)
    assert "can't be reached" in outcome.skipped
    assert outcome.passed == 0
    assert format_table(suppressions.apply_suppressions([outcome], [])).endswith("could be checked")


def test_a_lock_that_uv_cant_read_is_an_error_and_not_a_gap(tmp_path: Path, uv: Path, service: str) -> None:
    locked(tmp_path, service)
    (tmp_path / "uv.lock").write_text("beans", encoding="utf-8")
    with pytest.raises(ScanError, match="uv audit failed with exit code 2: Failed to parse"):
        audit.scan(tmp_path, uv, service=f"{service}/")


def test_an_exit_code_that_contradicts_the_list_is_an_error() -> None:
    answer = {"vulnerabilities": [], "adverse_statuses": [], "summary": {"audited_packages": 3}}
    with pytest.raises(ScanError, match="lists nothing"):
        audit.parse_output(answer, 1)
