"""The ways in which programs write the same table as parquet: types, order, names, row groups."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from ml.core.schema import RAW_COLUMNS
from tests.ml.fuzz.dialects import BLANKS, DATES, NAMES, NUMBERS, File
from tests.ml.fuzz.tables import Cell, Table

ZONES = ("UTC", "America/Toronto", "Pacific/Auckland", "Asia/Kolkata", "+05:30", "-08:00", "+14:00")
TEXTS: tuple[pa.DataType, ...] = (pa.string(), pa.large_string(), pa.string_view())
REFUSED: tuple[tuple[str, pa.DataType], ...] = (
    ("QuantitySold", pa.duration("us")),
    ("QuantitySold", pa.date32()),
    ("Price", pa.bool_()),
    ("Price", pa.list_(pa.float64())),
    ("City", pa.struct([("name", pa.string())])),
    ("City", pa.binary()),
    ("StoreID", pa.timestamp("us")),
    ("Date", pa.time64("us")),
    ("Date", pa.float64()),
)
UNUSED: tuple[tuple[pa.DataType, object], ...] = (
    (pa.duration("us"), dt.timedelta(1)),
    (pa.list_(pa.int64()), [1]),
    (pa.struct([("a", pa.int64())]), {"a": 1}),
    (pa.binary(), b"\xff"),
    (pa.string(), "x"),
    (pa.null(), None),
)


@st.composite
def parquet_files(draw: st.DrawFn, table: Table) -> File:
    """The table as parquet; rows that break a rule make their columns text."""
    rows = draw(st.permutations([*table.clean, *table.noise]))
    columns: list[tuple[str, pa.Array]] = []
    for name in RAW_COLUMNS:
        cells = [row[name] for row in rows]
        columns.append((draw(st.sampled_from(NAMES))(name), _column(draw, name, cells)))
    refused = draw(st.integers(0, 15)) == 15
    if refused:
        name, kind = draw(st.sampled_from(REFUSED))
        index = RAW_COLUMNS.index(name)
        columns[index] = (columns[index][0], pa.nulls(len(rows), kind))
    for _ in range(draw(st.sampled_from([0, 0, 1, 3]))):
        kind, value = draw(st.sampled_from(UNUSED))
        unused = draw(st.sampled_from(["", " ", "Foo", "foo", 'q"q', "a.b", "é", "file_row_number"]))
        columns.append((unused, pa.array([value] * len(rows), kind)))
    columns = draw(st.permutations(columns))
    data = pa.Table.from_arrays([array for _, array in columns], names=[name for name, _ in columns])
    out = io.BytesIO()
    pq.write_table(
        data,
        out,
        row_group_size=draw(st.sampled_from([1, 2, 1000])),
        compression=draw(st.sampled_from(["none", "snappy", "zstd", "gzip"])),
        use_dictionary=draw(st.booleans()),
        version=draw(st.sampled_from(["1.0", "2.4", "2.6"])),
    )
    content = out.getvalue()
    if not refused and draw(st.integers(0, 15)) == 15:
        return File(
            content=content[: draw(st.integers(1, len(content) - 1))],
            encoding="utf-8",
            certain=False,
            expected="cut",
        )
    return File(content=content, encoding="utf-8", certain=not refused, expected="type" if refused else "")


def _column(draw: st.DrawFn, name: str, cells: Sequence[Cell]) -> pa.Array:
    days = [cell for cell in cells if isinstance(cell, dt.date)]
    numbers = [cell for cell in cells if isinstance(cell, Decimal)]
    if name == "Date" and len(days) == len(cells):
        return _dates(draw, days)
    if name in ("QuantitySold", "Price") and len(numbers) == len(cells) - cells.count(None):
        return _numbers(draw, [cell if isinstance(cell, Decimal) else None for cell in cells])
    if cells.count(None) == len(cells) and draw(st.booleans()):
        return pa.nulls(len(cells))
    texts = [_as_text(draw, cell) for cell in cells]
    kind = draw(st.sampled_from(TEXTS))
    if draw(st.integers(0, 3)) == 3:
        return pa.array(texts, pa.string()).dictionary_encode()
    return pa.array(texts, kind)


def _as_text(draw: st.DrawFn, cell: Cell) -> str | None:
    if isinstance(cell, dt.date):
        return DATES[draw(st.sampled_from(sorted(DATES)))](cell)
    if isinstance(cell, Decimal):
        return NUMBERS[draw(st.sampled_from(sorted(NUMBERS)))](cell)
    return draw(st.none() | st.sampled_from(BLANKS)) if cell is None else cell


def _dates(draw: st.DrawFn, days: Sequence[dt.date]) -> pa.Array:
    noon = [
        dt.datetime.combine(day, draw(st.sampled_from([dt.time(0), dt.time(23, 59, 59)]))) for day in days
    ]
    digits = [int(f"{day:%Y%m%d}") for day in days]
    zone = draw(st.sampled_from(ZONES))
    unit = draw(st.sampled_from(["s", "ms", "us", "ns"]))
    ways: list[Callable[[], pa.Array]] = [
        lambda: pa.array(days, pa.date32()),
        lambda: pa.array(days, pa.date64()),
        lambda: pa.array(noon, pa.timestamp(unit)),
        lambda: _zoned(noon, unit, zone),
        lambda: pa.array(digits, draw(st.sampled_from([pa.int32(), pa.int64(), pa.uint32()]))),
        lambda: pa.array([_as_text(draw, day) for day in days], draw(st.sampled_from(TEXTS))),
        lambda: pa.array([day.isoformat() for day in days]).dictionary_encode(),
    ]
    return draw(st.sampled_from(ways))()


def _zoned(local: Sequence[dt.datetime], unit: str, zone: str) -> pa.Array:
    sign = -1 if zone.startswith("-") else 1
    offset = dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[4:])) * sign if zone[0] in "+-" else None
    zone_info = ZoneInfo(zone) if offset is None else dt.timezone(offset)
    # Not `pa.array` of aware moments: depending on what else is imported it takes them for UTC.
    moments = [moment.replace(tzinfo=zone_info).astimezone(dt.UTC).replace(tzinfo=None) for moment in local]
    return pa.array(moments, pa.timestamp(unit)).view(pa.timestamp(unit, tz=zone))


def _numbers(draw: st.DrawFn, numbers: Sequence[Decimal | None]) -> pa.Array:
    floats = [None if number is None else float(number) for number in numbers]
    ways: list[Callable[[], pa.Array]] = [
        lambda: pa.array(floats, pa.float64()),
        lambda: pa.array([float("nan") if number is None else number for number in floats], pa.float64()),
        lambda: pa.array(numbers, pa.decimal128(38, 4)),
        lambda: pa.array([_as_text(draw, number) for number in numbers], draw(st.sampled_from(TEXTS))),
    ]
    if all(number is None or number == int(number) for number in numbers):
        whole = [None if number is None else int(number) for number in numbers]
        small = max((abs(number) for number in whole if number is not None), default=0) < 2**15
        kinds = [pa.int64(), *([pa.int16(), pa.int32(), pa.float32(), pa.float16()][: 4 if small else 0])]
        kind = draw(st.sampled_from([k for k in kinds if k != pa.float16()]))
        ways.append(
            lambda: pa.array(
                [float(n) if n is not None and pa.types.is_floating(kind) else n for n in whole], kind
            )
        )
    return draw(st.sampled_from(ways))()
