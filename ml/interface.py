"""What the platform asks of the model's side, the module behind the entry point `roast.model`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from ml.core.calendar import last_complete_month
from ml.core.sample import generate
from ml.errors import InputError
from ml.local import source
from ml.pipeline import IMPORT, REGISTER
from ml.store import frames
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
    """`name:version` of the champion that a run has made or confirmed; None if its winner did not pass.

    Args:
        folder: with the output `REGISTRATION` of a run in it.

    Raises:
        InputError: there is no such output in it.
    """
    found = sorted(folder.rglob("registration.json"))
    if not found:
        raise InputError(f"there is no registration.json in {folder}", "the step register writes it")
    said = json.loads(found[0].read_text(encoding="utf-8"))
    return f"{said['name']}:{said['version']}" if said["registered"] else None


def warehouse(step: str | None, folder: Path | None = None) -> AbstractContextManager[Mapping[str, str]]:
    """Variables that lead a job to sales, for as long as the block lasts.

    Args:
        step: that the job starts with, None for the whole pipeline; only an import reads a warehouse.
        folder: an embedded warehouse; by default Snowflake as SNOWFLAKE_* says, else what
            `roast data load` filled.

    Raises:
        InputError: a setting is wrong or missing, or the embedded warehouse is empty.
    """
    if step not in {None, IMPORT.name}:
        return nullcontext({})
    return _serving(folder)


@contextmanager
def _serving(folder: Path | None) -> Generator[Mapping[str, str]]:
    opened = source.of_settings().open() if folder is None else embedded.serve(folder)
    with opened as settings:
        yield settings.to_env()


def sample(folder: Path) -> str:
    """Fills an embedded warehouse with made-up sales up to the last whole month; says what they are."""
    last = last_complete_month(dt.datetime.now().astimezone().date())
    sales = generate(stores=STORES, years=YEARS, seed=0, until=last, flaws=True)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "sales.parquet"
    frames.write(sales, file)
    record = load(file, folder, source="made-up sales")
    return f"{record.rows:,} rows of {STORES} coffee shops in three countries, {YEARS} years until {last}"
