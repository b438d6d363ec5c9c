"""Follows the page: a module as it says, added to the catalogue of a copy, judges its kind of resource."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[5]
PAGE = ROOT / "docs" / "policies.md"
URN = "urn:pulumi:prod::p::azure-native:search:Service::find"


@pytest.fixture(scope="module")
def text() -> str:
    return PAGE.read_text(encoding="utf-8").partition("## Write a policy")[2]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, text: str) -> Path:
    """A copy of the package with the page's module, and with its line in the catalogue."""
    folder = tmp_path_factory.mktemp("platform")
    shutil.copytree(
        ROOT / "platform" / "roastery", folder / "roastery", ignore=shutil.ignore_patterns("__pycache__")
    )
    rules = folder / "roastery" / "policies" / "rules"
    (module,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (rules / "search.py").write_text(module, encoding="utf-8")
    (row,) = re.findall(r'`("Data": Family\(data, search\),)`', text)
    catalogue = folder / "roastery" / "policies" / "catalogue.py"
    before = catalogue.read_text(encoding="utf-8")
    after = before.replace('"Data": Family(data),', row).replace("    roles,\n", "    roles,\n    search,\n")
    assert after.count("search") == 2
    catalogue.write_text(after, encoding="utf-8")
    return folder


def check(folder: Path, tmp_path: Path, **inputs: Any) -> dict[str, list[str]]:
    """Messages by policy of `roast policy check` on a state with one search service, by that package."""
    resources = [
        {
            "urn": "urn:pulumi:prod::p::pulumi:pulumi:Stack::p-prod",
            "type": "pulumi:pulumi:Stack",
            "custom": False,
        },
        {"urn": URN, "type": "azure-native:search:Service", "custom": True, "id": "/x", "inputs": inputs},
    ]
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"deployment": {"resources": resources}}))
    code = "from roastery.cli.main import main; main(['policy', 'check', '--json', '--state', 'state.json'])"
    process = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1, process.stderr
    messages: dict[str, list[str]] = {}
    for finding in json.loads(process.stdout)["findings"]:
        messages.setdefault(finding["policy"], []).append(finding["message"])
    return messages


def test_a_policy_written_as_the_page_says_finds_its_violation(copy: Path, tmp_path: Path) -> None:
    assert check(copy, tmp_path, replicaCount=1)["search-replicas"] == ["is 1, must be at least 2"]


def test_its_kind_is_judged_and_no_longer_unproven(copy: Path, tmp_path: Path) -> None:
    messages = check(copy, tmp_path, replicaCount=3)
    assert "search-replicas" not in messages
    assert "kind-unproven" not in messages
    assert "kind-unproven" in check(ROOT / "platform", tmp_path, replicaCount=3)


def test_the_page_names_files_and_names_that_exist(text: str) -> None:
    frameworks = (ROOT / "platform/roastery/policies/frameworks.py").read_text(encoding="utf-8")
    for name in ("OWN_CONTROLS", "UNMAPPED"):
        assert f"`{name}`" in text
        assert name in frameworks
    for path in re.findall(r"`((?:platform|tests)/[\w/.]+)`", text.partition("## Public access")[0]):
        assert (ROOT / path).exists(), path
