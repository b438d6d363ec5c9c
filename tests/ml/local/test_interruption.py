"""Whatever ends a run, finished steps stay, half ones go, and no process is left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ml.errors import InputError, MLError

HANG = """
import os, time
(shop / "pid.part").write_text(str(os.getpid()))
(shop / "pid.part").rename(shop / "pid")
time.sleep(60)
"""


def is_gone(pid: int) -> bool:
    """Whether the process ended; as a zombie it did, when nobody reaps it (a killed runner's child)."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            os.kill(pid, 0)
            status = Path(f"/proc/{pid}/stat")
            if not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z":
                time.sleep(0.05)
                continue
        return True
    return False


def hanging(shop: Any) -> tuple[subprocess.Popen[str], int]:
    """A run that is in the middle of `judge`, and that step's process."""
    shop.tell("judge", HANG)
    runner = shop.start()
    return runner, int(shop.wait_for("pid").read_text())


def test_a_run_that_is_killed_is_resumed_where_it_was(shop: Any) -> None:
    runner, step = hanging(shop)
    runner.kill()
    runner.communicate()
    assert any("/." in folder for folder in shop.folders()), "the half output of judge is there"
    assert shop.ran() == ["fetch", "double", "judge"]
    shop.tell("judge", "")
    record = shop.run(blind=True)
    assert is_gone(step), "the step that lost its runner is stopped"
    assert shop.ran() == ["fetch", "judge", "crown"], "fetch is volatile; double is not run again"
    assert shop.number(record, "crown", "receipt") == 42
    assert not any("/." in folder for folder in shop.folders())


def test_what_a_killed_run_was_at_is_removed_though_the_next_run_wants_something_else(shop: Any) -> None:
    runner, _ = hanging(shop)
    runner.kill()
    runner.communicate()
    shop.tell("judge", "")
    shop.run({"factor": 2})
    assert not any("/." in folder for folder in shop.folders())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_no_step_and_nothing_half_done(shop: Any, number: int, code: int) -> None:
    runner, step = hanging(shop)
    runner.send_signal(number)
    _, err = runner.communicate(timeout=30)
    assert is_gone(step)
    assert runner.returncode == code, err
    assert {f.split("/")[0] for f in shop.folders()} == {"fetch", "double"}
    assert not any("/." in folder for folder in shop.folders())


def test_a_step_that_ignores_ctrl_c_is_stopped(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.local.process._GRACE", 0.3)
    shop.tell("judge", f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n{HANG}")
    seen = threading.Thread(target=lambda: (shop.wait_for("pid"), os.kill(os.getpid(), signal.SIGINT)))
    seen.start()
    with pytest.raises(KeyboardInterrupt):
        shop.run()
    seen.join()
    assert is_gone(int((shop.folder / "pid").read_text()))


def test_two_runs_do_not_share_a_folder(shop: Any) -> None:
    runner, _ = hanging(shop)
    with pytest.raises(
        InputError, match=f"another run is at work in .+: process {runner.pid} \\(wait until it ends"
    ):
        shop.run()
    runner.send_signal(signal.SIGINT)
    runner.communicate(timeout=30)


def test_a_lock_that_a_dead_process_left_is_no_lock(shop: Any) -> None:
    shop.out.mkdir()
    (shop.out / ".lock").write_text("1")
    (shop.out / ".step.lock").write_text("1")
    shop.run()


@pytest.mark.skipif(
    not Path("/usr/bin/mount").exists() or sys.platform != "linux" or os.geteuid() != 0,
    reason="only root may mount a small disk",
)
def test_a_full_disk_is_said_in_one_line_and_the_run_goes_on_when_there_is_space(shop: Any) -> None:
    shop.out.mkdir()
    mount = ["/usr/bin/mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(shop.out)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let us mount a small disk")
    try:
        shop.tell("double", "(output / 'big').write_bytes(b'x' * 1_000_000)")
        with pytest.raises(MLError, match="the step double left no space on the disk of"):
            shop.run()
        assert {f.split("/")[0] for f in shop.folders()} == {"fetch"}
        shop.tell("double", "")
        ballast = shop.out / "ballast"
        with contextlib.suppress(OSError):
            ballast.write_bytes(b"x" * 1_000_000)
        with pytest.raises(MLError, match="no space left on the disk"):
            shop.run()
        ballast.unlink()
        assert shop.run().state == "complete"
    finally:
        subprocess.run(["/usr/bin/umount", str(shop.out)], check=True)
