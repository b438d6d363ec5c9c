"""What every test needs: no live credentials, golden files, the real data."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
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
def build_context(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A copy of the files that an image's Dockerfile copies, as far as .dockerignore lets them in."""

    def copy(image: str) -> Path:
        folder = tmp_path_factory.mktemp(image) / "app"
        _copy_context((ROOT / "images" / image / "Dockerfile").read_text(encoding="utf-8"), folder)
        return folder

    return copy


@pytest.fixture(scope="session")
def installed(build_context: Callable[[str], Path]) -> Callable[[str], Path]:
    """An image's `/app/.venv`, made in a copy of its build context by the command of its Dockerfile."""

    @functools.cache
    def install(image: str) -> Path:
        dockerfile = (ROOT / "images" / image / "Dockerfile").read_text(encoding="utf-8")
        command = re.search(r"^RUN (?:--mount=\S+ )?(images/install\.sh .*)$", dockerfile, re.MULTILINE)
        assert command is not None, f"images/{image}/Dockerfile does not run images/install.sh"
        app = build_context(image)
        environment = app / ".venv"
        variables = {
            "PATH": f"{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", "/"),
            "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(ROOT / ".cache" / "uv")),
            "UV_OFFLINE": "1",  # `make setup` has downloaded every package
            "UV_PROJECT_ENVIRONMENT": str(environment),
        }
        process = subprocess.run(
            ["/bin/sh", "-ec", command[1]],
            cwd=app,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert process.returncode == 0, process.stderr
        return environment

    return install


def _copy_context(dockerfile: str, folder: Path) -> None:
    """Copies the files that the Dockerfile copies from the build context, which .dockerignore limits."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    copied = " ".join(re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)).split()
    for file in [file for name in copied for file in (ROOT / name, *(ROOT / name).rglob("*"))]:
        relative = file.relative_to(ROOT)
        if file.is_file() and not _is_ignored(relative, patterns):
            (folder / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, folder / relative)


def _is_ignored(path: Path, patterns: Sequence[str]) -> bool:
    """Whether .dockerignore leaves a file out: the last pattern that matches it or a parent decides."""
    ignored = False
    names = [path.as_posix(), *(parent.as_posix() for parent in path.parents)]
    for pattern in patterns:
        if any(fnmatchcase(name, pattern.removeprefix("!")) for name in names):
            ignored = not pattern.startswith("!")
    return ignored


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, headless, as `tests/browser/provision.py` finds or installs it."""
    provision = ROOT / "tests" / "browser" / "provision.py"
    process = subprocess.run(
        [sys.executable, str(provision), "--json"], capture_output=True, text=True, check=False
    )
    if process.returncode:
        pytest.fail(process.stderr, pytrace=False)
    settings = json.loads(process.stdout)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=settings["executable"],
            chromium_sandbox=settings["sandbox"],
            env={**os.environ, **settings["environment"]},
        )
        yield chromium
        chromium.close()
