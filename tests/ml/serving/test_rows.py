from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml.errors import InputError
from ml.serving.rows import read_rows


def written(folder: Path, content: str | bytes, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_csv_rows_keep_text_as_it_is_and_leave_out_what_is_empty(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "storeid,MONTH,City,Price,Holiday\r\n007,2026-12,León,3.50,None\r\n\r\nS2,2026-11,,,\r\n",
    )
    assert read_rows(path) == [
        {"StoreID": "007", "Month": "2026-12", "City": "León", "Price": 3.5, "Holiday": "None"},
        {"StoreID": "S2", "Month": "2026-11"},
    ]


def test_a_csv_of_excel_with_byte_order_mark_and_quotes_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, '\ufeffStoreID,Month,City\n"S,1",2026-12,"San ""Luis"""\n')
    assert read_rows(path) == [{"StoreID": "S,1", "Month": "2026-12", "City": 'San "Luis"'}]


@pytest.mark.parametrize("price", ["three", "nan", "1e999", "3,5"])
def test_a_price_that_is_no_number_goes_to_the_endpoint_as_it_is(tmp_path: Path, price: str) -> None:
    path = written(tmp_path, f'StoreID,Month,Price\nS1,2026-12,"{price}"\n')
    assert read_rows(path)[0]["Price"] == price


@pytest.mark.parametrize(
    "text", ['[{"storeid": "S1", "month": "2026-12"}]', '{"rows": [{"StoreID": "S1", "Month": "2026-12"}]}']
)
def test_json_rows_are_a_list_or_stand_under_rows(tmp_path: Path, text: str) -> None:
    assert read_rows(written(tmp_path, text, "rows.json")) == [{"StoreID": "S1", "Month": "2026-12"}]


def test_json_numbers_that_no_request_can_carry_go_as_text(tmp_path: Path) -> None:
    text = '[{"Price": NaN}, {"Price": -Infinity}, {"Price": 1e999}, {"Weather": [NaN]}, {"Price": 2.5}]'
    rows = read_rows(written(tmp_path, text))
    assert rows == [
        {"Price": "NaN"},
        {"Price": "-Infinity"},
        {"Price": "1e999"},
        {"Weather": ["NaN"]},
        {"Price": 2.5},
    ]
    json.dumps(rows, allow_nan=False)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("StoreID,Month\n", "has no rows"),
        ("[]", "has no rows"),
        (
            "StoreID;Month\nS1;2026-12\n",
            "lacks the column StoreID (comma-separated columns found: StoreID;Month)",
        ),
        ("StoreID,City\nS1,Quito\n", "lacks the column Month"),
        ("StoreID,Month,month\nS1,2026-12,2026-11\n", "names a column twice"),
        ("StoreID,Month\nS1,2026-12\nS2\n", "row 2: has 1 cells for 2 columns"),
        ('StoreID,Month\n"S1,2026-12\n', "unexpected end of data"),
        (b"StoreID,Month,City\nS1,2026-12,Le\xf3n\n", "not in UTF-8: byte 32"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"rows": 3}', "holds no list of rows"),
        ("[1, 2]", "holds no list of rows"),
    ],
)
def test_a_file_that_holds_no_rows_is_refused_in_one_line(
    tmp_path: Path, content: str | bytes, says: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(InputError) as caught:
        read_rows(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_rows(tmp_path / "absent.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_rows(tmp_path)
