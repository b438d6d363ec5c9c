"""Sales files: how they are laid out, and what is wrong with those that are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError
from ml.warehouse.files import Layout, opened

WriteCsv = Callable[..., Path]


def layout(path: Path, encoding: str = "utf-8") -> Layout:
    with opened(path, encoding, path.parent) as layout_:
        return layout_


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_delimiters_and_a_byte_order_mark_are_found_out(
    delimiter: str, encoding: str, write_csv: WriteCsv
) -> None:
    csv = layout(write_csv(header=delimiter.join(RAW_COLUMNS), encoding=encoding))
    assert (csv.delimiter, csv.columns) == (delimiter, RAW_COLUMNS)


def test_the_delimiter_that_names_most_columns_wins(write_csv: WriteCsv) -> None:
    csv = layout(write_csv(header=";".join((*RAW_COLUMNS, "a,b", "StoreID,Date"))))
    assert csv.delimiter == ";"


def test_columns_match_without_regard_to_case_and_spaces(write_csv: WriteCsv) -> None:
    csv = layout(write_csv(header=",".join(f" {name.upper()}" for name in RAW_COLUMNS)))
    assert csv.named() == {name: f" {name.upper()}" for name in RAW_COLUMNS}


def test_an_unnamed_encoding_is_refused_with_line_and_remedy(write_csv: WriteCsv) -> None:
    path = write_csv("1,Canada,Toronto", "2,Canada,Montréal", encoding="cp1252")
    with pytest.raises(InputError, match=r"sales.csv is not UTF-8: byte 0xe9 in line 3 .*--encoding cp1252"):
        layout(path)


def test_the_line_is_counted_across_the_blocks_of_a_large_file(write_csv: WriteCsv) -> None:
    rows = ["1,Canada,Toronto," + "x" * 80] * 30_000  # 3 MB: three blocks
    path = write_csv(*rows, "2,Canada,Montréal", encoding="cp1252")
    with pytest.raises(InputError, match="in line 30002 "):
        layout(path)


def test_a_character_may_lie_across_two_blocks(write_csv: WriteCsv) -> None:
    header = ",".join(RAW_COLUMNS)
    path = write_csv("x" * ((1 << 20) - len(header) - 2) + "é")
    assert path.read_bytes()[1 << 20 :].startswith(b"\xa9")
    assert layout(path).columns == RAW_COLUMNS


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "latin-1"])
def test_a_named_encoding_is_read_as_a_copy_that_does_not_stay(
    encoding: str, write_csv: WriteCsv, tmp_path: Path
) -> None:
    path = write_csv(encoding=encoding)
    with opened(path, encoding, tmp_path) as csv:
        assert "Montréal" in csv.path.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [path]


def test_a_wrong_or_unknown_encoding_is_named(write_csv: WriteCsv) -> None:
    with pytest.raises(InputError, match=r"sales.csv is not utf-16"):
        layout(write_csv(), "utf-16")
    with pytest.raises(InputError, match="'klingon' is not a known encoding"):
        layout(write_csv(), "klingon")


def test_a_file_that_ends_inside_a_character_was_cut_off(write_csv: WriteCsv) -> None:
    path = write_csv("é")
    path.write_bytes(path.read_bytes().rstrip(b"\n")[:-1])
    with pytest.raises(InputError, match="ends in the middle of a character"):
        layout(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "sales.csv is empty"),
        (b"\n\n", "there is no sales column in the first line ''"),
        (b"StoreID,Date\n1,2\n", "lacks the columns Country, City, Category, .* \\(it has: StoreID, Date\\)"),
        (",".join((*RAW_COLUMNS, "CITY")).encode() + b"\n", "has the column City twice"),
        (
            ":".join(RAW_COLUMNS).encode(),
            "no sales column in the first line 'StoreID:.*comma or semicolon or tab or bar",
        ),
        (b"PK\x03\x04....", "is a spreadsheet"),
        (b"\x1f\x8b....", "is compressed by gzip"),
        (b"PAR1", "is not a complete parquet file"),
    ],
)
def test_a_file_that_cannot_be_sales_is_named(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        layout(tmp_path / "sales.csv")
    assert "\n" not in str(caught.value)


def test_a_single_missing_column_is_named(write_csv: WriteCsv) -> None:
    with pytest.raises(InputError, match=r"sales.csv lacks the column Holiday \(it has: StoreID, "):
        layout(write_csv(header=",".join(RAW_COLUMNS[:-1])))


def test_an_absent_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent.csv does not exist"):
        layout(tmp_path / "absent.csv")
    with pytest.raises(InputError, match="is a folder"):
        layout(tmp_path)


@pytest.mark.parametrize("length", [4, 1000, -1])
def test_a_parquet_that_was_cut_off_is_named(length: int, stallion: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.parquet"
    path.write_bytes(stallion.read_bytes()[:length])
    with pytest.raises(InputError, match=r"cut.parquet is not a complete parquet file") as caught:
        layout(path)
    assert "\n" not in str(caught.value)


def test_a_header_that_is_too_long_is_called_that(tmp_path: Path) -> None:
    for length in (131_073, 3_000_000):
        (tmp_path / "sales.csv").write_text("x" * length + "\n1\n")
        with pytest.raises(InputError, match=r"the first line has 1[,0-9]+ characters or more"):
            layout(tmp_path / "sales.csv")
