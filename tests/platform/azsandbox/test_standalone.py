"""The wheel in a clean environment: the README's example runs, without the rest of this repository."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from azsandbox.pulumi import toolchain

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "platform" / "azsandbox"
UV = ROOT / ".tools" / "bin" / "uv"
_FILE = re.compile(r"`(\S+)`:\n\n```\w+\n(.*?)```", re.DOTALL)
pytestmark = pytest.mark.xdist_group("standalone")


@pytest.fixture(scope="module")
def uv(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Runs uv offline, on the cache that `make setup` has filled."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(ROOT / ".cache" / "uv")),
        "UV_OFFLINE": "1",
        "UV_PROJECT_ENVIRONMENT": str(tmp_path_factory.mktemp("standalone") / "venv"),
    }

    def run(*arguments: str) -> Path:
        result = subprocess.run(
            [str(UV), *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
        return Path(environment["UV_PROJECT_ENVIRONMENT"])

    return run


@pytest.fixture(scope="module")
def wheel(uv: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", str(PACKAGE), "--out-dir", str(folder))
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def python(uv: Any, wheel: Path) -> Path:
    """The interpreter of an environment with the wheel and what it depends on, from the lock file."""
    uv("sync", "--locked", "--package", "azsandbox", "--no-dev", "--no-install-project")
    interpreter = uv("--version") / "bin" / "python"
    uv("pip", "install", "--no-deps", "--python", str(interpreter), str(wheel))
    return interpreter


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example of the README."""
    for name, content in _FILE.findall((PACKAGE / "README.md").read_text(encoding="utf-8")):
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "Pulumi.dev.yaml",
        "Pulumi.yaml",
        "__main__.py",
    ]
    return tmp_path


def sources() -> set[str]:
    """The package's files as Git lists them, without what only the checkout needs."""
    listing = subprocess.run(
        ["/usr/bin/env", "git", "ls-files"], cwd=PACKAGE, capture_output=True, text=True, check=True
    )
    return set(listing.stdout.split()) - {"LICENSE", "README.md", "pyproject.toml"}


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = {
        name.removeprefix("azsandbox/")
        for name in zipfile.ZipFile(wheel).namelist()
        if ".dist-info/" not in name
    }

    assert names == sources()
    for name in ("py.typed", "pulumi/toolchain/module/go.mod", "kubernetes/apiserver/module/etcd/go.mod"):
        assert name in names
    assert not [name for name in names if "test" in Path(name).stem]


def test_the_declared_dependencies_are_those_that_are_imported() -> None:
    imported: set[str] = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    imported -= {*sys.stdlib_module_names, "azsandbox", "google"}
    distributions = packages_distributions()
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = [name for names in project["optional-dependencies"].values() for name in names]
    declared = {re.split(r"[<>=!~\[; ]", name)[0].lower() for name in [*project["dependencies"], *extra]}
    indirect = {  # of the modules under `google`; in the installer's script; read by name
        *("protobuf", "semver"),
        *("pulumi-azure-native", "pulumi-kubernetes"),
    }

    needed = {_preferred(distributions[module], declared) for module in imported}
    assert needed | indirect == declared


def _preferred(distributions: list[str], declared: set[str]) -> str:
    """The distribution of a module; some are provided by two, such as mlflow's."""
    names = [name.lower().replace("_", "-") for name in distributions]
    return next((name for name in names if name in declared), names[0])


@pytest.mark.slow
@pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools")
def test_the_readmes_example_comes_up_and_a_wrong_name_is_refused_in_one_line(
    python: Path, project: Path
) -> None:
    def azsandbox(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(python.parent / "azsandbox"), *arguments],
            cwd=project,
            env={"PATH": os.defpath, "HOME": str(project), "AZSANDBOX_TOOLS": str(ROOT / ".tools")},
            capture_output=True,
            text=True,
            check=False,
        )

    for package in ("roastery", "ml", "stacks"):
        code = f"import {package}"
        absent = subprocess.run([str(python), "-c", code], cwd=project, capture_output=True, check=False)
        assert absent.returncode == 1

    first = azsandbox("up", "--stack", "dev", "--json")
    assert first.returncode == 0, first.stdout + first.stderr
    assert json.loads(first.stdout)["changes"] == {"create": 3}

    second = azsandbox("up", "--stack", "dev", "--json")
    assert json.loads(second.stdout)["changes"] == {"same": 3}

    settings = (project / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    (project / "Pulumi.bad.yaml").write_text(settings.replace("stnotes", "Notes!"), encoding="utf-8")
    refused = azsandbox("preview", "--stack", "bad", "--json")
    assert refused.returncode != 0
    errors = [error for error in json.loads(refused.stdout)["errors"] if "accountName" in error]
    assert len(errors) == 1
    assert "accountName 'Notes!' is not a valid name: 3 to 24 lower-case letters and digits" in errors[0]
    assert "\n" not in errors[0]
