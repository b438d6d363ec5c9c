"""Lineage beside a data set, and the hash that tells whether its content changed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ml.errors import InputError
from ml.store import lineage
from ml.store.lineage import Lineage, content_hash

MADE = Lineage(
    source="snowflake://a/D/S",
    rows=3,
    columns=("StoreID", "Date"),
    hash="abc",
    query='SELECT * FROM "SALES"',
    imported_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    inputs={"raw": "def"},
    parameters={"recipe": "customer", "horizon": 3, "model": None},
)


def test_lineage_survives(tmp_path: Path) -> None:
    lineage.write(tmp_path, MADE)
    assert lineage.read(tmp_path) == MADE


def test_a_file_that_was_damaged_after_it_was_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    file, other = tmp_path / "data" / "part.parquet", tmp_path / "later.txt"
    file.write_bytes(b"rows")
    lineage.write(tmp_path, MADE)
    other.touch()
    lineage.verify(file, tmp_path)
    lineage.verify(other, tmp_path)
    file.write_bytes(b"rowz")
    with pytest.raises(InputError, match=r"part.parquet is damaged: it is not what .*lineage.json describes"):
        lineage.verify(file, tmp_path)


def test_absent_and_broken_lineage_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"lineage.json does not exist"):
        lineage.read(tmp_path)
    (tmp_path / "lineage.json").write_text("{")
    with pytest.raises(InputError, match=r"lineage.json: Invalid JSON"):
        lineage.read(tmp_path)
    (tmp_path / "lineage.json").write_text('{"source": "x", "rows": "many", "columns": [], "hash": ""}')
    with pytest.raises(InputError, match=r"lineage.json.rows: Input should be a valid integer"):
        lineage.read(tmp_path)


def folder(path: Path, **files: str) -> Path:
    for name, text in files.items():
        file = path / name.replace("_", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return path


def test_the_same_content_has_the_same_hash_anywhere(tmp_path: Path) -> None:
    first, second = (folder(tmp_path / name, a="1", b_c="2") for name in "xy")
    assert content_hash(first) == content_hash(second)


@pytest.mark.parametrize(
    "files",
    [
        {"a": "1"},
        {"a": "1", "b_c": "3"},
        {"a": "1", "b_d": "2"},
        {"a": "12", "b_c": ""},
        {"a": "2", "b_c": "1"},
    ],
)
def test_another_content_or_name_has_another_hash(files: dict[str, str], tmp_path: Path) -> None:
    before = folder(tmp_path / "x", a="1", b_c="2")
    assert content_hash(before) != content_hash(folder(tmp_path / "y", **files))


def test_the_time_of_an_import_does_not_change_the_hash_but_its_content_does(tmp_path: Path) -> None:
    hashes: list[str] = []
    for number, imported in enumerate(
        [MADE, MADE.model_copy(update={"imported_at": None}), MADE.model_copy(update={"hash": "other"})]
    ):
        path = folder(tmp_path / str(number), data="1")
        lineage.write(path, imported)
        hashes.append(content_hash(path))
    assert hashes[0] == hashes[1] != hashes[2]


def test_what_is_not_there_has_no_hash(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="absent does not exist"):
        content_hash(tmp_path / "absent")
