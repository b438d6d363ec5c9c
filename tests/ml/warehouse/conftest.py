"""A real embedded warehouse, and small sales files to load into others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ml.warehouse import embedded
from ml.warehouse.load import load
from ml.warehouse.settings import SnowflakeSettings

HEADER = "StoreID,Country,City,Category,Product,Date,QuantitySold,Price,Weather,Promotion,Holiday"
ROWS = (
    "007,Canada,Montréal,Coffee,Latte,2024-01-05,12,4.50,Snowy,Yes,None",
    "007,Canada,Montréal,Coffee,Latte,2024-01-06,3,4.5,,No,",
    '8,México,"Ciudad de México, Centro",Tea,"Chai ""grande""",2024-02-29,0,3,Sunny,No,Día de Muertos',
)

WriteCsv = Callable[..., Path]


@pytest.fixture
def write_csv(tmp_path: Path) -> WriteCsv:
    """Writes a sales file; by default three good rows."""

    def write(*rows: str, header: str = HEADER, name: str = "sales.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text("\n".join([header, *(rows or ROWS)]) + "\n", encoding=encoding)
        return path

    return write


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory, stallion: Path) -> Path:
    """A warehouse that holds the Stallion set."""
    folder = tmp_path_factory.mktemp("warehouse")
    load(stallion, folder)
    return folder


@pytest.fixture(scope="session")
def served(warehouse: Path) -> Iterator[SnowflakeSettings]:
    """Its server, for as long as the tests run."""
    with embedded.serve(warehouse) as settings:
        yield settings
