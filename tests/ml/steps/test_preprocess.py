"""The preprocess step as Azure ML runs it: folders in, folders out, one line for what is wrong."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ml.core.sample import generate
from ml.core.schema import FEATURE_COLUMNS, MONTHLY_COLUMNS
from ml.errors import InputError
from ml.pipeline import PREPROCESS
from ml.steps.preprocess import main
from ml.store import frames, lineage, mltable
from ml.store.lineage import Lineage

IMPORTED = dt.datetime(2025, 11, 1, 12, tzinfo=dt.UTC)
OUTPUTS = ("monthly", "features", "quality")


def _raw_folder(folder: Path, rows: pl.DataFrame, imported_at: dt.datetime | None = IMPORTED) -> Path:
    """Writes rows as the import step does."""
    folder.mkdir()
    table = rows.to_arrow()
    with mltable.writer(folder, table.schema) as write:
        write(table)
    origin = Lineage(
        source="test", rows=rows.height, columns=tuple(rows.columns), hash="raw", imported_at=imported_at
    )
    lineage.write(folder, origin)
    return folder


def _values(raw: Path, out: Path) -> dict[str, str]:
    return {"raw": str(raw), "recipe": "extended", "returns": "net", "quarantine_limit": "0.05"} | {
        name: str(out / name) for name in OUTPUTS
    }


def _run(raw: Path, out: Path, **changes: str) -> None:
    main(PREPROCESS.command(_values(raw, out) | changes)[3:])


def _lineage_hashes(out: Path) -> list[str]:
    return [lineage.read(out / name).hash for name in OUTPUTS[:2]]


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return generate(stores=3, years=1, seed=4, until=dt.date(2025, 10, 31))


@pytest.fixture
def raw(tmp_path: Path, rows: pl.DataFrame) -> Path:
    return _raw_folder(tmp_path / "raw", rows)


def _quality(out: Path) -> dict[str, Any]:
    return json.loads((out / "quality" / "quality.json").read_text(encoding="utf-8"))


def test_the_command_writes_three_folders_and_reports_what_it_did(raw: Path, tmp_path: Path) -> None:
    command = PREPROCESS.command(_values(raw, tmp_path / "out"))
    result = subprocess.run([sys.executable, *command[1:]], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "warning: quarantined: " in result.stderr
    assert "store months" in result.stderr
    monthly = frames.read_pandas(tmp_path / "out" / "monthly" / "monthly.parquet")
    features = frames.read_pandas(tmp_path / "out" / "features" / "features.parquet")
    assert tuple(monthly.columns) == MONTHLY_COLUMNS
    assert tuple(features.columns[: len(FEATURE_COLUMNS)]) == FEATURE_COLUMNS
    assert monthly["Month"].dtype.kind == "M"
    assert len(monthly) == len(features) == _quality(tmp_path / "out")["reduction"]["rows_out"]


def test_the_quarantine_holds_the_raw_rows_and_their_rules(
    raw: Path, rows: pl.DataFrame, tmp_path: Path
) -> None:
    _run(raw, tmp_path / "out")
    quarantine = frames.read_polars(tmp_path / "out" / "quality" / "quarantine.parquet")
    quality = _quality(tmp_path / "out")
    assert quarantine.height == quality["rows_quarantined"] > 0
    assert quarantine.columns == [*rows.columns, "Rule"]
    assert {rule for row in quarantine["Rule"] for rule in row.split("; ")} == {
        rule["rule"] for rule in quality["rules"]
    }


def test_lineage_names_the_raw_rows_and_the_recipe(raw: Path, tmp_path: Path) -> None:
    _run(raw, tmp_path / "out", recipe="customer")
    written = lineage.read(tmp_path / "out" / "features")
    assert written.inputs == {"raw": "raw"}
    assert written.parameters == {"recipe": "customer", "returns": "net"}
    assert written.columns == FEATURE_COLUMNS
    assert written.rows == frames.read_polars(tmp_path / "out" / "features" / "features.parquet").height


def test_the_same_rows_in_another_order_make_the_same_data_sets(
    raw: Path, rows: pl.DataFrame, tmp_path: Path
) -> None:
    """A warehouse promises no order, and steps whose input is unchanged must not run again."""
    shuffled = _raw_folder(tmp_path / "shuffled", rows.sample(fraction=1, shuffle=True, seed=1))
    _run(raw, tmp_path / "one")
    _run(shuffled, tmp_path / "two")
    assert _lineage_hashes(tmp_path / "one") == _lineage_hashes(tmp_path / "two")
    for name in OUTPUTS[:2]:
        first, second = (lineage.content_hash(tmp_path / side / name) for side in ("one", "two"))
        assert first == second


def test_rows_after_the_day_of_the_import_are_set_aside(rows: pl.DataFrame, tmp_path: Path) -> None:
    early = dt.datetime(2025, 9, 30, 9, tzinfo=dt.UTC)  # an hour later it is October in UTC+14
    raw = _raw_folder(tmp_path / "raw", rows, imported_at=early)
    with pytest.raises(
        InputError, match=r"rows \(8.*%\) would be set aside, more than 5.00%: .*date_in_future"
    ):
        _run(raw, tmp_path / "out")
    _run(raw, tmp_path / "out", quarantine_limit="1")
    assert _quality(tmp_path / "out")["last_month"] == "2025-09"


def test_bad_input_leaves_no_output(rows: pl.DataFrame, tmp_path: Path) -> None:
    raw = _raw_folder(tmp_path / "raw", rows.with_columns(Date=pl.lit("31.10.2025")))
    with pytest.raises(InputError, match=r"none of the .* rows is valid: date_ambiguous"):
        _run(raw, tmp_path / "out")
    assert not list(tmp_path.glob("out/*"))


def test_a_folder_that_does_not_say_when_it_was_imported_is_refused(
    rows: pl.DataFrame, tmp_path: Path
) -> None:
    raw = _raw_folder(tmp_path / "raw", rows, imported_at=None)
    with pytest.raises(InputError, match="has no import time"):
        _run(raw, tmp_path / "out")


def test_a_folder_without_rows_on_disk_is_refused_in_one_line(tmp_path: Path) -> None:
    command = PREPROCESS.command(_values(tmp_path / "nothing", tmp_path / "out"))
    result = subprocess.run([sys.executable, *command[1:]], capture_output=True, text=True, check=False)
    assert result.returncode == InputError.exit_code
    assert result.stderr.startswith("error: ")
    assert len(result.stderr.splitlines()) == 1
