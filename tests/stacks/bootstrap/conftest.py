"""A checkout of its own: program, stack files and subscription; a fresh one, with nothing registered."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
import yaml

from azsandbox.paths import Project
from roastery.cli.main import main

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Generator[Project]:
    """The checkout, which is the working directory meanwhile; prod has a public address and two pipelines."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "stacks", folder / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(file, folder)
    (folder / ".venv").symlink_to(sys.prefix)  # which Pulumi.yaml names
    _change(
        folder,
        {
            "allowed_addresses": ["203.0.113.7/32"],
            "github": "globojava/roastery",
            "pipelines": [
                {
                    "name": "azure-devops-deploy",
                    "identity": "runner",
                    "issuer": "https://login.microsoftonline.com/22222222-2222-4222-8222-222222222222/v2.0",
                    "subject": "/eid1/c/pub/t/abc/a/def/sc/organisation/connection",
                }
            ],
        },
    )
    before = Path.cwd()
    os.chdir(folder)
    project = Project(root=folder)
    yield project
    os.chdir(before)


def _change(folder: Path, values: dict[str, Any]) -> None:
    file = folder / "Pulumi.prod.yaml"
    content = yaml.safe_load(file.read_text())
    content["config"]["roastery:bootstrap"] |= values
    content["config"]["azsandbox:subscription"] = "fresh"
    file.write_text(yaml.safe_dump(content))


@pytest.fixture
def change(checkout: Project) -> Callable[[dict[str, Any]], None]:
    """Sets keys of the section `bootstrap`."""
    return lambda values: _change(checkout.root, values)


@pytest.fixture
def roast() -> Callable[..., int]:
    """The exit code of a command of `roast`, run in this process."""

    def run(*arguments: str) -> int:
        with pytest.raises(SystemExit) as exited:
            main(arguments)
        return int(exited.value.code or 0)

    return run
