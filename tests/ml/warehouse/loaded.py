"""Rows of a sales file, and what was loaded of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from ml.warehouse.files import opened
from ml.warehouse.folder import WarehouseFolder
from ml.warehouse.scan import scanned

WriteCsv = Callable[..., Path]
GOOD = "1,C,M,Coffee,Latte,{date},{quantity},{price},Sunny,No,None"


def row(date: str = "2024-01-05", quantity: str = "1", price: str = "2.5") -> str:
    return GOOD.format(date=date, quantity=quantity, price=price)


def table(folder: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(WarehouseFolder(folder).database), read_only=True) as connection:
        return connection.execute('SELECT * FROM "PUBLIC"."SALES"').fetchall()


def typed_rows(path: Path) -> list[tuple[Any, ...]]:
    """The rows of a file as a load takes them."""
    with (
        opened(path, "utf-8", path.parent) as layout,
        duckdb.connect() as connection,
        scanned(connection, path, layout) as rows,
    ):
        return connection.execute(rows.sql).fetchall()


def kinds(folder: Path) -> dict[str, str]:
    with duckdb.connect(str(WarehouseFolder(folder).database), read_only=True) as connection:
        return {name: kind for name, kind, *_ in connection.execute('DESCRIBE "PUBLIC"."SALES"').fetchall()}
