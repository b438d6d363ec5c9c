"""What both Dockerfiles keep to; no container engine is needed to read them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from azsandbox.pulumi.toolchain.pin import VERSION
from stacks.serving import SCRIPT

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "images").glob("*/Dockerfile"))
NAMES = [one.parent.name for one in FILES]


@dataclass(frozen=True)
class Instruction:
    """One instruction: its word, and the rest on one line."""

    word: str
    rest: str


def instructions(file: Path) -> list[Instruction]:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    parts = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [Instruction(word, rest) for word, _, rest in parts]


def last_stage(file: Path) -> list[Instruction]:
    found = instructions(file)
    start = max(index for index, one in enumerate(found) if one.word == "FROM")
    return found[start:]


def locked(package: str) -> str:
    packages: list[dict[str, Any]] = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    return next(one["version"] for one in packages if one["name"] == package)


def default(file: Path, name: str) -> str | None:
    for one in instructions(file):
        if one.word == "ARG" and one.rest.partition("=")[0] == name:
            return one.rest.partition("=")[2] or None
    raise AssertionError(f"{file} has no ARG {name}")


def test_there_is_one_for_training_and_one_for_the_runner() -> None:
    assert NAMES == ["runner", "training"]


def test_the_linter_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")

    done = subprocess.run([hadolint, *FILES], capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_every_stage_starts_from_the_base_which_has_no_default_and_must_be_a_digest(file: Path) -> None:
    found = instructions(file)

    assert {one.rest.split()[0] for one in found if one.word == "FROM"} == {"${BASE}"}
    assert default(file, "BASE") is None
    guard = next(one.rest for one in found if one.word == "RUN")
    for base, code in (("python:3.12", 2), ("", 2), ("r.io/python@sha256:" + "a" * 64, 0)):
        done = subprocess.run(["/bin/sh", "-c", guard], env={"BASE": base}, capture_output=True, check=False)
        assert done.returncode == code, base


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_it_runs_as_nobody_in_particular_and_writes_to_tmp_only(file: Path) -> None:
    stage = last_stage(file)
    settings = next(one.rest for one in stage if one.word == "ENV")

    assert [one.rest for one in stage if one.word == "USER"] == ["10001:10001"]
    assert [one.rest for one in stage if one.word == "WORKDIR"] == ["/tmp"]  # noqa: S108 - that is the point
    assert "PYTHONDONTWRITEBYTECODE=1" in settings
    assert "HOME=/tmp" in settings
    assert not [one for one in stage if one.word in {"HEALTHCHECK", "VOLUME"}]


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_download_is_checked_and_nothing_is_the_latest(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    for one in instructions(file):
        if one.word == "ADD":
            assert re.match(r"--checksum=sha256:\$\{([A-Z_]+_SHA256)\}", one.rest), one.rest
        if one.word == "ARG" and one.rest.endswith("_SHA256"):
            assert "=" not in one.rest, "a checksum is given, never assumed"
    assert "latest" not in text
    assert not re.search(r"\b(curl|wget)\b", text)


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_its_packages_come_from_the_lock_file_by_the_tested_script(file: Path) -> None:
    runs = [one.rest for one in instructions(file) if one.word == "RUN"]

    assert [one for one in runs if one.endswith(f"images/install.sh {file.parent.name}")]
    ours = re.findall(r"pip install \S+ (\S+)", " ".join(runs))
    assert ours == ['"uv==${UV_VERSION:?is'], "pip brings uv, and uv everything else"


def test_the_runners_pulumi_and_providers_are_those_of_the_lock_file() -> None:
    runner = ROOT / "images" / "runner" / "Dockerfile"

    assert default(runner, "PULUMI_VERSION") == VERSION
    assert default(runner, "AZURE_NATIVE_VERSION") == locked("pulumi-azure-native")
    assert default(runner, "KUBERNETES_VERSION") == locked("pulumi-kubernetes")


def test_the_training_image_scores_what_deployments_name() -> None:
    stage = last_stage(ROOT / "images" / "training" / "Dockerfile")
    settings = next(one.rest for one in stage if one.word == "ENV")
    command = json.loads(next(one.rest for one in stage if one.word == "CMD"))

    assert [one for one in SCRIPT if f"{one}={SCRIPT[one]}" not in settings] == []
    assert command[:3] == ["azmlinfsrv", "--entry_script", "/app/ml/serving/score.py"]
    assert [one.rest for one in stage if one.word == "EXPOSE"] == ["5001"]


def test_everything_that_is_copied_is_let_into_the_build() -> None:
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert allowed[0] == "*"
    for file in FILES:
        for one in instructions(file):
            if one.word == "COPY" and not one.rest.startswith("--from"):
                sources = one.rest.split()[:-1]
                assert [name for name in sources if f"!{name}" not in allowed] == []
