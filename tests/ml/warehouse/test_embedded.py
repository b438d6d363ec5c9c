"""The embedded warehouse's server: a real process that refuses strangers and never stays behind."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from pydantic import SecretStr

from ml.errors import AccessDeniedError, InputError, MLError
from ml.warehouse import embedded
from ml.warehouse.authentication import Password
from ml.warehouse.connect import connected
from ml.warehouse.folder import WarehouseFolder
from ml.warehouse.load import load
from ml.warehouse.settings import SnowflakeSettings

WriteCsv = Callable[..., Path]


def with_password(settings: SnowflakeSettings, password: str) -> SnowflakeSettings:
    return settings.model_copy(update={"authentication": Password(password=SecretStr(password))})


def count(settings: SnowflakeSettings, sql: str = "SELECT COUNT(*) FROM SALES") -> object:
    with connected(settings) as session:
        (row,) = session.cursor().execute(sql).fetchall()  # pyright: ignore[reportOptionalMemberAccess] - never None
        return row[0]


def refuses(settings: SnowflakeSettings) -> bool:
    with socket.socket() as dialled:
        return dialled.connect_ex(("127.0.0.1", settings.port or 0)) != 0


def has_ended(process: int) -> bool:
    """Whether it ended: no entry, or a zombie that its new parent has not collected."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def servers(folder: Path) -> list[int]:
    """Processes that serve this folder."""
    counts: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if b"ml.warehouse.server" in words and str(folder).encode() in words:
                counts.append(int(entry.name))
    return counts


def test_the_genuine_connector_reads_what_was_loaded(served: SnowflakeSettings, stallion: Path) -> None:
    assert count(served) == pl.scan_parquet(stallion).select(pl.len()).collect().item()
    sold = pl.read_parquet(stallion)["QuantitySold"].sum()
    assert count(served, "SELECT SUM(QuantitySold) FROM PUBLIC.SALES") == pytest.approx(sold)


def test_the_information_schema_knows_the_table(served: SnowflakeSettings) -> None:
    sql = "SELECT DATA_TYPE FROM INFORMATION_SCHEMA.COLUMNS WHERE COLUMN_NAME = 'DATE'"
    assert count(served, sql) == "DATE"


def test_the_server_refuses_a_wrong_password(served: SnowflakeSettings) -> None:
    with pytest.raises(AccessDeniedError) as caught, connected(with_password(served, "guess")):
        pass
    assert str(caught.value) == (
        f"Snowflake refused user roastery of account embedded (127.0.0.1:{served.port}): "
        "Incorrect username or password was specified"
    )


def test_a_password_may_hold_any_character(write_csv: WriteCsv, tmp_path: Path) -> None:
    """The right one is accepted, and one that lacks its last character is refused."""
    load(write_csv(), tmp_path / "w")
    tricky = "p&ss w=rd/#?%20 \\n\\ \"'` ünïcode \N{SNOWMAN} "
    warehouse = WarehouseFolder(tmp_path / "w")
    warehouse.password()
    (warehouse.folder / "password").write_text(tricky, encoding="utf-8")
    with embedded.serve(warehouse.folder) as settings:
        assert count(SnowflakeSettings.from_env(settings.to_env())) == 3
        with pytest.raises(AccessDeniedError, match="Incorrect username or password"):
            count(with_password(settings, tricky[:-1]))


def test_only_this_user_can_read_the_password(warehouse: Path, served: SnowflakeSettings) -> None:
    assert served.local
    assert stat.S_IMODE((warehouse / "password").stat().st_mode) == 0o600


def test_the_log_holds_no_password(warehouse: Path, served: SnowflakeSettings) -> None:
    count(served)
    assert "login" in (warehouse / "server.log").read_text().lower()
    assert (warehouse / "password").read_text() not in (warehouse / "server.log").read_text()


def test_an_empty_warehouse_says_how_to_fill_it(tmp_path: Path) -> None:
    message = r"holds no sales \(fill it with: roast data load FILE\)"
    with pytest.raises(InputError, match=message), embedded.serve(tmp_path):
        pytest.fail("the block must not run")


def test_a_database_that_is_none_is_an_error_that_names_it(tmp_path: Path) -> None:
    WarehouseFolder(tmp_path).database.write_text("not a database " * 1000)
    with pytest.raises(MLError, match=r"does not start: cannot open .*ROASTERY.db"), embedded.serve(tmp_path):
        pytest.fail("the block must not run")
    assert servers(tmp_path) == []


def test_the_server_ends_with_its_block(write_csv: WriteCsv, tmp_path: Path) -> None:
    load(write_csv(), tmp_path)
    seen: list[SnowflakeSettings] = []

    def use() -> None:
        with embedded.serve(tmp_path) as settings:
            assert not refuses(settings)
            assert len(servers(tmp_path)) == 1
            seen.append(settings)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        use()
    assert servers(tmp_path) == []
    assert refuses(seen[0])


def test_a_load_beside_a_running_server_does_not_disturb_it(write_csv: WriteCsv, tmp_path: Path) -> None:
    load(write_csv(), tmp_path / "w")
    with embedded.serve(tmp_path / "w") as first:
        assert count(first) == 3
        load(write_csv(*(["1,C,M,Coffee,Latte,2024-01-05,1,2,Sunny,No,None"] * 7)), tmp_path / "w")
        with embedded.serve(tmp_path / "w") as second:
            assert (count(first), count(second)) == (3, 7)


def test_what_the_server_cannot_do_is_an_error_at_once(served: SnowflakeSettings) -> None:
    """It is read-only. The connector repeats a request that ends with status 500, for ever."""
    with pytest.raises(InputError, match="the embedded warehouse cannot run this statement"):
        count(served, "DELETE FROM SALES")
    assert count(served)


HOLDER = """
import sys, time
from ml.warehouse import embedded
with embedded.serve(sys.argv[1]) as settings:
    print(settings.port, flush=True)
    time.sleep(600)
"""


def test_the_server_ends_when_its_parent_is_killed(write_csv: WriteCsv, tmp_path: Path) -> None:
    load(write_csv(), tmp_path)
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline().strip().isdigit()
    (process,) = servers(tmp_path)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    end = time.monotonic() + 20
    while not has_ended(process) and time.monotonic() < end:
        time.sleep(0.05)
    assert has_ended(process)
