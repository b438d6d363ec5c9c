"""The scanners themselves, where they are installed, and how their answers are read."""

import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from roastery.security import audit, checkov, secrets, tools
from roastery.security.model import SecurityError

INSTALLED = (Path(__file__).resolve().parents[3] / tools.ENVIRONMENT / "bin" / "detect-secrets").exists()
PLANTED = "hV7#pq" + "Zr2!mK9t"  # in two parts, or this file would be a finding


def _answer(**changed: Any) -> str:
    failed = {"check_id": "CKV_AZURE_1", "resource": "vaults.kv", "check_name": "Ensure it is shut"}
    results = {"failed_checks": [failed], "parsing_errors": []} | changed
    return json.dumps({"summary": {"passed": 7}, "results": results})


def test_checkovs_failures_are_findings() -> None:
    outcome = checkov.read(_answer(), "checkov arm", "prod")
    assert (outcome.passed, outcome.stack) == (7, "prod")
    (found,) = outcome.findings
    assert (found.check, found.resource, found.message) == ("CKV_AZURE_1", "vaults.kv", "Ensure it is shut")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (_answer(parsing_errors=["template.json"]), "can't read template.json"),
        ('{"passed": 0, "failed": 0}', "nothing to look at"),
        ("", "no JSON"),
    ],
)
def test_checkov_that_could_not_read_is_an_error_and_not_clean(text: str, says: str) -> None:
    with pytest.raises(SecurityError, match=says):
        checkov.read(text, "checkov arm", "prod")


def test_a_scanner_that_is_not_installed_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(SecurityError, match="run make security"):
        tools.program(tmp_path, "checkov")


@pytest.mark.skipif(not INSTALLED, reason="the scanners come with make security, which runs them all")
def test_a_planted_credential_is_found_in_a_copy_of_a_tracked_file(project: Path, tmp_path: Path) -> None:
    name = "Pulumi.prod.yaml"
    text = (project / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert secrets.scan(project, tmp_path, [name]).findings == ()
    (tmp_path / name).write_text(f'{text}  client_secret: "{PLANTED}"\n', encoding="utf-8")
    (found,) = secrets.scan(project, tmp_path, [name]).findings
    assert found.check == f"sha1:{hashlib.sha1(PLANTED.encode(), usedforsecurity=False).hexdigest()}"
    assert found.resource == name
    assert PLANTED not in found.message


def test_only_tracked_files_are_scanned(project: Path) -> None:
    files = secrets.tracked(project)
    assert "pyproject.toml" in files
    assert not [name for name in files if name.startswith((".venv/", ".roast/"))]


class _Osv(http.server.BaseHTTPRequestHandler):
    """As much of OSV's API as uv asks: api.osv.dev/v1/querybatch and /v1/vulns/ID."""

    vulnerable = ""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))["queries"]
        known = {"vulns": [{"id": "GHSA-1", "modified": "2026-01-01T00:00:00Z"}]}
        names = [one["package"]["name"] for one in asked]
        self._send({"results": [known if name == self.vulnerable else {} for name in names]})

    def do_GET(self) -> None:
        times = {"modified": "2026-01-01T00:00:00Z", "published": "2026-01-01T00:00:00Z"}
        ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99"}]}]
        package = {"name": self.vulnerable, "ecosystem": "PyPI"}
        self._send(
            {"id": "GHSA-1", **times, "summary": "beans burn"}
            | {"affected": [{"package": package, "ranges": ranges}]}
        )

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing on the terminal."""

    def _send(self, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def osv() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Osv) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def uv(project: Path) -> Path:
    return project / ".tools" / "bin" / "uv"


def test_a_known_vulnerability_of_a_locked_package_is_found(
    project: Path, uv: Path, osv: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Osv, "vulnerable", "jinja2")
    outcome = audit.scan(project, uv, osv)
    (found,) = outcome.findings
    assert (found.check, found.message) == ("GHSA-1", "beans burn; fixed in 99")
    assert found.resource.startswith("jinja2 ")


def test_an_audit_without_vulnerabilities_counts_what_it_asked_about(
    project: Path, uv: Path, osv: str
) -> None:
    outcome = audit.scan(project, uv, osv)
    assert outcome.findings == ()
    assert outcome.passed > 100
    assert not outcome.skipped


def test_an_audit_that_can_reach_nobody_is_skipped_and_says_so(project: Path, uv: Path) -> None:
    outcome = audit.scan(project, uv, "http://127.0.0.1:9/")
    assert "can't be reached" in outcome.skipped
    assert outcome.passed == 0
