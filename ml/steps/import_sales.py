"""Runs a SQL query on Snowflake and writes its rows as an MLTable with their lineage."""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from ml.errors import InputError
from ml.pipeline import IMPORT as STEP
from ml.steps import entry
from ml.store import lineage, mltable
from ml.store.atomic import whole_folder
from ml.store.lineage import Lineage
from ml.store.rowhash import RowHash
from ml.warehouse.connect import connected
from ml.warehouse.query import Rows, Source, read
from ml.warehouse.secret import resolved
from ml.warehouse.settings import SnowflakeSettings

_CONNECTOR = "snowflake-connector-python"
_TELL_EVERY = 250_000
_log = logging.getLogger("ml.steps.import")


def import_sales(settings: SnowflakeSettings, source: Source, out: Path) -> Lineage:
    """Writes the source's rows to the folder `out`, whole or not at all.

    Raises:
        InputError: there is no such table, it has no rows, or it lacks a sales column.
        Unreachable: Snowflake does not answer, or refuses the sign-in.
        MLError: the disk is full.
    """
    place = f"{settings.database}.{settings.schema_} of account {settings.account} ({settings.address})"
    _log.info("reading %s from %s", source, place)
    if settings.warning:
        _log.warning("warning: %s", settings.warning)
    with whole_folder(out) as folder, connected(settings) as session:
        rows = read(session, settings, source)
        if rows.ignored:
            _log.info("left out, because no step uses them: %s", ", ".join(rows.ignored))
        digest = _write(rows, folder)
        if not digest.rows:
            raise InputError(f"{source} in {place} has no rows", "load sales, or ask for others")
        made = Lineage(
            source=f"snowflake://{settings.account}/{settings.database}/{settings.schema_}",
            query=rows.sql,
            rows=digest.rows,
            columns=tuple(rows.schema.names),
            hash=digest.hexdigest(),
            imported_at=dt.datetime.now(dt.UTC),
            connector=f"{_CONNECTOR} {version(_CONNECTOR)}",
        )
        lineage.write(folder, made)
    _log.info("%s rows in %s", f"{made.rows:,}", out)
    return made


def _write(rows: Rows, folder: Path) -> RowHash:
    digest = RowHash(rows.schema)
    told = 0
    with mltable.writer(folder, rows.schema) as write:
        for batch in rows.batches:
            digest.update(batch)
            write(batch)
            if digest.rows - told >= _TELL_EVERY:
                told = digest.rows
                _log.info("%s rows read", f"{told:,}")
    return digest


def main(argv: Sequence[str] | None = None) -> None:
    """The step's command."""
    args = STEP.parser().parse_args(argv)
    source = Source(table=args.table, query=args.query)
    import_sales(SnowflakeSettings.from_env(resolved(os.environ)), source, Path(args.raw))


if __name__ == "__main__":
    entry.run(main)
