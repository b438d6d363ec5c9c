"""The real program in a project of its own: the same files, a stack file to change, a fresh sandbox."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from azsandbox import commands
from azsandbox.paths import Project
from stacks.bootstrap.ids import state_ids
from stacks.config import ConfigError, StackConfig

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the program and its stack files; state and subscription are its own."""
    folder = tmp_path_factory.mktemp("platform")
    shutil.copytree(ROOT / "stacks", folder / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(file, folder)
    (folder / ".venv").symlink_to(sys.prefix)  # which Pulumi.yaml names
    return Project(root=folder)


@pytest.fixture
def with_config(project: Project) -> Callable[[str, dict[str, Any]], str]:
    """Writes `Pulumi.other.yaml`: the file of `stack`, values set by dotted path; None removes."""

    def write(stack: str, changes: dict[str, Any]) -> str:
        content = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())
        for path, value in changes.items():
            first, *rest = path.split(".")
            node, key = content["config"], f"roastery:{first}"
            for part in rest:
                node, key = node.setdefault(key, {}), part
            if value is None:
                del node[key]
            else:
                node[key] = value
        _bootstrap(content["config"])
        (project.root / "Pulumi.other.yaml").write_text(yaml.safe_dump(content))
        return "other"

    return write


def _bootstrap(settings: dict[str, Any]) -> None:
    """State store, key and registry exist under the names of the changed stack, unless these are wrong."""
    values = {key.removeprefix("roastery:"): value for key, value in settings.items() if "roastery:" in key}
    with contextlib.suppress(ConfigError):
        ids = state_ids(StackConfig.parse(values))
        settings["azsandbox:external"] = [ids.account, ids.vault, ids.registry]


@pytest.fixture(scope="module")
def run(project: Project) -> Callable[..., commands.Outcome]:
    def operate(operation: str, stack: str, *extra: str, unprotect: bool = False) -> commands.Outcome:
        return commands.operate(project, operation, stack, extra, quiet=True, unprotect=unprotect)

    return operate
