"""The checks of this machine: each failure once, with real programs, ports and folders."""

from __future__ import annotations

import shutil
import socket
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from azsandbox.pulumi.toolchain import VERSION
from roastery.azure.http import Http
from roastery.doctor import stack_file
from roastery.doctor.catalogue import MACHINE
from roastery.doctor.checks import machine
from roastery.doctor.examination import Examination
from roastery.doctor.model import Finding, Status
from roastery.doctor.run import examine

ROOT = Path(__file__).resolve().parents[4]


def nobody() -> None:
    raise AssertionError("a check of this machine signs in")


def examination(root: Path, stack: str | None = None) -> Examination:
    settings = stack_file.read(ROOT, stack) if stack else None
    return Examination(root, Http(nobody), "", settings)


def findings(name: str, root: Path, stack: str | None = None) -> list[Finding]:
    checks = [check for check in MACHINE if check.id == name]
    return [line.finding for line in examine(checks, examination(root, stack))]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the PATH, and no program beside the interpreter."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "elsewhere" / "python"))
    return folder


def install(folder: Path, name: str, says: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\necho '{says}'\n")
    (folder / name).chmod(0o755)


def test_programs_of_the_right_versions_are_in_order(path: Path, tmp_path: Path) -> None:
    for name, says in {
        "uv": "uv 0.9.2",
        "pulumi": "v3.259.0",
        "az": "2.91.0\t2.91.0\t1.1.0",
        "kubelogin": "kubelogin version git hash: v0.2.14/abc",
        "helm": "v3.19.0+g3d8990f",
    }.items():
        install(path, name, says)
    assert [finding.status for finding in findings("programs", tmp_path, "prod")] == [Status.OK] * 5


def test_a_missing_program_is_named_with_how_to_get_it(path: Path, tmp_path: Path) -> None:
    del path
    by_program = {f.seen.partition(" ")[0]: f for f in findings("programs", tmp_path, "prod")}
    assert set(by_program) == {"uv", "pulumi", "az", "kubelogin", "helm"}
    assert {name for name, f in by_program.items() if f.status is Status.ERROR} == {
        "pulumi",
        "az",
        "kubelogin",
    }
    assert f"--version {VERSION}" in by_program["pulumi"].todo
    assert by_program["az"].code == 69


def test_only_what_the_stack_needs_is_asked_for(path: Path, tmp_path: Path) -> None:
    del path
    seen = " ".join(finding.seen for finding in findings("programs", tmp_path, "dev"))
    assert "helm" not in seen  # dev takes its charts from the Internet
    assert [f.seen.partition(" ")[0] for f in findings("programs", tmp_path)] == ["uv", "pulumi"]


def test_an_old_program_is_named_with_its_version(path: Path, tmp_path: Path) -> None:
    install(path, "pulumi", "v3.99.9")
    finding = next(f for f in findings("programs", tmp_path) if f.seen.startswith("pulumi"))
    assert finding.seen == f"pulumi 3.99.9 is older than {VERSION}"


@pytest.mark.parametrize(("says", "status"), [("what?", Status.WARNING), ("v3.300.0", Status.OK)])
def test_a_program_that_does_not_say_its_version_is_a_warning(
    says: str, status: Status, path: Path, tmp_path: Path
) -> None:
    install(path, "pulumi", says)
    finding = next(f for f in findings("programs", tmp_path) if f.seen.startswith("pulumi"))
    assert finding.status is status


def test_a_program_that_can_not_be_started_is_named(path: Path, tmp_path: Path) -> None:
    (path / "pulumi").write_text("not a program")
    (path / "pulumi").chmod(0o755)
    finding = next(f for f in findings("programs", tmp_path) if f.seen.startswith("pulumi"))
    assert "can't be started" in finding.seen


def test_pulumis_version_is_that_of_the_tests_and_of_the_runners_image() -> None:
    assert machine.PULUMI == VERSION


def test_an_old_python_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [f.status for f in findings("python", tmp_path)] == [Status.OK]
    monkeypatch.setattr(metadata, "metadata", lambda _: {"Requires-Python": ">=4.1"})
    (finding,) = findings("python", tmp_path)
    assert finding.status is Status.ERROR
    assert "is not >=4.1" in finding.seen


@pytest.mark.parametrize(("gib", "status"), [(1, Status.ERROR), (5, Status.WARNING), (50, Status.OK)])
def test_a_full_disk_is_named(
    gib: int, status: Status, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=gib * 2**30))
    (finding,) = findings("disk", tmp_path)
    assert finding.status is status
    assert f"{gib} GiB" in finding.seen


def test_a_folder_that_can_not_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("a file in place of the folder")
    wrong, right = findings("folders", tmp_path)
    assert wrong.status is Status.ERROR
    assert str(tmp_path / ".cache") in wrong.seen
    assert right.status is Status.OK


def test_a_port_that_is_taken_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setattr(machine, "_PORTS", {taken: "a server"})
        (finding,) = findings("ports", tmp_path)
    assert finding.status is Status.WARNING
    assert f"port {taken} is taken" in finding.seen
    assert [f.status for f in findings("ports", tmp_path)] == [Status.OK]
