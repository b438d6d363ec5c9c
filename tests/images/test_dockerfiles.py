"""What both Dockerfiles have in common; no container engine is needed to read them."""

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
NAMES = [file.parent.name for file in FILES]


@dataclass(frozen=True)
class Instruction:
    """One instruction: its keyword, and the rest on one line."""

    word: str
    rest: str


def instructions(file: Path) -> list[Instruction]:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    parts = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [Instruction(word, rest) for word, _, rest in parts]


def last_stage(file: Path) -> list[Instruction]:
    all_instructions = instructions(file)
    start = max(index for index, instruction in enumerate(all_instructions) if instruction.word == "FROM")
    return all_instructions[start:]


def locked(package: str) -> str:
    packages: list[dict[str, Any]] = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    return next(entry["version"] for entry in packages if entry["name"] == package)


def default(file: Path, name: str) -> str | None:
    for instruction in instructions(file):
        if instruction.word == "ARG" and instruction.rest.partition("=")[0] == name:
            return instruction.rest.partition("=")[2] or None
    raise AssertionError(f"{file} has no ARG {name}")


def test_there_is_a_dockerfile_for_training_and_one_for_the_runner() -> None:
    assert NAMES == ["runner", "training"]


def test_the_linter_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")

    process = subprocess.run([hadolint, *FILES], capture_output=True, text=True, check=False, timeout=60)

    assert process.returncode == 0, process.stdout


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_every_stage_starts_from_the_base_which_has_no_default_and_must_be_a_digest(file: Path) -> None:
    all_instructions = instructions(file)

    assert {
        instruction.rest.split()[0] for instruction in all_instructions if instruction.word == "FROM"
    } == {"${BASE}"}
    assert default(file, "BASE") is None
    guard = next(instruction.rest for instruction in all_instructions if instruction.word == "RUN")
    for base, code in (("python:3.12", 2), ("", 2), ("r.io/python@sha256:" + "a" * 64, 0)):
        process = subprocess.run(
            ["/bin/sh", "-c", guard], env={"BASE": base}, capture_output=True, check=False
        )
        assert process.returncode == code, base


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_it_runs_as_an_unprivileged_user_and_writes_to_tmp_only(file: Path) -> None:
    stage = last_stage(file)
    settings = next(instruction.rest for instruction in stage if instruction.word == "ENV")

    assert [instruction.rest for instruction in stage if instruction.word == "USER"] == ["10001:10001"]
    assert [instruction.rest for instruction in stage if instruction.word == "WORKDIR"] == ["/tmp"]  # noqa: S108 - that is the point
    assert "PYTHONDONTWRITEBYTECODE=1" in settings
    assert "HOME=/tmp" in settings
    assert not [instruction for instruction in stage if instruction.word in {"HEALTHCHECK", "VOLUME"}]


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_download_is_checked_and_nothing_is_the_latest(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    for instruction in instructions(file):
        if instruction.word == "ADD":
            assert re.match(r"--checksum=sha256:\$\{([A-Z_]+_SHA256)\}", instruction.rest), instruction.rest
        if instruction.word == "ARG" and instruction.rest.endswith("_SHA256"):
            assert "=" not in instruction.rest, "a checksum has no default"
    assert "latest" not in text
    assert not re.search(r"\b(curl|wget)\b", text)


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_its_packages_come_from_the_lock_file_by_the_tested_script(file: Path) -> None:
    runs = [instruction.rest for instruction in instructions(file) if instruction.word == "RUN"]

    assert [command for command in runs if f"images/install.sh {file.parent.name} " in command]
    pip_packages = re.findall(r"pip install \S+ (\S+)", " ".join(runs))
    assert pip_packages == ['"uv==${UV_VERSION:?is'], "pip installs uv, and uv everything else"


def test_the_runners_pulumi_and_providers_are_those_of_the_lock_file() -> None:
    runner = ROOT / "images" / "runner" / "Dockerfile"

    assert default(runner, "PULUMI_VERSION") == VERSION
    assert default(runner, "AZURE_NATIVE_VERSION") == locked("pulumi-azure-native")
    assert default(runner, "KUBERNETES_VERSION") == locked("pulumi-kubernetes")


def test_the_training_image_scores_what_deployments_name() -> None:
    stage = last_stage(ROOT / "images" / "training" / "Dockerfile")
    settings = next(instruction.rest for instruction in stage if instruction.word == "ENV")
    command = json.loads(next(instruction.rest for instruction in stage if instruction.word == "CMD"))

    assert [variable for variable in SCRIPT if f"{variable}={SCRIPT[variable]}" not in settings] == []
    assert command[:3] == ["azmlinfsrv", "--entry_script", "/app/ml/serving/score.py"]
    assert [instruction.rest for instruction in stage if instruction.word == "EXPOSE"] == ["5001"]


def test_everything_that_is_copied_is_in_the_build_context() -> None:
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert allowed[0] == "*"
    for file in FILES:
        for instruction in instructions(file):
            if instruction.word == "COPY" and not instruction.rest.startswith("--from"):
                sources = instruction.rest.split()[:-1]
                assert [name for name in sources if f"!{name}" not in allowed] == []
