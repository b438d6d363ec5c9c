"""Imports across a boundary fail `make check`: each contract is broken once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CROSSINGS = {
    "the product imports the offline subscription": ("platform/roastery/jobs/client.py", "azsandbox.session"),
    "the product imports the model": ("platform/roastery/naming.py", "ml.spec"),
    "the offline subscription imports the product": ("platform/azsandbox/paths.py", "roastery.files"),
    "the model imports the product": ("ml/spec.py", "roastery.errors"),
    "the rules of Azure Resource Manager import a service": (
        "platform/azsandbox/arm/rules.py",
        "azsandbox.services.storage.rules",
    ),
    "a component imports a policy": ("platform/roastery/components/vault.py", "roastery.policies.model"),
    "a library imports the program": ("platform/roastery/review/run.py", "stacks.config"),
    "the program imports a job": ("stacks/program.py", "roastery.jobs.client"),
    "the program imports the offline subscription": ("stacks/program.py", "azsandbox.commands"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source tree, to break."""
    folder = tmp_path_factory.mktemp("tree")
    for name in ("platform", "ml", "stacks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": f"{folder / 'platform'}:{folder}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_tree_keeps_every_contract(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("file", "module"), CROSSINGS.values(), ids=CROSSINGS.keys())
def test_an_import_across_a_boundary_fails(file: str, module: str, copy: Path) -> None:
    source = copy / file
    text = source.read_text(encoding="utf-8")
    source.write_text(text + f"\nimport {module}  # noqa\n", encoding="utf-8")
    try:
        result = lint(copy)
    finally:
        source.write_text(text, encoding="utf-8")
    assert result.returncode == 1
    assert "BROKEN" in result.stdout
