"""A step's process: started with the exact command, watched, and never left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from ml.local import lock

# Settings that a step may need. The rest of the environment stays out, so that a run depends on little else.
_PASSED = (
    *(
        "PATH",
        "HOME",
        "USER",
        "TMPDIR",
        "TZ",
        "LANG",
        "LC_",
        "XDG_",
        "LD_LIBRARY_PATH",
        "DYLD_",
        "VIRTUAL_ENV",
    ),
    *("PYTHON", "SSL_CERT_", "REQUESTS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"),
    *("OMP_", "OPENBLAS_", "MKL_", "POLARS_", "KERAS_", "JAX_", "XLA_", "MPLCONFIGDIR", "ROAST_"),
    *("SNOWFLAKE_", "MLFLOW_", "AZURE_", "AZUREML_", "IDENTITY_", "MSI_"),
)
_TICK = 0.2
_GRACE = 10.0


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """What a step sees of this process's environment, with `extra` over it."""
    passed = {name: value for name, value in os.environ.items() if name.upper().startswith(_PASSED)}
    # Lines of the log appear as they are written; no plot asks for a screen.
    return {**passed, "PYTHONUNBUFFERED": "1", "MPLBACKEND": "Agg", **extra}


def execute(
    command: Sequence[str],
    *,
    out: Path,
    cwd: Path,
    log: Path,
    env: Mapping[str, str],
    on_line: Callable[[str], None],
) -> int:
    """Runs a step's command to its end and returns its exit code, negative if a signal ended it.

    When this process is interrupted or told to end, the step is told first, and gone before this returns.

    Args:
        command: as `Step.command` gives it; `python` becomes the interpreter that runs this.
        out: the run's folder, whose step lock the process holds while it lives.
        cwd: a scratch folder: what a step leaves there by accident is thrown away.
        log: where its output goes, both streams.
        env: see `environment`.
        on_line: called with the last line of the log now and then.
    """
    argv = [sys.executable, *command[1:]] if command[0] == "python" else list(command)
    with log.open("w+b") as stream, _terminable(), lock.step_lock(out) as held:
        process = subprocess.Popen(
            argv,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that Ctrl-C reaches it through us, once
            pass_fds=(held.fileno(),),
        )
        try:
            lock.sign(held, process.pid)
            held.close()
            return _watch(process, log, on_line)
        except BaseException:
            _stop(process)
            raise


def tail(log: Path, lines: int) -> list[str]:
    """The last lines of a log that are not blank."""
    with log.open("rb") as stream:
        _seek_from_end(stream, 16_384)
        text = stream.read().decode("utf-8", errors="replace")
    return [line.rstrip() for line in text.replace("\r", "\n").split("\n") if line.strip()][-lines:]


def _seek_from_end(stream: IO[bytes], size: int) -> None:
    end = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, end - size))


def _watch(process: subprocess.Popen[bytes], log: Path, on_line: Callable[[str], None]) -> int:
    while True:
        try:
            return process.wait(timeout=_TICK)
        except subprocess.TimeoutExpired:
            on_line("".join(tail(log, 1)))


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Interrupts the step as Ctrl-C would, then insists; a second Ctrl-C insists at once."""
    try:
        _signal_group(process, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
    finally:
        _signal_group(process, signal.SIGKILL)
        process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)


@contextmanager
def _terminable() -> Generator[None]:
    """Lets a request to end (`kill`, a closed terminal) unwind like Ctrl-C."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before: dict[int, signal.Handlers | Callable[[int, FrameType | None], object] | int | None] = {}
    with contextlib.suppress(
        ValueError
    ):  # not in the main thread: handlers can't be set, nor would they run here
        for number in (signal.SIGTERM, signal.SIGHUP):
            before[number] = signal.signal(number, leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
