"""The import step: its real process against the real embedded server."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError, MLError
from ml.pipeline import IMPORT
from ml.steps.import_sales import import_sales
from ml.store import lineage, mltable
from ml.warehouse import embedded
from ml.warehouse.load import load
from ml.warehouse.query import SalesQuery
from ml.warehouse.settings import SnowflakeSettings

MANY, FEW = 900_000, 300_000
LIMIT = f"SELECT * FROM SALES LIMIT {FEW}"  # noqa: S608 - the test's own


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made-up rows of some 180 bytes each in memory."""
    path = tmp_path_factory.mktemp("sales") / "sales.parquet"
    named = {
        "Date": "DATE '2020-01-01' + (i % 900)::INT",
        "QuantitySold": "i % 7",
        "Price": "i / 7",
        "City": "'São Paulo ' || i % 100",
        "Product": "'Product ' || hash(i)",
    }
    columns = ", ".join(f"{named.get(name, f'''{name!r} || i % 50''')} AS {name}" for name in RAW_COLUMNS)
    rows = f"SELECT {columns} FROM range({MANY}) t(i)"  # noqa: S608 - the test's own
    duckdb.connect().execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet)")
    return path


@pytest.fixture(scope="module")
def served(sales: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnowflakeSettings]:
    folder = tmp_path_factory.mktemp("warehouse")
    load(sales, folder)
    with embedded.serve(folder) as settings:
        yield settings


def argv(out: Path, **values: str) -> list[str]:
    """The step's command as the pipeline runs it."""
    return [sys.executable, *IMPORT.command({"raw": str(out), "table": "SALES", **values})[1:]]


def run(env: Mapping[str, str], out: Path, **values: str) -> subprocess.CompletedProcess[str]:
    command = argv(out, **values)
    return subprocess.run(command, env=os.environ | dict(env), capture_output=True, text=True, check=False)


def test_the_step_writes_an_mltable_with_its_lineage_and_nothing_elsewhere(
    served: SnowflakeSettings, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    out = tmp_path / "out" / "raw"
    folders = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME"), str(home))
    ended = run(served.to_env() | folders, out, query=LIMIT)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr.splitlines()[0] == (
        f"reading the query's result from ROASTERY.PUBLIC of account embedded ({served.address})"
    )
    assert list(home.rglob("*")) == []
    assert sorted(p.relative_to(out.parent).as_posix() for p in out.parent.rglob("*") if p.is_file()) == [
        "raw/MLTable",
        "raw/data/part-00000.parquet",
        "raw/lineage.json",
    ]
    written = json.loads((out / "lineage.json").read_text())
    assert written["source"] == "snowflake://embedded/ROASTERY/PUBLIC"
    assert written["query"] == LIMIT
    assert written["rows"] == mltable.scan(out).select(pl.len()).collect().item() == FEW
    assert tuple(written["columns"]) == tuple(mltable.scan(out).collect_schema()) == RAW_COLUMNS
    assert written["connector"].startswith("snowflake-connector-python ")
    password = served.to_env()["SNOWFLAKE_PASSWORD"]
    assert password not in (out / "lineage.json").read_text() + ended.stderr


def test_every_row_arrives(served: SnowflakeSettings, sales: Path, tmp_path: Path) -> None:
    query = "SELECT * FROM SALES WHERE QuantitySold = 3"
    imported = import_sales(served, SalesQuery(query=query), tmp_path / "raw")
    keys = ["Product", "StoreID"]
    wanted = pl.scan_parquet(sales).filter(QuantitySold=3).collect().cast({"QuantitySold": pl.Int64})
    assert imported.rows == len(wanted) > 100_000
    assert mltable.scan(tmp_path / "raw").collect().sort(keys).equals(wanted.sort(keys))


def test_the_hash_is_the_contents_and_not_the_orders_or_the_times(
    served: SnowflakeSettings, tmp_path: Path
) -> None:
    def hashed(query: str) -> str:
        return import_sales(served, SalesQuery(query=query), tmp_path / "raw").hash

    some = "SELECT * FROM SALES WHERE Price < 100"
    first = hashed(f"{some} ORDER BY Product")
    assert hashed(f"{some} ORDER BY Product DESC") == first
    assert hashed("SELECT * FROM SALES WHERE Price < 200") != first


def test_the_lineage_holds_the_time_of_the_import(served: SnowflakeSettings, tmp_path: Path) -> None:
    before = time.time()
    import_sales(served, SalesQuery(query="SELECT * FROM SALES LIMIT 1"), tmp_path / "raw")
    read = lineage.read(tmp_path / "raw").imported_at
    assert read is not None
    assert before <= read.timestamp() <= time.time()


def test_no_rows_are_an_error_and_no_output(served: SnowflakeSettings, tmp_path: Path) -> None:
    message = r"the query's result in ROASTERY.PUBLIC of account embedded \(.*\) has no rows"
    with pytest.raises(InputError, match=message):
        import_sales(served, SalesQuery(query="SELECT * FROM SALES WHERE FALSE"), tmp_path / "raw")
    assert list(tmp_path.iterdir()) == []


def test_a_password_to_a_real_account_warns(
    served: SnowflakeSettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = served.model_copy(
        update={"host": None, "port": None, "protocol": "https", "account": "a.invalid", "login_timeout": 1}
    )
    with pytest.raises(MLError):
        import_sales(elsewhere, SalesQuery(table="SALES"), tmp_path / "raw")
    assert "Snowflake is ending for service users" in caplog.text


@dataclass(frozen=True)
class Mistake:
    code: int
    message: str
    changed: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, str] = field(default_factory=dict[str, str])


@pytest.mark.parametrize(
    "mistake",
    [
        Mistake(
            2, "table NOPE does not exist in database ROASTERY, schema PUBLIC,", values={"table": "NOPE"}
        ),
        Mistake(2, "'a b' is not a valid table name ", values={"table": "a b"}),
        Mistake(
            77, "Snowflake refused user roastery of account embed", changed={"SNOWFLAKE_PASSWORD": "guess"}
        ),
        Mistake(2, "SNOWFLAKE_ACCOUNT is not set (", changed={"SNOWFLAKE_ACCOUNT": ""}),
        Mistake(75, "Snowflake does not answer for account embedded (", changed={"SNOWFLAKE_PORT": "closed"}),
    ],
)
def test_a_users_error_is_one_line_with_its_exit_code_and_no_output(
    mistake: Mistake, served: SnowflakeSettings, tmp_path: Path
) -> None:
    changed = dict(mistake.changed)
    if "SNOWFLAKE_PORT" in changed:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            changed["SNOWFLAKE_PORT"] = str(listener.getsockname()[1])
    ended = run(served.to_env() | changed, tmp_path / "raw", **mistake.values)
    assert ended.returncode == mistake.code
    *progress, error = ended.stderr.splitlines()
    assert error.startswith(f"error: {mistake.message}")
    assert all(line.startswith("reading ") for line in progress)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_import_leaves_the_old_output(served: SnowflakeSettings, tmp_path: Path) -> None:
    out = tmp_path / "raw"
    import_sales(served, SalesQuery(query="SELECT * FROM SALES LIMIT 10"), out)
    step = subprocess.Popen(argv(out), env=os.environ | served.to_env(), stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.glob(".raw.*/data/*.parquet")):  # rows are on their way
        assert step.poll() is None
        time.sleep(0.01)
    step.send_signal(signal.SIGINT)
    _, output = step.communicate(timeout=60)
    assert step.returncode == 130
    assert "Traceback" not in output
    assert output.splitlines()[-1].startswith("interrupted")
    assert [p.name for p in tmp_path.iterdir()] == ["raw"]
    assert lineage.read(out).rows == 10


LIMITED = """
import resource, sys
from ml.steps import entry, import_sales
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
entry.run(lambda: import_sales.main(sys.argv[1:]))
"""


def test_a_full_disk_is_one_line_and_no_output(served: SnowflakeSettings, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, "--raw", str(tmp_path / "raw")],
        env=os.environ | served.to_env(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith(
        f"error: no space left on the disk while writing {tmp_path}"
    )
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


MEASURED = """
import sys
from ml.steps import import_sales
import_sales.main(sys.argv[1:])
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(served: SnowflakeSettings, sales: Path, tmp_path: Path) -> None:
    """Holding all rows would take at least their size in Arrow; fragments and chance take a part of it."""

    def peak(rows: int) -> int:
        query = f"SELECT * FROM SALES LIMIT {rows}"  # noqa: S608 - the test's own
        ended = subprocess.run(
            [sys.executable, "-c", MEASURED, "--raw", str(tmp_path / "raw"), "--query", query],
            env=os.environ | served.to_env(),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        assert lineage.read(tmp_path / "raw").rows == rows
        return int(ended.stdout) * 1024

    more = pl.read_parquet(sales, n_rows=MANY - FEW).to_arrow().nbytes
    assert peak(MANY) - peak(FEW) < more / 2
