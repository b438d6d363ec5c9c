"""The format of a sales file, its columns and delimiter, and whether it can be read."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError
from ml.store.regular import regular_file
from ml.warehouse.contract import check_types

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_BLOCK = 1 << 20
_PARQUET = b"PAR1"
_NOT_TEXT = {
    b"PK\x03\x04": "a spreadsheet or a zip archive",
    b"\xd0\xcf\x11\xe0": "a spreadsheet",
    b"\x1f\x8b": "compressed by gzip",
}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How to read a file. `path` may be a copy of the user's file: in UTF-8, with a plain header."""

    path: Path
    kind: Literal["csv", "parquet"]
    columns: tuple[str, ...]
    """As they are spelled in the file, in their order."""
    delimiter: str = ","
    header_lines: int = 1
    """Of the user's file; in a copy the header has one."""
    zones: Mapping[str, str] = field(default_factory=dict[str, str])
    """Time zone of each timestamp column of a parquet file that has one, by its name in the file."""

    def named(self) -> dict[str, str]:
        """By sales column, the name of it in the file."""
        folded = {column.strip().casefold(): column for column in self.columns}
        return {name: folded[name.casefold()] for name in RAW_COLUMNS if name.casefold() in folded}

    def numbered(self) -> list[str]:
        """A name per column of a CSV file, by its position: those in the file may be empty or equal."""
        return [f"c{index}" for index in range(len(self.columns))]

    def engine_names(self) -> dict[str, str]:
        """By sales column, the name by which the engine knows it."""
        if self.kind == "parquet":
            return self.named()
        return {ours: self.numbered()[self.columns.index(theirs)] for ours, theirs in self.named().items()}

    def ignored(self) -> tuple[str, ...]:
        """The columns that are not sales columns; one without a name by its position."""
        used = set(self.named().values())
        return tuple(
            column if column.strip() else f"column {position} (without a name)"
            for position, column in enumerate(self.columns, 1)
            if column not in used
        )


@contextmanager
def opened(path: Path, encoding: str, scratch: Path) -> Generator[Layout]:
    """Yields the layout of a CSV or parquet file that has all sales columns.

    Args:
        path: the file.
        encoding: of a CSV file. It is not guessed: a wrong guess would corrupt the names of cities unnoticed.
        scratch: an existing folder for a copy.

    Raises:
        InputError: it is absent, empty, truncated, of another format or encoding, or lacks a column.
    """
    head = _head(path)
    if head.startswith(_PARQUET) or path.suffix.lower() == ".parquet":
        yield _parquet(path)
        return
    for magic, kind in _NOT_TEXT.items():
        if head.startswith(magic):
            raise InputError(f"{path} is {kind}", "save it as CSV (UTF-8) or parquet")
    with TemporaryDirectory(dir=scratch) as folder:
        if _utf8(encoding):
            _check_utf8(path)
            text = path
        else:
            text = _converted(path, encoding, Path(folder) / "utf-8.csv")
        layout = _checked(_csv(text), path)
        yield layout if _engine_reads(layout) else _with_plain_header(layout, Path(folder) / "rows.csv")


def _head(path: Path) -> bytes:
    try:
        with regular_file(path).open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    if not head:
        raise InputError(f"{path} is empty", "expected a header and rows, or parquet")
    return head


def _parquet(path: Path) -> Layout:
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            f"{path} is not a complete parquet file: {str(error).splitlines()[0]}", "copy or write it again"
        ) from None
    layout = _checked(Layout(path=path, kind="parquet", columns=tuple(schema.names)), path)
    kinds = {ours: schema.field(theirs).type for ours, theirs in layout.named().items()}
    check_types(path, kinds)
    zones = {
        layout.named()[ours]: kind.tz
        for ours, kind in kinds.items()
        if pa.types.is_timestamp(kind) and kind.tz is not None
    }
    return replace(layout, zones=zones)


def _csv(path: Path) -> Layout:
    with path.open(encoding="utf-8-sig", newline="") as file:
        start = file.read(_BLOCK)
    wanted = {name.casefold() for name in RAW_COLUMNS}

    def cells(delimiter: str) -> list[str]:
        # A name may be quoted and hold a line break, so the header is not always the first line.
        reader = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
        try:
            return next(reader, [])
        except csv.Error:
            return []

    def fitting(delimiter: str) -> int:
        return len({cell.strip().casefold() for cell in cells(delimiter)} & wanted)

    delimiter = max(DELIMITERS, key=fitting)
    if not fitting(delimiter):
        first = (start.splitlines() or [""])[0]
        if len(first) > csv.field_size_limit():
            raise InputError(
                f"{path}: the first line has {len(first):,} characters or more",
                f"expected a header whose names have at most {csv.field_size_limit():,} each",
            )
        raise InputError(
            f"{path}: there is no sales column in the first line {first.strip()[:80]!r}",
            f"expected a header with {', '.join(RAW_COLUMNS)}, by {' or '.join(DELIMITERS.values())}",
        )
    return Layout(path=path, kind="csv", columns=tuple(cells(delimiter)), delimiter=delimiter)


def _engine_reads(layout: Layout) -> bool:
    """Whether DuckDB finds the end of the header; where a name holds a mark of the format, it may not."""
    marks = {layout.delimiter, '"', "\n", "\r"}
    return not any(marks & set(column) for column in layout.columns)


def _with_plain_header(layout: Layout, copy: Path) -> Layout:
    """A copy whose columns have numbers for names, with the line ends of the file."""
    with (
        layout.path.open(encoding="utf-8-sig", newline="") as file,
        copy.open("w", encoding="utf-8", newline="") as out,
    ):
        start = file.read(_BLOCK)
        text = io.StringIO(start, newline="")
        reader = csv.reader(text, delimiter=layout.delimiter)
        next(reader)
        header = start[: text.tell()]
        out.write(layout.delimiter.join(layout.numbered()))
        out.write(header[len(header.rstrip("\r\n")) :])
        block = start[text.tell() :]
        while block:
            out.write(block)
            block = file.read(_BLOCK)
    return replace(layout, path=copy, header_lines=reader.line_num)


def _checked(layout: Layout, path: Path) -> Layout:
    folded = [column.strip().casefold() for column in layout.columns]
    twice = [name for name in RAW_COLUMNS if folded.count(name.casefold()) > 1]
    if twice:
        raise InputError(
            f"{path} has the column {', '.join(twice)} twice", "names are compared without regard to case"
        )
    named = layout.named()
    missing = [name for name in RAW_COLUMNS if name not in named]
    if missing:
        raise InputError(
            f"{path} lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}",
            f"it has: {', '.join(layout.columns)}",
        )
    return layout


def _utf8(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")
    except LookupError:
        raise InputError(f"{encoding!r} is not a known encoding", "such as utf-8, cp1252, utf-16") from None


def _check_utf8(path: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                raise InputError(
                    f"{path} is not UTF-8: byte 0x{error.object[error.start]:02x} in line {line}",
                    "name its encoding, such as --encoding cp1252 or --encoding utf-16, or save it as UTF-8",
                ) from None
            line += block.count(b"\n")
        if decoder.getstate()[0]:
            raise InputError(
                f"{path} ends in the middle of a character", "the file is truncated; copy it again"
            )


def _converted(path: Path, encoding: str, copy: Path) -> Path:
    try:
        with (
            path.open(encoding=encoding, newline="") as file,
            copy.open("w", encoding="utf-8", newline="") as out,
        ):
            while block := file.read(_BLOCK):
                out.write(block)
    except UnicodeError as error:
        raise InputError(
            f"{path} is not {encoding}: {error}", "name another encoding with --encoding"
        ) from None
    return copy
