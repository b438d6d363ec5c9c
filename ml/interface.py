"""The functions of ml that the platform calls: the module behind the entry point `roast.model`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from ml.core.calendar import last_complete_month
from ml.core.sample import generate
from ml.errors import InputError
from ml.local import source
from ml.pipeline import IMPORT, REGISTER
from ml.store import frames
from ml.store.documents import read_json
from ml.warehouse import embedded
from ml.warehouse.load import load
from ml.watch import arrived, drift, forecasts, problem, requests, residual

__all__ = [
    "REGISTRATION",
    "arrived",
    "drift",
    "forecasts",
    "problem",
    "registered",
    "requests",
    "residual",
    "sample",
    "warehouse",
]

REGISTRATION = REGISTER.outputs[0].name
STORES = 12
YEARS = 3


def registered(folder: Path) -> str | None:
    """`name:version` of the champion that a run registered or confirmed; None if its winner did not pass.

    Args:
        folder: with the output `REGISTRATION` of a run somewhere in it.

    Raises:
        InputError: there is no such output.
    """
    files = sorted(folder.rglob("registration.json"))
    if not files:
        raise InputError(f"{folder} holds no registration.json", "the step register writes it")
    registration = read_json(files[0])
    return f"{registration['name']}:{registration['version']}" if registration["registered"] else None


def warehouse(step: str | None, folder: Path | None = None) -> AbstractContextManager[Mapping[str, str]]:
    """Environment variables by which a job finds the sales, for as long as the block lasts.

    Args:
        step: the one that the job runs, None for the whole pipeline; only import reads a warehouse.
        folder: an embedded warehouse; by default Snowflake if SNOWFLAKE_* is set, else the warehouse that
            `roast data load` filled.

    Raises:
        InputError: a setting is wrong or missing, or the embedded warehouse is empty.
    """
    if step not in {None, IMPORT.name}:
        return nullcontext({})
    return _served(folder)


@contextmanager
def _served(folder: Path | None) -> Generator[Mapping[str, str]]:
    opened = source.of_settings().open() if folder is None else embedded.serve(folder)
    with opened as settings:
        yield settings.to_env()


def sample(folder: Path) -> str:
    """Fills an embedded warehouse with made-up sales up to the last whole month; returns a description."""
    last = last_complete_month(dt.datetime.now().astimezone().date())
    sales = generate(stores=STORES, years=YEARS, seed=0, until=last, flaws=True)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "sales.parquet"
    frames.write(sales, file)
    record = load(file, folder, source="made-up sales")
    return f"{record.rows:,} rows of {STORES} coffee shops in three countries, {YEARS} years until {last}"
