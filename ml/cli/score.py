"""`roast score`: asks an endpoint for forecasts of the rows of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ml.cli.options import Json
from ml.option_values import BATCH, MAX_ROWS
from ml.serving.server import DEFAULT_PORT, HOST

if TYPE_CHECKING:
    from ml.serving.request import RequestRefusedError

_SHOWN = 50


def score(
    *,
    rows: Annotated[Path, typer.Option(help="CSV or JSON rows: StoreID and Month, and what else is known.")],
    url: Annotated[
        str, typer.Option(help="Address that takes the rows.")
    ] = f"http://{HOST}:{DEFAULT_PORT}/score",
    batch: Annotated[int, typer.Option(min=1, max=MAX_ROWS, help="Rows per request.")] = BATCH,
    key: Annotated[
        str | None,
        typer.Option(envvar="ROAST_ENDPOINT_KEY", help="Key or token of an endpoint in the cloud."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the forecast of each row, or every bad row with its field and the reason."""
    from ml.serving import client
    from ml.serving.request import RequestRefusedError
    from ml.serving.rows import read_rows

    try:
        answer = client.score(url, read_rows(rows), batch=batch, key=key)
    except RequestRefusedError as error:
        _print_problems(error, as_json=as_json)
        raise
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _print_answer(answer)


def _print_answer(answer: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    predictions, model = answer["predictions"], answer["model"]
    version = f" version {model['version']}" if model["version"] else ""
    table = Table(title=Text(f"{model['name']}{version}"), title_justify="left")
    for name in ("StoreID", "Month"):
        table.add_column(name, overflow="fold")
    for name in ("QuantitySold", "Lower", "Upper"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Fallback", no_wrap=True)
    table.add_column("Warnings")
    for prediction in predictions[:_SHOWN]:
        numbers = (prediction["QuantitySold"], prediction["Lower"], prediction["Upper"])
        table.add_row(
            Text(prediction["StoreID"]),
            Text(prediction["Month"]),
            *("" if number is None else f"{number:,.1f}" for number in numbers),
            Text(prediction["Fallback"] or ""),
            Text("; ".join(prediction["Warnings"])),
        )
    console = Console()
    console.print(table)
    if len(predictions) > _SHOWN:
        console.print(f"and {len(predictions) - _SHOWN} more: --json prints all", highlight=False)


def _print_problems(error: RequestRefusedError, *, as_json: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if as_json:
        typer.echo(json.dumps(error.body(), ensure_ascii=False))
        return
    if not error.rows:
        return
    table = Table("Row", "Field", "Reason", "Value", title="bad rows, counted from 1", title_justify="left")
    for problem in error.rows[:_SHOWN]:
        value = "" if problem.value is None else json.dumps(problem.value, ensure_ascii=False)
        table.add_row(str(problem.row + 1), Text(problem.field), Text(problem.reason), Text(value))
    Console().print(table)
