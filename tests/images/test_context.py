"""Both images' environments, built from what .dockerignore and the Dockerfiles let into the build."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.parametrize("image", ["runner", "training"])


def run(environment: Path, *command: str) -> subprocess.CompletedProcess[str]:
    folder = environment.parent
    variables = {"PATH": f"{environment / 'bin'}:/usr/bin:/bin", "HOME": str(folder)}
    return subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=120
    )


def test_only_the_metadata_of_the_offline_subscription_is_copied(
    build_context: Callable[[str], Path], image: str
) -> None:
    platform = build_context(image) / "platform"

    assert {file.name for file in (platform / "azsandbox").iterdir()} == {"README.md", "pyproject.toml"}
    assert (platform / "roastery" / "targets.py").is_file()
    assert not list(platform.rglob("__pycache__"))


@pytest.mark.slow
def test_roast_works_without_the_offline_subscription(installed: Callable[[str], Path], image: str) -> None:
    environment = installed(image)

    process = run(environment, "roast", "--help")

    assert process.returncode == 0, process.stderr


@pytest.mark.slow
def test_the_offline_subscription_is_not_importable(installed: Callable[[str], Path], image: str) -> None:
    environment = installed(image)

    process = run(environment, "python", "-c", "import azsandbox")

    assert process.returncode != 0
    assert "No module named 'azsandbox'" in process.stderr
    assert not list(environment.parent.glob("platform/azsandbox"))
