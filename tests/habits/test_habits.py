"""The repository's habits: checks before a commit, owners, the license, one version."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTIONS = {"roastery": ROOT, "azsandbox": ROOT / "platform" / "azsandbox"}
VERSION = (ROOT / "VERSION").read_text(encoding="utf-8").strip()


def hooks() -> list[dict[str, Any]]:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    return [hook for repository in config["repos"] for hook in repository["hooks"]]


def recipe(target: str) -> list[str]:
    """The commands of a target of the Makefile that run in the project's environment."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    match = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", text, re.MULTILINE)
    assert match is not None
    return [line.removeprefix("$(RUN) ") for line in match[1].replace("\t", "").splitlines()]


def project(name: str) -> dict[str, Any]:
    return tomllib.loads((DISTRIBUTIONS[name] / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_hooks_run_what_make_check_runs() -> None:
    assert [hook["entry"].removeprefix(".venv/bin/") for hook in hooks()] == recipe("check")


def test_the_hooks_run_in_the_projects_environment_and_download_nothing() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repository["repo"] for repository in config["repos"]} == {"local"}
    for hook in hooks():
        assert hook["entry"].startswith(".venv/bin/"), hook["id"]
        assert hook["language"] == "unsupported", hook["id"]  # pre-commit makes no environment for it
        assert "additional_dependencies" not in hook, hook["id"]
        assert hook["pass_filenames"] is False, hook["id"]


def owned() -> list[str]:
    lines = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    return [line.split()[0] for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("pattern", owned())
def test_every_path_with_an_owner_exists(pattern: str) -> None:
    assert pattern == "*" or (ROOT / pattern.strip("/")).exists()


def test_every_owner_is_a_team() -> None:
    lines = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    owners = {owner for line in lines if not line.startswith("#") for owner in line.split()[1:]}
    assert owners
    assert [owner for owner in owners if not re.fullmatch(r"@[a-z0-9-]+/[a-z0-9-]+", owner)] == []


def test_both_distributions_have_the_same_license() -> None:
    texts = {(folder / "LICENSE").read_text(encoding="utf-8") for folder in DISTRIBUTIONS.values()}
    assert len(texts) == 1
    assert "Apache License" in texts.pop()
    for name in DISTRIBUTIONS:
        metadata_ = project(name)["project"]
        assert (metadata_["license"], metadata_["license-files"]) == ("Apache-2.0", ["LICENSE"])


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_version_has_one_source(name: str) -> None:
    settings = project(name)
    assert "version" not in settings["project"]
    assert settings["project"]["dynamic"] == ["version"]
    path = DISTRIBUTIONS[name] / settings["tool"]["hatch"]["version"]["path"]
    assert path.resolve() == ROOT / "VERSION"
    assert metadata.version(name) == VERSION, "run: make setup"


def test_the_changelog_has_a_section_for_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(VERSION)}\b", text, re.MULTILINE)
