"""Process groups that end with the session."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azsandbox.processes import FOLDER, Processes, end_abandoned, end_group, is_alive


def test_what_a_killed_session_left_running_is_ended(
    tmp_path: Path, alive: Callable[[int], bool], until: Any
) -> None:
    processes = Processes(tmp_path)
    process = processes.start(["/bin/sleep", "300"], cwd=tmp_path, env={}, log=tmp_path / "log")
    assert alive(process.pid)
    end_abandoned(tmp_path)
    until(lambda: not alive(process.pid))
    process.wait()


def test_a_process_is_alive_until_it_has_ended(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    process = processes.start(["/bin/sleep", "300"], cwd=tmp_path, env={}, log=tmp_path / "log")
    assert is_alive(process.pid)
    processes.close()
    assert not is_alive(process.pid)
    assert list((tmp_path / FOLDER).iterdir()) == []
    end_group(process.pid)  # has ended: ignored


def test_nothing_starts_after_the_session(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    processes.close()
    with pytest.raises(RuntimeError, match="the session is over"):
        processes.start(["/bin/true"], cwd=tmp_path, env={}, log=tmp_path / "log")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_parent_alone_lets_the_command_end_in_order(tmp_path: Path, number: int) -> None:
    """As Pulumi: it is interrupted once, writes its state, and only then the parent goes on."""
    child = (
        "import signal, time, pathlib\n"
        "def end(*_):\n"
        "    time.sleep(1); pathlib.Path('unlocked').touch(); raise SystemExit(7)\n"
        "signal.signal(signal.SIGINT, end)\n"
        "pathlib.Path('locked').touch()\n"
        "time.sleep(30)\n"
    )
    parent = (
        "import os, sys, pathlib\nfrom azsandbox import processes\n"
        f"code = processes.attend([sys.executable, '-c', {child!r}], env=os.environ).returncode\n"
        "sys.exit(code if pathlib.Path('unlocked').exists() else 1)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], cwd=tmp_path, start_new_session=True)
    deadline = time.monotonic() + 20
    while not (tmp_path / "locked").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(number)
    assert process.wait(20) == 7
