"""The scanners themselves, where they are installed, and how their answers are parsed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from roastery.scans import checkov, secrets, tools
from roastery.scans.model import ScanError

SCANNERS = Path(__file__).resolve().parents[4] / tools.ENVIRONMENTS
INSTALLED = (SCANNERS / "detect-secrets" / "bin" / "detect-secrets").exists()
PLANTED = "hV7#pq" + "Zr2!mK9t"  # in two parts, or this file would be a finding


def _answer(**changed: Any) -> str:
    failed = {"check_id": "CKV_AZURE_1", "resource": "vaults.kv", "check_name": "Ensure it is shut"}
    results = {"failed_checks": [failed], "parsing_errors": []} | changed
    return json.dumps({"summary": {"passed": 7}, "results": results})


def test_checkovs_failures_are_findings() -> None:
    outcome = checkov.parse_output(_answer(), "checkov arm", "prod")
    assert (outcome.passed, outcome.stack) == (7, "prod")
    (finding,) = outcome.findings
    assert (finding.check, finding.resource, finding.message) == (
        "CKV_AZURE_1",
        "vaults.kv",
        "Ensure it is shut",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_answer(parsing_errors=["template.json"]), "can't read template.json"),
        ('{"passed": 0, "failed": 0}', "no files to check"),
        ("", "did not answer with JSON"),
    ],
)
def test_checkov_that_could_not_read_is_an_error_and_not_clean(text: str, message: str) -> None:
    with pytest.raises(ScanError, match=message):
        checkov.parse_output(text, "checkov arm", "prod")


def test_a_scanner_that_is_not_installed_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ScanError, match="run make security"):
        tools.program(tmp_path, "checkov", "checkov")


@pytest.mark.skipif(not INSTALLED, reason="the scanners come with make security, which runs them all")
def test_a_planted_credential_is_found_in_a_copy_of_a_tracked_file(project: Path, tmp_path: Path) -> None:
    name = "Pulumi.prod.yaml"
    text = (project / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert secrets.scan(project, tmp_path, [name]).findings == ()
    (tmp_path / name).write_text(f'{text}  client_secret: "{PLANTED}"\n', encoding="utf-8")
    (finding,) = secrets.scan(project, tmp_path, [name]).findings
    assert finding.check == f"sha1:{hashlib.sha1(PLANTED.encode(), usedforsecurity=False).hexdigest()}"
    assert finding.resource == name
    assert PLANTED not in finding.message


def test_only_tracked_files_are_scanned_and_no_lists_of_checksums(project: Path) -> None:
    files = secrets.tracked(project)
    assert {"pyproject.toml", "security/suppressions.yaml"} <= set(files)
    assert not [name for name in files if name.startswith("security/") and name.endswith(".txt")]
    assert not [name for name in files if name.startswith((".venv/", ".roast/"))]


def test_each_scanner_is_locked_alone_since_one_brings_a_fork_of_the_other(project: Path) -> None:
    """Both install a module `detect_secrets`; in one environment, either could overwrite the other."""
    locks = {file.stem: file.read_text(encoding="utf-8") for file in (project / "security").glob("*.txt")}
    assert set(locks) == {file.stem for file in (project / "security").glob("*.in")}
    forked = {name for name, text in locks.items() if "bc-detect-secrets==" in text}
    original = {name for name, text in locks.items() if "\ndetect-secrets==" in text}
    assert (forked, original) == ({"checkov"}, {"detect-secrets"})


def test_a_scanner_gets_no_credentials_but_the_proxy_settings_where_it_needs_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARM_CLIENT_SECRET", "beans")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    environment = tools.run(["env"], tmp_path).stdout
    assert "ARM_CLIENT_SECRET" not in environment
    assert "HTTPS_PROXY" not in environment
    assert "HTTPS_PROXY=http://proxy:3128" in tools.run(["env"], tmp_path, inherit=tools.NETWORK).stdout
