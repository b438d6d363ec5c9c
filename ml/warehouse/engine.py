"""fakesnow's instances, without what it leaves behind and with paths that may hold any character."""

from __future__ import annotations

import contextlib
from pathlib import Path

import duckdb
from fakesnow import info_schema, macros
from fakesnow.instance import FakeSnow
from fakesnow.transforms import stage

from ml.errors import InputError
from ml.warehouse.columns import literal
from ml.warehouse.folder import DATABASE, SCHEMA

# When fakesnow is imported, it makes a folder for stages in the system's temporary one, and leaves it there.
# Stages are not served here.
with contextlib.suppress(OSError):
    Path(stage.LOCAL_BUCKET_PATH).rmdir()


def check_folder(folder: Path) -> None:
    """Refuses a folder that DuckDB would write beside.

    Raises:
        InputError: there is a question mark in its path: DuckDB takes what follows it for the query of a URL.
    """
    if "?" in str(folder):
        raise InputError(
            f"the warehouse's folder {folder} has a question mark in its path", "choose another folder"
        )


def create(database: Path) -> duckdb.DuckDBPyConnection:
    """A connection with a new database, as fakesnow creates one.

    fakesnow itself would write the path into its SQL as it is, so a folder with an apostrophe would fail.

    Raises:
        InputError: as `check_folder`.
    """
    check_folder(database.parent)
    snow = FakeSnow(create_database_on_connect=False)
    connection = snow.duck_conn
    connection.execute(f"ATTACH {literal(str(database))} AS {DATABASE}")
    connection.execute(info_schema.per_db_creation_sql(DATABASE))
    connection.execute(macros.creation_sql(DATABASE))
    snow.connect(DATABASE, SCHEMA).close()
    return connection


def attach(database: Path, scratch: Path) -> FakeSnow:
    """An instance that reads a database; several may, while a load prepares the next one."""
    snow = FakeSnow(create_database_on_connect=False, create_schema_on_connect=False)
    snow.duck_conn.execute("SET autoinstall_known_extensions = false")
    snow.duck_conn.execute(f"SET temp_directory = {literal(str(scratch))}")
    snow.duck_conn.execute(f"ATTACH {literal(str(database))} AS {DATABASE} (READ_ONLY)")
    return snow
