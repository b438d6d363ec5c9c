"""`roast preview` between two commits of a small program, on the genuine engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from azsandbox.pulumi import toolchain
from roastery.cli.main import main

TINY = Path(__file__).parents[2] / "azsandbox" / "tiny"
# What is replaced stays beside its successor, as versions of assets do.
RETAINED = """
managedidentity.UserAssignedIdentity(
    "retained",
    resource_name_="id-retained-{}",
    resource_group_name=group.name,
    opts=pulumi.ResourceOptions(retain_on_delete=True),
)
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("review"),
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]


def git(*arguments: str) -> str:
    """Git without the settings of whoever runs the tests."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    process = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True, env=environment)  # noqa: S607
    return process.stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tiny"
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    program = folder / "__main__.py"
    program.write_text(program.read_text() + RETAINED.format(1))
    who = ["-c", "user.name=test", "-c", "user.email=test@example.invalid"]
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], [*who, "commit", "-q", "-m", "base"]):
        git("-C", str(folder), *command)
    monkeypatch.chdir(folder)
    return folder


def test_a_change_is_compared_with_its_base_and_nothing_is_left_behind(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = repository / "__main__.py"
    text = program.read_text()
    closed = 'sku={"name": "Standard_LRS"},\n    public_network_access="Disabled"'
    assert text.count(closed) == 1
    text = text.replace(closed, closed.replace("Disabled", "Enabled"))
    program.write_text(text.replace(RETAINED.format(1), RETAINED.format(2)))

    with pytest.raises(SystemExit) as ended:
        main(["preview", "--stack", "dev", "--base", "main", "--json"])

    assert ended.value.code == 0
    review = json.loads(capsys.readouterr().out)["dev"]
    assert review["summary"] == "1 in a new version, 1 updated"
    assert review["public_access_opened"] == ["StorageAccount `storage` allows public network access"]
    assert review["doors_opened"] == review["public_access_opened"]
    properties = {(change["name"], change["operation"]): change["properties"] for change in review["changes"]}
    assert properties == {
        ("storage", "update"): ["publicNetworkAccess"],
        ("retained", "version"): ["resourceName"],
    }
    assert any("public" in finding for finding in review["findings_new"])
    assert len(git("worktree", "list").splitlines()) == 1
    assert not (repository / ".roast").exists()


@pytest.mark.usefixtures("repository")
def test_an_unknown_base_is_a_wrong_option_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["stack", "preview", "--stack", "dev", "--base", "nowhere"])

    lines = capsys.readouterr().err.strip().splitlines()
    assert ended.value.code == 2
    assert len(lines) == 1
    assert "the base can't be checked out" in lines[0]
