"""`make image`: what it refuses before it builds, what it builds with, what it says afterwards."""

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
    ("given", "said"),
    [
        ({"BASE": "python:3.12"}, "name an image by digest"),
        ({"BASE": "r.io/python@sha256:" + "0" * 64}, "placeholder"),
        ({"BASE": "r.io/python@sha256:abc"}, "name an image by digest"),
        ({}, "BASE is missing"),
        ({"BASE": f"r.io/python@{DIGEST}", "TOOL_SHA256": "abc"}, "64 hexadecimal digits"),
    ],
)
def test_what_is_not_pinned_is_refused(build: ModuleType, given: dict[str, str], said: str) -> None:
    with pytest.raises(build.BuildError, match=said):
        build.arguments("ARG BASE\nARG TOOL_SHA256\n", given)


def test_a_dockerfile_gets_its_own_arguments_only(build: ModuleType) -> None:
    given = {"BASE": f"r.io/python@{DIGEST}", "OTHER": "x", "SIZE": "2"}

    assert build.arguments("ARG BASE\nARG SIZE=1\nARG LEFT=1\n", given) == {
        "BASE": f"r.io/python@{DIGEST}",
        "SIZE": "2",
    }


def test_the_committed_pins_are_placeholders_for_every_argument_without_default(build: ModuleType) -> None:
    given = build.pins((ROOT / "images" / "pins.env").read_text(encoding="utf-8"))
    real = {key: value.replace("0" * 64, "a" * 64) for key, value in given.items()}

    for image in build.REPOSITORIES:
        text = (ROOT / "images" / image / "Dockerfile").read_text(encoding="utf-8")
        taken = build.arguments(text, {**real, "UV_VERSION": "1", "REVISION": "2"})
        assert {"BASE", "UV_VERSION", "REVISION"} <= set(taken)


def test_the_digest_that_the_registry_gave_is_what_to_pin(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No container engine is here: a stand-in notes its arguments and writes what BuildKit writes."""
    written = json.dumps({"containerimage.digest": DIGEST})
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(
        "#!/bin/sh\n"
        f'printf "%s\\n" "$@" >{tmp_path}/asked\n'
        'for one in "$@"; do case $one in --metadata-file=*) '
        f"echo '{written}' >\"${{one#*=}}\" ;; esac; done\n"
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
    asked = (tmp_path / "asked").read_text().splitlines()
    assert {"--push", "--tag=name.azurecr.io/roastery/ml:abc", "--build-arg=UV_VERSION=1.2.3"} <= set(asked)


def test_a_placeholder_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/usr/bin/env", "make", "image", "IMAGE=training", "REGISTRY=name.azurecr.io"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
    )

    assert done.returncode != 0
    assert "error: BASE in images/pins.env is a placeholder" in done.stderr
    assert "Traceback" not in done.stderr
