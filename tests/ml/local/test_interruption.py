"""Whatever ends a run, finished steps stay, half ones go, and no process is left behind."""

from __future__ import annotations

import contextlib
import json
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
from ml.local import process

HANG = """
import os, time
(folder / "pid.part").write_text(str(os.getpid()))
(folder / "pid.part").rename(folder / "pid")
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


def hanging(tiny: Any) -> tuple[subprocess.Popen[str], int]:
    """A run that is in the middle of `evaluate`, and that step's process."""
    tiny.inject("evaluate", HANG)
    runner = tiny.start()
    return runner, int(tiny.wait_for("pid").read_text())


def test_a_run_that_is_killed_is_resumed_where_it_was(tiny: Any) -> None:
    runner, step = hanging(tiny)
    runner.kill()
    runner.communicate()
    assert any("/." in folder for folder in tiny.folders()), "the half output of evaluate is there"
    assert tiny.ran() == ["fetch", "double", "evaluate"]
    tiny.inject("evaluate", "")
    record = tiny.run(blind=True)
    assert is_gone(step), "the step that lost its runner is stopped"
    assert tiny.ran() == ["fetch", "evaluate", "promote"], "fetch is volatile; double is not run again"
    assert tiny.number(record, "promote", "receipt") == 42
    assert not any("/." in folder for folder in tiny.folders())


def test_what_a_killed_run_was_at_is_removed_though_the_next_run_wants_something_else(tiny: Any) -> None:
    runner, _ = hanging(tiny)
    runner.kill()
    runner.communicate()
    tiny.inject("evaluate", "")
    tiny.run({"factor": 2})
    assert not any("/." in folder for folder in tiny.folders())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_no_step_and_nothing_half_done(tiny: Any, number: int, code: int) -> None:
    runner, step = hanging(tiny)
    runner.send_signal(number)
    _, err = runner.communicate(timeout=30)
    assert is_gone(step)
    assert runner.returncode == code, err
    assert {f.split("/")[0] for f in tiny.folders()} == {"fetch", "double"}
    assert not any("/." in folder for folder in tiny.folders())


def test_a_step_that_ignores_ctrl_c_is_stopped(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.local.process._GRACE", 0.3)
    tiny.inject("evaluate", f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n{HANG}")
    seen = threading.Thread(target=lambda: (tiny.wait_for("pid"), os.kill(os.getpid(), signal.SIGINT)))
    seen.start()
    with pytest.raises(KeyboardInterrupt):
        tiny.run()
    seen.join()
    assert is_gone(int((tiny.folder / "pid").read_text()))


def test_two_runs_do_not_share_a_folder(tiny: Any) -> None:
    runner, _ = hanging(tiny)
    with pytest.raises(
        InputError, match=f"another run is in progress in .+: process {runner.pid} \\(wait until it ends"
    ):
        tiny.run()
    runner.send_signal(signal.SIGINT)
    runner.communicate(timeout=30)


def test_a_lock_that_a_dead_process_left_is_no_lock(tiny: Any) -> None:
    tiny.out.mkdir()
    (tiny.out / ".lock").write_text("1")
    (tiny.out / ".step.lock").write_text("1")
    tiny.run()


@pytest.mark.skipif(
    not Path("/usr/bin/mount").exists() or sys.platform != "linux" or os.geteuid() != 0,
    reason="only root may mount a small disk",
)
def test_a_full_disk_is_one_line_and_the_run_continues_when_there_is_space(
    tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)  # compiled modules would fill the disk
    tiny.out.mkdir()
    mount = ["/usr/bin/mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(tiny.out)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let us mount a small disk")
    try:
        tiny.inject("double", "(output / 'big').write_bytes(b'x' * 1_000_000)")
        with pytest.raises(MLError, match=r"no space left on the disk of .+ after the step double"):
            tiny.run()
        assert {f.split("/")[0] for f in tiny.folders()} == {"fetch"}
        tiny.inject("double", "")
        ballast = tiny.out / "ballast"
        with contextlib.suppress(OSError):
            ballast.write_bytes(b"x" * 1_000_000)
        with pytest.raises(MLError, match="no space left on the disk"):
            tiny.run()
        ballast.unlink()
        assert tiny.run().state == "complete"
    finally:
        subprocess.run(["/usr/bin/umount", str(tiny.out)], check=True)


def test_half_a_module_that_python_wrote_to_a_full_disk_does_not_break_the_next_run(
    tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(process, "find_spec", lambda _: None)  # as where no module was compiled
    tiny.run(blind=True)
    compiled = next((tiny.out / process.BYTECODE).rglob("work.*.pyc"))
    compiled.write_bytes(compiled.read_bytes()[:40])
    with pytest.raises(MLError, match="the step fetch failed"):
        tiny.run(blind=True)
    assert tiny.run(blind=True).state == "complete"


def test_a_clock_that_was_set_back_makes_no_step_run_again(tiny: Any) -> None:
    record = tiny.run()
    for path in (tiny.out / "steps").glob("*/*/record.json"):
        later = json.loads(path.read_text()) | {"finished_at": "2099-01-01T00:00:00Z"}
        path.write_text(json.dumps(later))
    tiny.ran()
    assert set(tiny.states(tiny.run()).values()) == {"unchanged"}
    assert tiny.ran() == []
    assert tiny.run({"factor": 3}).output(tiny.out, "double", "doubled") != record.output(
        tiny.out, "double", "doubled"
    )
