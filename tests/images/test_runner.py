"""The runner image's environment, tested without a container engine: `roast`, the program's imports."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def environment(installed: Callable[[str], Path]) -> Path:
    return installed("runner")


def run(environment: Path, *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    variables = {"PATH": f"{environment / 'bin'}:/usr/bin:/bin", "HOME": str(cwd)}
    return subprocess.run(
        command, cwd=cwd, env=variables, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.slow
def test_roast_is_there_and_no_command_is_broken_but_the_sandbox(environment: Path, tmp_path: Path) -> None:
    process = run(environment, "roast", "--help", cwd=tmp_path)

    assert process.returncode == 0, process.stderr
    absent = [line.split()[1] for line in process.stdout.splitlines() if "Not installed here" in line]
    assert set(absent) <= {"sandbox", "review"}, "the runner's extras miss what these commands import"


@pytest.mark.slow
def test_the_program_can_be_imported(environment: Path, tmp_path: Path) -> None:
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import stacks.program"

    process = run(environment, "python", "-c", program, cwd=tmp_path)

    assert process.returncode == 0, process.stderr


@pytest.mark.slow
def test_a_missing_pulumi_is_named_in_the_message(environment: Path, tmp_path: Path) -> None:
    """`make` finds Pulumi on the image's PATH; where it is missing, the message names it."""
    link = tmp_path / ".venv"
    link.symlink_to(environment)

    process = run(
        environment,
        "make",
        "--file",
        str(ROOT / "Makefile"),
        "stack-preview",
        "STACK=prod",
        cwd=tmp_path,
    )

    assert process.returncode != 0
    assert "pulumi" in process.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["linked"], "say which stack"),
        (["linked", "STACK=prod"], "no packages here: make setup"),
    ],
)
def test_a_deployment_without_a_stack_or_packages_says_what_to_do(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    process = run(tmp_path, "make", "--file", str(ROOT / "Makefile"), *arguments, cwd=tmp_path)

    assert process.returncode != 0
    assert message in process.stderr


def test_a_checkout_in_the_image_borrows_the_images_packages(tmp_path: Path) -> None:
    packages = tmp_path / "app" / ".venv"
    packages.mkdir(parents=True)
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    makefile = str(ROOT / "Makefile")
    borrowed = f"ROASTERY_VENV={packages}"

    process = run(tmp_path, "env", borrowed, "make", "--file", makefile, "linked", "STACK=prod", cwd=checkout)

    assert process.returncode == 0, process.stderr
    assert (checkout / ".venv").resolve() == packages
