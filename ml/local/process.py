"""A step's process: started with its exact command, watched, and always stopped with this process."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import IO

from ml.local import lock

# Variables that a step may need. It does not see the others, so that a run depends on little else.
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
BYTECODE = ".bytecode"
_TICK = 0.2
_GRACE = 10.0


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of a step: the variables it may need from this process, and `extra`."""
    passed = {name: value for name, value in os.environ.items() if name.upper().startswith(_PASSED)}
    # Log lines appear as they are written; plots need no screen.
    return {**passed, "PYTHONUNBUFFERED": "1", "MPLBACKEND": "Agg", **extra}


def with_bytecode(env: Mapping[str, str], out: Path) -> dict[str, str]:
    """`env` with compiled modules in the run's folder, where Python may not write them beside their sources.

    Otherwise each step would compile its libraries anew, which takes longer than most steps. Libraries that
    were compiled when they were installed stay where they are: Python reads bytecode from one place only.
    """
    library = find_spec("numpy")
    installed = library is not None and library.cached is not None and Path(library.cached).exists()
    if not env.get("PYTHONDONTWRITEBYTECODE") or env.get("PYTHONPYCACHEPREFIX") or installed:
        return dict(env)
    others = {name: value for name, value in env.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**others, "PYTHONPYCACHEPREFIX": str(out / BYTECODE)}


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

    When this process is interrupted or terminated, it stops the step first and waits for its end.

    Args:
        command: as `Step.command` gives it; `python` becomes the interpreter that runs this.
        out: the run's folder, whose step lock the process holds until it ends.
        cwd: a scratch folder; files that a step leaves there are deleted.
        log: file for its standard output and standard error.
        env: see `environment`.
        on_line: called with the last line of the log a few times a second.
    """
    argv = [sys.executable, *command[1:]] if command[0] == "python" else list(command)
    with log.open("w+b") as stream, _terminable(), lock.step_lock(out) as lock_file:
        process = subprocess.Popen(
            argv,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that Ctrl-C reaches it from this process only, once
            pass_fds=(lock_file.fileno(),),
        )
        try:
            lock.sign(lock_file, process.pid)
            lock_file.close()
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
    """Interrupts the step as Ctrl-C would, then kills it; a second Ctrl-C kills it at once."""
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
    """Makes SIGTERM and SIGHUP unwind the stack like Ctrl-C."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before: dict[int, signal.Handlers | Callable[[int, FrameType | None], object] | int | None] = {}
    with contextlib.suppress(ValueError):  # handlers can only be set in the main thread
        for number in (signal.SIGTERM, signal.SIGHUP):
            before[number] = signal.signal(number, leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
