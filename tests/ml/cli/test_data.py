"""`roast data load`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from ml.core.schema import RAW_COLUMNS
from ml.warehouse import completejourney, embedded
from ml.warehouse.folder import WarehouseFolder

Roast = Callable[..., tuple[int, str, str]]
ROW = "1,C,M,Coffee,Latte,{},2,2.5,Sunny,No,None,{}"


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    header = ",".join([*RAW_COLUMNS, "Cashier"])
    path.write_text("\n".join([header, ROW.format("2024-01-05", "Ann"), ROW.format("soon", "Bo")]))
    return path


def test_a_file_is_loaded_with_a_remark_on_what_is_odd(roast: Roast, sales: Path, tmp_path: Path) -> None:
    folder = tmp_path / "w"
    code, out, err = roast("data", "load", sales, "--warehouse", folder)
    assert (code, out) == (0, f"2 rows of {sales} in {folder}\n")
    assert "checking sales.csv\n" in err
    assert "writing 2 rows\n" in err
    assert "warning: Date is loaded as text, because 'soon' is among its values; " in err
    assert "left out, because no step uses them: Cashier\n" in err
    assert embedded.fingerprint(folder)


def test_json_is_for_machines(roast: Roast, sales: Path, tmp_path: Path) -> None:
    folder = tmp_path / "w"
    code, out, _ = roast("data", "load", sales, "--warehouse", folder, "--json")
    assert code == 0
    assert json.loads(out) == {
        "source": str(sales),
        "rows": 2,
        "fingerprint": embedded.fingerprint(folder),
        "as_text": {"Date": "soon"},
        "ignored": ["Cashier"],
        "warehouse": str(folder),
    }


def test_the_warehouse_is_the_projects_own_unless_it_is_named(
    roast: Roast, sales: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert roast("data", "load", sales)[0] == 0
    assert WarehouseFolder(tmp_path / ".roast" / "warehouse").database.is_file()


def test_a_users_error_is_one_line_and_exit_code_2(roast: Roast, sales: Path, tmp_path: Path) -> None:
    sales.write_bytes(sales.read_bytes().replace(b"Ann", b"Ren\xe9"))
    code, out, err = roast("data", "load", sales, "--warehouse", tmp_path / "w")
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith(f"error: {sales} is not UTF-8: byte 0xe9 in line 2 (")
    assert roast("data", "load", sales, "--warehouse", tmp_path / "w", "--encoding", "cp1252")[0] == 0


def test_the_public_set_is_loaded_by_its_name(
    roast: Roast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mapping of the real set, which takes seconds, has its own tests."""
    cells = ROW.format("2024-01-05", "").split(",")[: len(RAW_COLUMNS)]
    few = pl.DataFrame([cells], RAW_COLUMNS, orient="row")
    monkeypatch.setattr(completejourney, "sales", lambda: few)
    code, out, _ = roast("data", "load", "completejourney", "--warehouse", tmp_path, "--json")
    record = json.loads(out)
    assert (code, record["source"], record["rows"], record["as_text"]) == (0, "completejourney", 1, {})
