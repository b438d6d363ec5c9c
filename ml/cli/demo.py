"""`roast demo`: made-up sales to a served forecast, in a couple of minutes."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ml.cli.forecast import forecast
from ml.cli.sample import sample
from ml.pipeline import PIPELINE

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console
    from rich.table import Table

STORES = 12
YEARS = 3


def demo(*, out: Annotated[Path, typer.Option(help="Folder of the demo.")] = Path("out/demo")) -> None:
    """Show the whole pipeline: sample sales, run, forecast, serve, one request, report."""
    from rich.console import Console
    from rich.panel import Panel

    from ml.cli.local_run import execute, summary
    from ml.cli.progress import progress
    from ml.store import frames

    console = Console(highlight=False)
    started = time.perf_counter()
    defaults = {name: param.default for name, param in PIPELINE.params.items()}
    with _stage(console, f"1/5 sample: {STORES} coffee shops in three countries, {YEARS} years of days"):
        sales = out / "sales.csv"
        sample(stores=STORES, years=YEARS, out=sales)
    with _stage(console, "2/5 run: from the warehouse to a registered model and a report"):
        with progress([node.step.name for node in PIPELINE.nodes], console) as display:
            record = execute(str(sales), out, {}, display=display)
        result = summary(record, out)
    with _stage(console, "3/5 forecast: the months to come"):
        forecast(months=int(str(defaults["horizon"])), run=out)
        forecasts = frames.read_polars(out / "forecast" / "forecast.parquet")
    with _stage(console, "4/5 serve, and 5/5 ask"):
        row = _first_row(forecasts)
        answer = _ask(console, out, str(defaults["registered_model"]), row)
    console.print(
        Panel(
            _conclusion(result, forecasts, row, answer, out),
            title=f"done in {time.perf_counter() - started:.0f} s",
            border_style="green",
        )
    )


@contextmanager
def _stage(console: Console, title: str) -> Generator[None]:
    from rich.text import Text

    console.print()
    console.rule(Text(title, "bold"), align="left", characters="─")
    started = time.perf_counter()
    yield
    console.print(Text(f"{time.perf_counter() - started:.1f} s", "dim"), justify="right")


def _first_row(forecasts: pl.DataFrame) -> dict[str, str]:
    """A request: the first store's first month."""
    first = forecasts.row(0, named=True)
    return {"StoreID": first["StoreID"], "Month": f"{first['Month']:%Y-%m}"}


def _ask(console: Console, out: Path, name: str, row: dict[str, str]) -> dict[str, Any]:
    from rich.text import Text

    from ml.cli.model import chosen_model
    from ml.serving import client
    from ml.serving.server import serving

    chosen = chosen_model(out, None, name)
    log = out / "logs" / "serve.log"
    with serving(chosen.folder, log=log, name=chosen.name, version=chosen.version) as server:
        console.print(Text(f"serving {chosen.label} at {server.score_url}"))
        answer = client.score(server.score_url, [row])
    console.print(Text(f"asked:    {json.dumps(row)}"))
    console.print(Text(f"answered: {json.dumps(answer['predictions'][0])}"), soft_wrap=True)
    return answer


def _conclusion(
    result: dict[str, Any], forecasts: pl.DataFrame, row: dict[str, str], answer: dict[str, Any], out: Path
) -> Table:
    from rich.table import Table
    from rich.text import Text

    from ml.cli.local_run import format_outcome

    prediction = answer["predictions"][0]
    lower, upper = prediction["Lower"], prediction["Upper"]
    interval = f", {lower:,.0f} to {upper:,.0f}" if lower is not None else ""
    months = forecasts["Month"]
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in (
        ("verdict", f"{result['verdict']['reason']} ({format_outcome(result['registration'])})"),
        (
            "forecast",
            f"{forecasts.height} rows, {months.min():%Y-%m} to {months.max():%Y-%m}: {out / 'forecast'}",
        ),
        ("request", f"{row['StoreID']} in {row['Month']}: {prediction['QuantitySold']:,.0f}{interval}"),
        ("report", result["report"]),
        ("next", f"roast serve --run {out}, then roast score --rows FILE; roast run --data YOUR_FILE"),
    ):
        table.add_row(name, Text(text))
    return table
