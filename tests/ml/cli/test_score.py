from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ml.serving.server import Server

Roast = Callable[..., tuple[int, str, str]]


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text("StoreID,Month,City\nS1,2026-01,\nS2,2026-02,\nnew,2026-01,León\n", encoding="utf-8")
    return path


def test_every_row_of_a_csv_is_forecast(roast: Roast, server: Server, rows: Path) -> None:
    code, out, err = roast("score", "--rows", rows, "--url", server.score_url, "--json")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert answer["model"] == {"name": "monthly-demand", "version": "7"}
    assert [prediction["QuantitySold"] for prediction in answer["predictions"]][:2] == pytest.approx(
        [1000, 2000 / 31 * 28]
    )
    assert [prediction["Fallback"] for prediction in answer["predictions"]] == [None, None, "city"]


def test_people_read_a_table(roast: Roast, server: Server, rows: Path) -> None:
    code, out, _ = roast("score", "--rows", rows, "--url", server.score_url, "--batch", 2)
    assert code == 0
    assert "monthly-demand version 7" in out
    assert "1,000.0" in out


def test_bad_rows_are_listed_by_row_and_field(roast: Roast, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("StoreID,Month,Price\nS1,2026-01,free\nS2,2026-02,3\n,soon,\n", encoding="utf-8")
    code, out, err = roast("score", "--rows", path, "--url", server.score_url)
    lines = [[cell.strip() for cell in line.split("│")[1:3]] for line in out.splitlines() if "│" in line]
    assert code == 2
    assert [cells for cells in lines if cells[0]] == [["1", "Price"], ["3", "StoreID"], ["3", "Month"]]
    assert err.count("\n") == 1
    assert "2 bad rows" in err


def test_bad_rows_are_listed_for_machines_too(roast: Roast, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('[{"StoreID": "S1", "Month": "2026-01", "Price": NaN}]')
    code, out, _ = roast("score", "--rows", path, "--url", server.score_url, "--json")
    assert code == 2
    assert [(problem["row"], problem["field"]) for problem in json.loads(out)["error"]["rows"]] == [
        (0, "Price")
    ]


def test_text_that_looks_like_markup_is_shown_as_it_is(roast: Roast, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('[{"StoreID": "[/b]", "Month": "2026-01"}, {"StoreID": "[red]", "Month": "soon"}]')
    code, out, _ = roast("score", "--rows", path, "--url", server.score_url)
    assert code == 2
    assert '"soon"' in out
    path.write_text('[{"StoreID": "[/b]", "Month": "2026-01"}]')
    code, out, _ = roast("score", "--rows", path, "--url", server.score_url)
    assert code == 0
    assert "[/b]" in out


def test_a_server_that_does_not_run_is_an_error_of_one_line(roast: Roast, rows: Path) -> None:
    code, out, err = roast("score", "--rows", rows, "--url", "http://127.0.0.1:1/score")
    assert (code, out) == (75, "")
    assert "nothing answers at http://127.0.0.1:1/score" in err
    assert err.count("\n") == 1


def test_a_missing_file_is_an_error_of_one_line(roast: Roast, tmp_path: Path) -> None:
    code, out, err = roast("score", "--rows", tmp_path / "absent.csv")
    assert (code, out) == (2, "")
    assert "does not exist" in err
    assert err.count("\n") == 1
