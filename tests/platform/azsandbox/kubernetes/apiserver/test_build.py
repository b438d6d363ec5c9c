"""Where the API server comes from, and what is said when it can't come."""

from __future__ import annotations

from pathlib import Path

import pytest

from azsandbox.errors import ToolchainError
from azsandbox.kubernetes.apiserver import build, pin
from azsandbox.pulumi.toolchain import source


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AZSANDBOX_TOOLS", str(tmp_path))
    return tmp_path / "kubernetes"


def quiet(line: str) -> None:
    del line


@pytest.mark.parametrize(
    ("version", "words"), [(None, "no Go here: .*with Go 1.26 or newer"), ((1, 20), "Go 1.20 is too old")]
)
def test_without_a_go_that_is_new_enough_it_says_which(
    bare: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int] | None, words: str
) -> None:
    monkeypatch.setattr(source, "go_version", lambda: version)
    with pytest.raises(ToolchainError, match=words):
        build.ensure(quiet)
    assert not bare.exists()


def test_what_was_brought_is_taken_again_without_go(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "types").mkdir(parents=True)
    (bare / "types" / "argoproj.io_sensors.yaml").write_text("")
    described = " ".join(one.version for one in pin.CUSTOM)
    (bare / "types" / "versions").write_text(described)
    (bare / "versions").write_text(f"{pin.KUBERNETES} {pin.ETCD}")
    monkeypatch.setattr(source, "go_version", lambda: None)
    found = build.ensure(quiet)
    assert (found.etcd, [one.name for one in found.types]) == (bare / "etcd", ["argoproj.io_sensors.yaml"])
    (bare / "types" / "versions").write_text(f"{described}-older")
    with pytest.raises(ToolchainError, match="no Go here"):
        build.ensure(quiet)


def test_the_module_files_hold_the_pinned_versions() -> None:
    kubernetes = (build.MODULES / "kubernetes" / "go.mod").read_text()
    assert f"k8s.io/kubernetes v{pin.KUBERNETES}\n" in kubernetes
    staging = {line.split()[-1] for line in kubernetes.splitlines() if line.startswith("replace")}
    assert staging == {f"v0.{pin.KUBERNETES.removeprefix('1.')}"}
    assert f"etcd/server/v3 v{pin.ETCD}\n" in (build.MODULES / "etcd" / "go.mod").read_text()
