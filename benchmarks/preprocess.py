"""Compares our preprocessing to a pandas version, on a year of real sales: 1.16 million rows.

    python benchmarks/preprocess.py [--rounds 5]

All read the same parquet file, by turns, each in a process of its own so that peak memory is measured for it
alone. pandas computes the recipe with and without shares of categories (by one-hot columns); ours computes it
with shares and validates every row. Nothing here passes or fails: the figures depend on the machine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

IMPORTED = dt.date(2026, 1, 1)
GROUP = ["StoreID", "Country", "City", "MonthYear"]
MEBIBYTE = 1024


def ours(path: Path) -> dict[str, float]:
    """The whole step except for writing its files, and the duration of the validation in it."""
    import polars as pl  # noqa: PLC0415 - each side pays for what it imports, in its own process

    from ml.core import validation  # noqa: PLC0415
    from ml.core.preprocess import preprocess  # noqa: PLC0415

    step = _timed(lambda: preprocess(pl.scan_parquet(path), imported_on=IMPORTED, recipe="extended"))
    check = _timed(lambda: validation.check(pl.scan_parquet(path), imported_on=IMPORTED))
    return step | {"validation": check["seconds"], "validation_cpu": check["cpu"]}


def one_hot(path: Path) -> dict[str, float]:
    """The customer's recipe as written, with one-hot categories before the aggregation."""
    import_module("pandas")  # not timed
    return _timed(lambda: _pandas(path, shares=True))


def plain(path: Path) -> dict[str, float]:
    """The customer's recipe without categories."""
    import_module("pandas")  # not timed
    return _timed(lambda: _pandas(path, shares=False))


def tills(path: Path) -> dict[str, float]:
    """Writes the rows, in a process of its own since a child's peak memory starts at its parent's."""
    from ml.store import frames  # noqa: PLC0415
    from ml.warehouse import completejourney  # noqa: PLC0415

    return _timed(lambda: frames.write(completejourney.sales(), path))


def _pandas(path: Path, *, shares: bool) -> object:
    import pandas as pd  # noqa: PLC0415

    sales = pd.read_parquet(path)
    sales["Date"] = pd.to_datetime(sales["Date"])
    for column in ("Country", "City", "Weather", "Promotion", "Holiday", "Category"):
        usual = sales[column].mode()
        sales[column] = sales[column].fillna(usual[0] if len(usual) else "unknown")
    sales["MonthYear"] = sales["Date"].dt.to_period("M")
    sales["IsWeekend"] = sales["Date"].dt.day_of_week >= 5  # noqa: PLR2004 - Saturday
    sales["Season"] = (sales["Date"].dt.month % 12 // 3).map(
        {0: "Winter", 1: "Spring", 2: "Summer", 3: "Autumn"}
    )
    if shares:
        sales = pd.concat(
            [sales, pd.get_dummies(sales["Category"], prefix="Category", prefix_sep="=")], axis=1
        )
    sales = sales.sort_values("Date")
    aggregations: dict[str, Any] = {
        "QuantitySold": "sum",
        "Price": "mean",
        "IsWeekend": "mean",
        "Season": "last",
    }
    aggregations |= dict.fromkeys(("Weather", "Promotion", "Holiday"), "last")
    aggregations |= dict.fromkeys((c for c in sales.columns if c.startswith("Category=")), "mean")
    return sales.groupby(GROUP).agg(aggregations).reset_index()


SIDES: dict[str, Callable[[Path], dict[str, float]]] = {
    "ours": ours,
    "pandas": plain,
    "pandas, one-hot": one_hot,
}


def _timed(work: Callable[[], object]) -> dict[str, float]:
    start, used = time.perf_counter(), time.process_time()
    work()
    return {
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - used,
        "peak": _peak(),
    }


def _peak() -> float:
    """Peak memory of this process in MiB (the system reports KiB on Linux, bytes on macOS)."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return memory / MEBIBYTE if sys.platform == "linux" else memory / MEBIBYTE**2


def _measure(side: str, path: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--side", side, "--file", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _compare(path: Path, rounds: int) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415

    rows = pq.read_metadata(path).num_rows
    measured: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for turn in range(rounds):
        for side in list(SIDES)[:: 1 if turn % 2 == 0 else -1]:  # none is always the first
            measured[side].append(_measure(side, path))
    medians = {
        side: {name: statistics.median(run[name] for run in runs) for name in runs[0]}
        for side, runs in measured.items()
    }
    mine = medians["ours"]
    print(f"{rows:,} rows, {rounds} rounds in turn, medians")
    for side, each in medians.items():
        times = f"{each['seconds'] / mine['seconds']:.1f} x ours"
        seconds = f"{each['seconds']:6.2f} s, {each['cpu']:6.2f} s of processor"
        print(f"  {side:16}{seconds}, {each['peak']:6,.0f} MiB at most, {times}")
    wall, cpu = (mine[name] / rows * 1e6 for name in ("validation", "validation_cpu"))
    print(f"  validation alone, per million rows: {wall:.2f} s, {cpu:.2f} s of processor")


def main() -> None:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--file", type=Path, help="parquet sales rows instead of the tills")
    parser.add_argument("--side", choices=[*SIDES, "tills"], help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.side:
        print(json.dumps((SIDES | {"tills": tills})[args.side](args.file)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        path: Path = args.file or Path(scratch) / "tills.parquet"
        if not args.file:
            _measure("tills", path)
        _compare(path, args.rounds)


if __name__ == "__main__":
    main()
