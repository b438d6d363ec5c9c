"""The embedded Snowflake: a real server in its own process, for as long as a block lasts."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pydantic import SecretStr

from ml.errors import InputError, MLError
from ml.warehouse import folder as names
from ml.warehouse.authentication import Password
from ml.warehouse.folder import DEFAULT, Place
from ml.warehouse.record import LoadRecord
from ml.warehouse.settings import SnowflakeSettings

_START_TIMEOUT = 120.0
_STOP_TIMEOUT = 5.0
_LOG_LIMIT = 1_000_000


def fingerprint(folder: str | os.PathLike[str] = DEFAULT) -> str | None:
    """The hash of what was loaded into this warehouse; `None` if nothing was, or if that is not certain."""
    record = LoadRecord.read(Place(Path(folder)))
    return record.fingerprint if record else None


@contextmanager
def serve(folder: str | os.PathLike[str] = DEFAULT) -> Generator[SnowflakeSettings]:
    """Runs the server and yields the settings that reach it.

    Raises:
        InputError: nothing was loaded into this folder.
        MLError: the server does not start.
    """
    place = Place(Path(folder).resolve())
    if not place.database.is_file():
        raise InputError(f"{folder} holds no sales", "fill it with: roast data load FILE")
    password = place.password()
    if place.log.exists() and place.log.stat().st_size > _LOG_LIMIT:
        place.log.unlink()
    with place.log.open("ab") as log:
        # A session of its own: Ctrl-C in the terminal is for us, and the server ends with its standard input.
        server = subprocess.Popen(
            [sys.executable, "-m", "ml.warehouse.server", str(place.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield _settings(_port(server, place), password)
    finally:
        _stop(server)


def _port(server: subprocess.Popen[bytes], place: Place) -> int:
    answer = _line(server.stdout) if server.stdout else b""
    if not answer.strip().isdigit():
        lines = place.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise MLError(
            f"the embedded warehouse does not start: {lines[-1] if lines else 'no answer'}",
            f"see {place.log}",
        )
    return int(answer)


def _line(stream: IO[bytes]) -> bytes:
    ready, _, _ = select.select([stream], [], [], _START_TIMEOUT)
    return stream.readline() if ready else b""


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.stdin:
        server.stdin.close()
    try:
        server.wait(_STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    if server.stdout:
        server.stdout.close()


def _settings(port: int, password: str) -> SnowflakeSettings:
    return SnowflakeSettings(
        account=names.ACCOUNT,
        database=names.DATABASE,
        schema=names.SCHEMA,
        warehouse=names.WAREHOUSE,
        user=names.USER,
        authentication=Password(password=SecretStr(password)),
        host="127.0.0.1",
        port=port,
        protocol="http",
    )
