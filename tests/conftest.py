"""What every test needs: no live credentials, golden files, the real data."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
LIVE = ("AZURE_", "ARM_", "SNOWFLAKE_", "PULUMI_", "MLFLOW_", "ROAST_")


def pytest_configure() -> None:
    """A shell starts background jobs deaf to Ctrl-C, and children inherit that: the tests send it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write tests/golden anew from what is generated"
    )


@pytest.fixture(autouse=True)
def no_live_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches a real account by accident would pass here and cost there."""
    for name in os.environ:
        if name.startswith(LIVE):
            monkeypatch.delenv(name)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a generated text with `tests/golden/<name>`, or writes it with `--update-golden`."""

    def check(name: str, text: str) -> None:
        path = ROOT / "tests" / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path} does not exist: pytest --update-golden writes it"
        assert text == path.read_text(encoding="utf-8"), (
            f"if this change is meant: pytest --update-golden {name}"
        )

    return check


@pytest.fixture(scope="session")
def stallion() -> Path:
    """A real set: monthly sales by agency and product over five years."""
    path = Path(os.environ.get("ROASTERY_STALLION") or ROOT.parent / "shared" / "data" / "stallion.parquet")
    if not path.exists():
        pytest.skip(f"the Stallion data set is not at {path}: set ROASTERY_STALLION to its parquet file")
    return path


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A clean environment with what an image installs, made by the script that its Dockerfile runs."""

    def install(image: str) -> Path:
        environment = tmp_path_factory.mktemp(image) / "venv"
        variables = {
            "PATH": f"{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", "/"),
            "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(ROOT / ".cache" / "uv")),
            "UV_OFFLINE": "1",  # `make setup` has brought all of it
            "UV_PROJECT_ENVIRONMENT": str(environment),
        }
        done = subprocess.run(
            ["/bin/sh", "images/install.sh", image],
            cwd=ROOT,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr
        return environment

    return install


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, headless, as `tests/browser/provision.py` finds or brings it."""
    provision = ROOT / "tests" / "browser" / "provision.py"
    done = subprocess.run(
        [sys.executable, str(provision), "--json"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(done.stderr, pytrace=False)
    found = json.loads(done.stdout)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=found["executable"],
            chromium_sandbox=found["sandbox"],
            env={**os.environ, **found["environment"]},
        )
        yield running
        running.close()
