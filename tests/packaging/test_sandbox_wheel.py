"""The offline subscription as a package index would hand it out: one wheel of its own."""

from __future__ import annotations

import configparser
import zipfile
from collections.abc import Callable
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Uv = Callable[..., str]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(uv: Uv, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--out-dir", str(folder), str(ROOT / "platform" / "azsandbox"))
    (file,) = folder.glob("azsandbox-*.whl")
    return zipfile.ZipFile(file)


def test_the_wheel_has_the_package_its_types_and_its_license_only(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"azsandbox"}
    assert "azsandbox/py.typed" in names
    assert not {"azsandbox/pyproject.toml", "azsandbox/LICENSE"} & set(names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_it_has_the_version_of_the_repository_and_does_not_need_the_product(wheel: zipfile.ZipFile) -> None:
    name = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    fields = Parser().parsestr(wheel.read(name).decode("utf-8"))
    assert fields["Version"] == (ROOT / "VERSION").read_text(encoding="utf-8").strip()
    assert not [need for need in fields.get_all("Requires-Dist", []) if need.startswith("roastery")]


def test_it_registers_its_commands_and_its_target_with_the_product(wheel: zipfile.ZipFile) -> None:
    name = next(name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt"))
    entry_points = configparser.ConfigParser()
    entry_points.read_string(wheel.read(name).decode("utf-8"))
    assert "sandbox" in entry_points["roast.commands"]
    assert "sandbox" in entry_points["roast.targets"]
    assert "azsandbox" in entry_points["console_scripts"]
