"""The product as a package index would hand it out: one wheel, and no offline subscription in it."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Uv = Callable[..., str]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(uv: Uv, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--out-dir", str(folder), str(ROOT))
    (file,) = folder.glob("roastery-*.whl")
    return file


@pytest.fixture(scope="module")
def environment(uv: Uv, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel with what its extras `jobs` and `platform` ask for, at the versions of the lock file."""
    folder = tmp_path_factory.mktemp("product") / "venv"
    extras = ("--extra", "jobs", "--extra", "platform")
    uv("sync", "--locked", "--quiet", "--no-dev", "--no-install-workspace", *extras, environment=folder)
    uv("pip", "install", "--quiet", "--no-deps", "--python", str(folder / "bin" / "python"), str(wheel))
    return folder


def roast(environment: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(environment / "bin" / "roast"), *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_wheel_holds_the_product_and_its_types_only(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"ml", "roastery"}
    assert {"ml/py.typed", "roastery/py.typed"} <= set(names)


def test_the_offline_subscription_is_not_there_and_its_absence_is_explained(
    environment: Path, tmp_path: Path
) -> None:
    python = str(environment / "bin" / "python")
    absent = subprocess.run([python, "-c", "import azsandbox"], capture_output=True, check=False)
    assert absent.returncode != 0
    result = roast(environment, tmp_path, "job", "submit", "--target", "sandbox", "--stack", "dev")
    (line,) = result.stderr.strip().splitlines()
    assert result.returncode == 2
    assert "pip install 'roastery[sandbox]'" in line
    group = roast(environment, tmp_path, "sandbox", "up", "--stack", "dev")
    assert (group.returncode, group.stderr) == (2, result.stderr)


def test_what_needs_no_offline_subscription_works(environment: Path, tmp_path: Path) -> None:
    assert roast(environment, tmp_path, "--help").returncode == 0
    policies = json.loads(roast(environment, tmp_path, "policy", "list", "--json").stdout)
    assert len(policies) > 90
    state = tmp_path / "state.json"
    state.write_text("{}")
    result = roast(environment, tmp_path, "stack", "graph", "--state", str(state))
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
