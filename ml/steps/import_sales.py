"""Runs a SQL query on Snowflake and writes its rows as an MLTable.

Reads the warehouse that the environment variables SNOWFLAKE_* name: the table `--table`, or the result of
`--query`.

Writes into `--raw`:
- `MLTable` and `data/*.parquet`: the sales columns (`ml.store.mltable`);
- `lineage.json`: source, query, row count and content hash (`ml.store.lineage`).
"""

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
from ml.warehouse.query import QueryResult, SalesQuery, read
from ml.warehouse.secret import resolved
from ml.warehouse.settings import SnowflakeSettings

logger = logging.getLogger("ml.steps.import")

_CONNECTOR = "snowflake-connector-python"
_REPORT_EVERY = 250_000
"""Rows between two lines of progress."""


def import_sales(settings: SnowflakeSettings, query: SalesQuery, out: Path) -> Lineage:
    """Writes the query's rows to the folder `out`, whole or not at all.

    Raises:
        InputError: the table does not exist, it has no rows, or it lacks a sales column.
        UnreachableError: Snowflake does not answer.
        AccessDeniedError: Snowflake refuses the sign-in.
        MLError: the disk is full.
    """
    schema = f"{settings.database}.{settings.schema_} of account {settings.account} ({settings.address})"
    logger.info("reading %s from %s", query, schema)
    if settings.warning:
        logger.warning("warning: %s", settings.warning)
    with whole_folder(out) as folder, connected(settings) as session:
        rows = read(session, settings, query)
        if rows.ignored:
            logger.info("ignored, because no step uses them: %s", ", ".join(rows.ignored))
        digest = _write(rows, folder)
        if not digest.rows:
            raise InputError(f"{query} in {schema} has no rows", "load sales, or ask for others")
        origin = Lineage(
            source=f"snowflake://{settings.account}/{settings.database}/{settings.schema_}",
            query=rows.sql,
            rows=digest.rows,
            columns=tuple(rows.schema.names),
            hash=digest.hexdigest(),
            imported_at=dt.datetime.now(dt.UTC),
            connector=f"{_CONNECTOR} {version(_CONNECTOR)}",
        )
        lineage.write(folder, origin)
    logger.info("%s rows in %s", f"{origin.rows:,}", out)
    return origin


def _write(rows: QueryResult, folder: Path) -> RowHash:
    digest = RowHash(rows.schema)
    reported = 0
    with mltable.writer(folder, rows.schema) as write:
        for batch in rows.batches:
            digest.update(batch)
            write(batch)
            if digest.rows - reported >= _REPORT_EVERY:
                reported = digest.rows
                logger.info("%s rows read", f"{reported:,}")
    return digest


def main(argv: Sequence[str] | None = None) -> None:
    """The step's command."""
    args = STEP.parser().parse_args(argv)
    query = SalesQuery(table=args.table, query=args.query)
    import_sales(SnowflakeSettings.from_env(resolved(os.environ)), query, Path(args.raw))


if __name__ == "__main__":
    entry.run(main)
