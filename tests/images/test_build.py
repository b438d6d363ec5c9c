"""`make image`: what it refuses, which arguments it builds with, and what it reports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
DIGEST = "sha256:" + "c" * 64


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = util.spec_from_file_location("build", ROOT / "images" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"BASE": "python:3.12"}, "name an image by digest"),
        ({"BASE": "r.io/python@sha256:" + "0" * 64}, "placeholder"),
        ({"BASE": "r.io/python@sha256:abc"}, "name an image by digest"),
        ({}, "BASE is missing"),
        ({"BASE": f"r.io/python@{DIGEST}", "TOOL_SHA256": "abc"}, "64 hexadecimal digits"),
    ],
)
def test_an_argument_that_is_not_pinned_is_refused(
    build: ModuleType, arguments: dict[str, str], message: str
) -> None:
    with pytest.raises(build.BuildError, match=message):
        build.arguments("ARG BASE\nARG TOOL_SHA256\n", arguments)


def test_a_dockerfile_gets_its_own_arguments_only(build: ModuleType) -> None:
    pins = {"BASE": f"r.io/python@{DIGEST}", "OTHER": "x", "SIZE": "2"}

    assert build.arguments("ARG BASE\nARG SIZE=1\nARG LEFT=1\n", pins) == {
        "BASE": f"r.io/python@{DIGEST}",
        "SIZE": "2",
    }


def test_the_committed_pins_are_placeholders_for_every_argument_without_default(build: ModuleType) -> None:
    pins = build.pins((ROOT / "images" / "pins.env").read_text(encoding="utf-8"))
    real = {key: value.replace("0" * 64, "a" * 64) for key, value in pins.items()}

    for image in build.REPOSITORIES:
        text = (ROOT / "images" / image / "Dockerfile").read_text(encoding="utf-8")
        taken = build.arguments(text, {**real, "UV_VERSION": "1", "REVISION": "2"})
        assert {"BASE", "UV_VERSION", "REVISION"} <= set(taken)


def test_the_digest_that_the_registry_returns_is_reported_to_be_pinned(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script replaces docker: it records its arguments and writes the metadata that BuildKit writes."""
    metadata = json.dumps({"containerimage.digest": DIGEST})
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(
        "#!/bin/sh\n"
        f'printf "%s\\n" "$@" >{tmp_path}/arguments\n'
        'for argument in "$@"; do case $argument in --metadata-file=*) '
        f"echo '{metadata}' >\"${{argument#*=}}\" ;; esac; done\n"
    )
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{docker.parent}:{os.environ['PATH']}")
    (tmp_path / "images" / "training").mkdir(parents=True)
    (tmp_path / "images" / "training" / "Dockerfile").write_text("ARG BASE\nARG UV_VERSION\nARG REVISION\n")
    (tmp_path / "images" / "pins.env").write_text(f"BASE=r.io/python@{DIGEST}\n")
    monkeypatch.setattr(build, "ROOT", tmp_path)
    report = tmp_path / "out" / "image.md"
    words = ["training", "name.azurecr.io", "--uv", "1.2.3", "--revision", "abc", "--report", str(report)]
    monkeypatch.setattr(sys, "argv", ["build.py", *words])

    build.main()

    reference = f"name.azurecr.io/roastery/ml@{DIGEST}"
    assert capsys.readouterr().out == reference + "\n"
    assert f"training: {reference}" in report.read_text()
    arguments = (tmp_path / "arguments").read_text().splitlines()
    expected = {"--push", "--tag=name.azurecr.io/roastery/ml:abc", "--build-arg=UV_VERSION=1.2.3"}
    assert expected <= set(arguments)


def test_a_placeholder_is_reported_in_one_line_without_a_traceback(tmp_path: Path) -> None:
    process = subprocess.run(
        ["/usr/bin/env", "make", "image", "IMAGE=training", "REGISTRY=name.azurecr.io"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
    )

    assert process.returncode != 0
    assert "error: BASE in images/pins.env is a placeholder" in process.stderr
    assert "Traceback" not in process.stderr
