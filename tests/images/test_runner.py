"""The runner image without a container engine: its install steps, `roast`, the program's imports."""

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
    done = run(environment, "roast", "--help", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    absent = [line.split()[1] for line in done.stdout.splitlines() if "Not installed here" in line]
    assert set(absent) <= {"sandbox", "review"}, "the runner's extras miss what these commands import"


@pytest.mark.slow
def test_the_program_can_be_imported(environment: Path, tmp_path: Path) -> None:
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import stacks.program"

    done = run(environment, "python", "-c", program, cwd=tmp_path)

    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_missing_pulumi_is_said(environment: Path, tmp_path: Path) -> None:
    """`make` finds Pulumi in the image's path; where it is not, the message names it."""
    link = tmp_path / ".venv"
    link.symlink_to(environment)

    done = run(
        environment,
        "make",
        "--file",
        str(ROOT / "Makefile"),
        "stack-preview",
        "STACK=prod",
        cwd=tmp_path,
    )

    assert done.returncode != 0
    assert "pulumi" in done.stderr
