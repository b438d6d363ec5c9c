"""A connection to the warehouse that is cut: the import goes on with another one, or leaves nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import duckdb
import pytest
from snowflake.connector import result_batch

from ml.core.schema import RAW_COLUMNS
from ml.errors import UnreachableError
from ml.steps.import_sales import import_sales
from ml.store.lineage import content_hash
from ml.warehouse import chunks, connect, embedded
from ml.warehouse.load import load
from ml.warehouse.query import SalesQuery
from ml.warehouse.settings import SnowflakeSettings
from tests.ml.faults.actions import leftovers
from tests.ml.faults.inject import CAMPAIGN, POINTS, SEED

ROWS = 3 * chunks.ROWS


class Proxy:
    """Passes bytes on, and resets its connections after so many bytes of answers, so many times."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self.after, self.times, self.passed = 0, 0, 0
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, after: int, times: int) -> None:
        with self._lock:
            self.after, self.times, self.passed = after, times, 0

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                for source, sink, counted in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._pass, args=(source, sink, counted), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while block := source.recv(4096):
                if counted and self._cut(len(block)):
                    sink.sendall(block[: len(block) // 2])
                    break
                sink.sendall(block)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _cut(self, size: int) -> bool:
        with self._lock:
            self.passed += size
            if self.times and self.passed > self.after:
                self.times -= 1
                return True
            return False


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnowflakeSettings]:
    """A warehouse whose rows come in three chunks."""
    folder = tmp_path_factory.mktemp("warehouse")
    named = {"Date": "DATE '2020-01-01' + (i % 900)::INT", "QuantitySold": "i", "Price": "i / 7"}
    others = {name: f"'{name}' || i % 50" for name in RAW_COLUMNS}
    columns = ", ".join(f"{cell} AS {name}" for name, cell in (others | named).items())
    rows = f"SELECT {columns} FROM range({ROWS}) t(i)"  # noqa: S608 - the test's own
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({rows}) TO '{folder / 'sales.parquet'}' (FORMAT parquet)")
    load(folder / "sales.parquet", folder / "w")
    with embedded.serve(folder / "w") as settings:
        yield settings


@pytest.fixture(scope="module")
def proxy(served: SnowflakeSettings) -> Iterator[Proxy]:
    assert served.port
    each = Proxy(served.port)
    yield each
    each.close()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives up after seconds instead of an hour."""
    monkeypatch.setattr(connect, "_HOUR", 4)
    monkeypatch.setattr(result_batch, "MAX_DOWNLOAD_RETRY", 2)


def through(served: SnowflakeSettings, proxy: Proxy) -> SnowflakeSettings:
    return served.model_copy(update={"port": proxy.port})


@pytest.mark.slow
@pytest.mark.timeout(3600 if CAMPAIGN else 300)
def test_an_import_whose_connection_is_cut_once_has_the_same_rows(
    served: SnowflakeSettings, proxy: Proxy, tmp_path: Path
) -> None:
    proxy.arm(0, 0)
    wanted = import_sales(through(served, proxy), SalesQuery(table="SALES"), tmp_path / "wanted").hash
    size, random = proxy.passed, Random(SEED)  # noqa: S311 - no secret
    for number in range(4 * POINTS if CAMPAIGN else 1):
        proxy.arm(random.randrange(size), 1)
        out = tmp_path / f"raw-{number}"
        assert import_sales(through(served, proxy), SalesQuery(table="SALES"), out).hash == wanted
        assert not proxy.times, "it was cut"
        assert content_hash(out) == content_hash(tmp_path / "wanted")


@pytest.mark.slow
@pytest.mark.usefixtures("patient")
@pytest.mark.timeout(3600 if CAMPAIGN else 300)
def test_an_import_whose_connection_is_always_cut_is_unreachable_and_leaves_nothing(
    served: SnowflakeSettings, proxy: Proxy, tmp_path: Path
) -> None:
    proxy.arm(0, 0)
    import_sales(through(served, proxy), SalesQuery(table="SALES"), tmp_path / "wanted")
    size, random = proxy.passed, Random(SEED)  # noqa: S311 - no secret
    for number in range(POINTS):
        proxy.arm(random.randrange(size), 1_000_000)
        out = tmp_path / f"raw-{number}"
        with pytest.raises(UnreachableError):
            import_sales(through(served, proxy), SalesQuery(table="SALES"), out)
        assert not out.exists()
        assert not leftovers(tmp_path)
