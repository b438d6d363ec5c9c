"""Where the API server comes from, and the error if it can't be built."""

from __future__ import annotations

from pathlib import Path

import pytest

from azsandbox.errors import ToolchainError
from azsandbox.kubernetes.apiserver import build, official, pin
from azsandbox.pulumi.toolchain import source


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AZSANDBOX_TOOLS", str(tmp_path))
    monkeypatch.setattr(official, "reachable", lambda: False)
    return tmp_path / "kubernetes"


def quiet(line: str) -> None:
    del line


@pytest.mark.parametrize(
    ("version", "words"),
    [(None, "Go is not installed: .*needs Go 1.26 or newer"), ((1, 20), "Go 1.20 is too old")],
)
def test_without_a_recent_go_the_error_names_the_version(
    bare: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int] | None, words: str
) -> None:
    monkeypatch.setattr(source, "go_version", lambda: version)
    with pytest.raises(ToolchainError, match=words):
        build.ensure(quiet)
    assert not bare.exists()


def test_tools_that_are_already_built_need_no_go(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "types").mkdir(parents=True)
    (bare / "types" / "argoproj.io_sensors.yaml").write_text("")
    described = " ".join(module.version for module in pin.DEFINITION_MODULES)
    (bare / "types" / "versions").write_text(described)
    (bare / "versions").write_text(f"{pin.KUBERNETES} {pin.ETCD}")
    monkeypatch.setattr(source, "go_version", lambda: None)
    tools = build.ensure(quiet)
    assert (tools.etcd, [file.name for file in tools.definitions]) == (
        bare / "etcd",
        ["argoproj.io_sensors.yaml"],
    )
    (bare / "types" / "versions").write_text(f"{described}-older")
    with pytest.raises(ToolchainError, match="Go is not installed"):
        build.ensure(quiet)


def test_the_module_files_contain_the_pinned_versions() -> None:
    kubernetes = (build.MODULES / "kubernetes" / "go.mod").read_text()
    assert f"k8s.io/kubernetes v{pin.KUBERNETES}\n" in kubernetes
    staging = {line.split()[-1] for line in kubernetes.splitlines() if line.startswith("replace")}
    assert staging == {f"v0.{pin.KUBERNETES.removeprefix('1.')}"}
    assert f"etcd/server/v3 v{pin.ETCD}\n" in (build.MODULES / "etcd" / "go.mod").read_text()
