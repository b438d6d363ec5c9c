"""MLTable folders."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from ml.errors import InputError
from ml.store import mltable

SCHEMA = pa.schema([("StoreID", pa.string()), ("Price", pa.float64())])


def rows(first: int, count: int) -> pa.Table:
    numbers = range(first, first + count)
    return pa.table({"StoreID": [str(n) for n in numbers], "Price": [n / 2 for n in numbers]}, schema=SCHEMA)


def mltable_of(folder: Path, *batches: pa.Table) -> Path:
    folder.mkdir(exist_ok=True)
    with mltable.writer(folder, SCHEMA) as write:
        for batch in batches:
            write(batch)
    return folder


def test_batches_come_back_as_one_table(tmp_path: Path) -> None:
    folder = mltable_of(tmp_path / "raw", rows(0, 3), rows(3, 2))
    read = mltable.scan(folder).collect()
    assert read.equals(pl.DataFrame(rows(0, 5)))


def test_the_description_is_azure_mls(tmp_path: Path) -> None:
    """Keys and values as in Microsoft's reference of the MLTable file."""
    description = yaml.safe_load((mltable_of(tmp_path / "raw", rows(0, 1)) / "MLTable").read_text())
    assert description["type"] == "mltable"
    assert description["transformations"] == [{"read_parquet": {"include_path_column": False}}]
    (path,) = description["paths"]
    assert list(path) == ["pattern"]
    described = (tmp_path / "raw").glob(path["pattern"].removeprefix("./"))
    assert [file.name for file in described] == ["part-00000.parquet"]


def test_small_batches_are_gathered_into_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mltable, "ROW_GROUP", 10)
    folder = mltable_of(tmp_path / "raw", *(rows(n, 4) for n in range(0, 40, 4)))
    file = pq.read_metadata(folder / "data" / "part-00000.parquet")
    groups = [file.row_group(n).num_rows for n in range(file.num_row_groups)]
    assert groups == [12, 12, 12, 4]  # three batches of four pass ten


def test_a_folder_whose_writing_failed_is_no_mltable(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    with pytest.raises(ZeroDivisionError), mltable.writer(tmp_path / "raw", SCHEMA) as write:
        write(rows(0, 1 // 0))
    with pytest.raises(InputError, match=r"raw is not an MLTable folder: it has no file MLTable"):
        mltable.scan(tmp_path / "raw")


@pytest.mark.parametrize("text", ["[", "just words", "paths: []", "paths: [a]\ntransformations: [b]", "\xff"])
def test_a_broken_description_is_named(text: str, tmp_path: Path) -> None:
    folder = mltable_of(tmp_path / "raw", rows(0, 1))
    (folder / "MLTable").write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match="MLTable is not an MLTable description"):
        mltable.scan(folder)


def test_another_format_is_refused(tmp_path: Path) -> None:
    folder = mltable_of(tmp_path / "raw", rows(0, 1))
    (folder / "MLTable").write_text("paths: [{file: ./x.csv}]\ntransformations: [{read_delimited: {}}]")
    with pytest.raises(InputError, match="only read_parquet"):
        mltable.scan(folder)


def test_a_table_of_another_tool_is_read_by_its_own_paths(tmp_path: Path) -> None:
    pq.write_table(rows(0, 2), tmp_path / "one.parquet")
    (tmp_path / "MLTable").write_text(
        "paths: [{file: ./one.parquet}]\ntransformations: [{read_parquet: {include_path_column: false}}]"
    )
    assert mltable.scan(tmp_path).collect().height == 2


def test_a_part_that_was_cut_off_or_removed_is_named(tmp_path: Path) -> None:
    folder = mltable_of(tmp_path / "raw", rows(0, 100))
    part = folder / "data" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-10])
    with pytest.raises(InputError, match=r"part-00000.parquet is not a complete parquet file"):
        mltable.scan(folder)
    part.unlink()
    with pytest.raises(InputError, match="holds no file that matches"):
        mltable.scan(folder)
