"""`roast` as a process: interrupted at any moment, and with an output that takes nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROAST = (sys.executable, "-c", "from roastery.cli.start import main; main()")
FULL = Path("/dev/full")


@pytest.mark.parametrize("milliseconds", [0, 10, 30, 60, 100, 150, 300])
def test_ctrl_c_is_one_line_also_while_modules_are_imported(milliseconds: int) -> None:
    code = f"print(flush=True); {ROAST[2]}"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "cost", "--help"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "\n"
    time.sleep(0.02 + milliseconds / 1000)
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=20)[1]
    # While the interpreter itself ends, the system's own handling applies.
    assert (process.returncode, errors) in [(130, "interrupted\n"), (0, ""), (-signal.SIGINT, "")]


def test_ctrl_c_is_ignored_where_the_process_was_told_to_ignore_it(package: Path) -> None:
    """As a shell does for a job in the background."""
    assert package
    code = f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); {ROAST[2]}"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "wait", "--seconds", "1"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 0


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("argv", [["--version"], ["--help"], ["wait", "--seconds", "1"]])
def test_a_full_standard_output_is_no_defect(
    argv: list[str], unbuffered: str, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert package
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with FULL.open("w") as full:
        ended = subprocess.run([*ROAST, *argv], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == (
        "error: cannot write its output: No space left on device (free some space, or write elsewhere)\n"
    )


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_standard_error_does_not_change_the_exit_code(
    unbuffered: str, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert package
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with FULL.open("w") as full:
        assert subprocess.run([*ROAST, "refuse"], stderr=full, check=False).returncode == 4


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_has_seen_enough_gets_no_message(
    unbuffered: str, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert package
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    process = subprocess.Popen([*ROAST, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    process.stdout.close()
    assert process.stderr
    assert process.stderr.read() == ""
    assert process.wait(20) == 1
    process.stderr.close()
