"""Uv, as a package index's client would use it, but offline."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = ROOT / ".tools" / "bin" / "uv"
Uv = Callable[..., str]


@pytest.fixture(scope="session")
def uv() -> Uv:
    """Runs uv without a network: `make setup` has brought everything that it needs."""

    def run(*arguments: str, environment: Path | None = None) -> str:
        result = subprocess.run(
            [str(UV), *arguments],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.environ.get("HOME", "/"),
                "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(ROOT / ".cache" / "uv")),
                "UV_OFFLINE": "1",
                **({"UV_PROJECT_ENVIRONMENT": str(environment)} if environment else {}),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run
