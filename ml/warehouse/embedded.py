"""The embedded warehouse: a server that speaks Snowflake's protocol, in its own process, for a block."""

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
from ml.warehouse import folder as layout
from ml.warehouse.authentication import Password
from ml.warehouse.folder import DEFAULT, WarehouseFolder
from ml.warehouse.record import LoadRecord
from ml.warehouse.settings import SnowflakeSettings

_START_TIMEOUT = 120.0
_STOP_TIMEOUT = 5.0
_LOG_LIMIT = 1_000_000


def fingerprint(folder: str | os.PathLike[str] = DEFAULT) -> str | None:
    """The hash of what was loaded into this warehouse; `None` if it is empty or its record is missing."""
    record = LoadRecord.read(WarehouseFolder(Path(folder)))
    return record.fingerprint if record else None


@contextmanager
def serve(folder: str | os.PathLike[str] = DEFAULT) -> Generator[SnowflakeSettings]:
    """Runs the server and yields the settings that reach it.

    Raises:
        InputError: no sales were loaded into this folder.
        MLError: the server does not start.
    """
    warehouse = WarehouseFolder(Path(folder).resolve())
    if not warehouse.database.is_file():
        raise InputError(
            f"the embedded warehouse {folder} holds no sales", "fill it with: roast data load FILE"
        )
    password = warehouse.password()
    if warehouse.log.exists() and warehouse.log.stat().st_size > _LOG_LIMIT:
        warehouse.log.unlink()
    with warehouse.log.open("ab") as log:
        # In a session of its own Ctrl-C does not reach the server; it ends when its standard input closes.
        server = subprocess.Popen(
            [sys.executable, "-m", "ml.warehouse.server", str(warehouse.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield _settings(_port(server, warehouse), password)
    finally:
        _stop(server)


def _port(server: subprocess.Popen[bytes], warehouse: WarehouseFolder) -> int:
    answer = _line(server.stdout) if server.stdout else b""
    if not answer.strip().isdigit():
        lines = warehouse.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise MLError(
            f"the embedded warehouse does not start: {lines[-1] if lines else 'no answer'}",
            f"see {warehouse.log}",
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
        account=layout.ACCOUNT,
        database=layout.DATABASE,
        schema=layout.SCHEMA,
        warehouse=layout.WAREHOUSE,
        user=layout.USER,
        authentication=Password(password=SecretStr(password)),
        host="127.0.0.1",
        port=port,
        protocol="http",
    )
