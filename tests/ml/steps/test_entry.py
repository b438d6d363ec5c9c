"""How a step's process ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

STEP = """
import logging, pathlib, sys, time
from ml import errors
from ml.steps import entry

def main():
    logging.getLogger("ml.steps.x").info("progress")
    {body}

if __name__ == "__main__":
    entry.run(main)
"""


def run(body: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-c", STEP.format(body=body)]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def test_a_step_that_ends_well_exits_with_0_and_logs_its_progress_to_standard_error() -> None:
    ended = run("pass")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "progress\n")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("MLError", 1),
        ("InputError", 2),
        ("GateLostError", 3),
        ("UnreachableError", 75),
        ("AccessDeniedError", 77),
    ],
)
def test_a_users_error_is_one_line_and_its_own_exit_code(error: str, code: int) -> None:
    ended = run(f'raise errors.{error}("what\\nis wrong", "do this")')
    assert ended.returncode == code
    assert ended.stderr == "progress\nerror: what is wrong (do this)\n"


def test_a_defect_keeps_its_traceback() -> None:
    ended = run("1 / 0")
    assert ended.returncode == 1
    assert "ZeroDivisionError" in ended.stderr
    assert "Traceback" in ended.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_step_leaves_nothing_half_done(number: signal.Signals, code: int, tmp_path: Path) -> None:
    body = (
        "from ml.store.atomic import whole_folder\n"
        f"    with whole_folder({str(tmp_path / 'out')!r}) as part:\n"
        "        (part / 'half').touch()\n"
        "        time.sleep(60)"
    )
    step = subprocess.Popen([sys.executable, "-c", STEP.format(body=body)], stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.rglob("half")):
        assert step.poll() is None
        time.sleep(0.02)
    step.send_signal(number)
    _, output = step.communicate(timeout=30)
    assert step.returncode == code
    assert "Traceback" not in output
    assert list(tmp_path.iterdir()) == []
