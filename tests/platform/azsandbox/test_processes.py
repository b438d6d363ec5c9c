"""Process groups that end with the session."""

from __future__ import annotations

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
