"""`roast score`: asks an endpoint for forecasts of the rows of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ml.serving import client
from ml.serving.contract import MAX_ROWS
from ml.serving.request import Refused
from ml.serving.rows import read_rows
from ml.serving.server import DEFAULT_PORT, HOST

_SHOWN = 50


def score(
    *,
    rows: Annotated[Path, typer.Option(help="CSV or JSON rows: StoreID and Month, and what else is known.")],
    url: Annotated[str, typer.Option(help="Where rows are posted.")] = f"http://{HOST}:{DEFAULT_PORT}/score",
    batch: Annotated[int, typer.Option(min=1, max=MAX_ROWS, help="Rows per request.")] = client.BATCH,
    key: Annotated[
        str | None,
        typer.Option(envvar="ROAST_ENDPOINT_KEY", help="Key or token of an endpoint in the cloud."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Prints the forecast of each row, or every bad row with its field and the reason."""
    try:
        answer = client.score(url, read_rows(rows), batch=batch, key=key)
    except Refused as refused:
        _show_problems(refused, as_json=as_json)
        raise
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _show(answer)


def _show(answer: dict[str, Any]) -> None:
    predictions, model = answer["predictions"], answer["model"]
    version = f" version {model['version']}" if model["version"] else ""
    table = Table(title=Text(f"{model['name']}{version}"), title_justify="left")
    for name in ("StoreID", "Month"):
        table.add_column(name, overflow="fold")
    for name in ("QuantitySold", "Lower", "Upper"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Fallback", no_wrap=True)
    table.add_column("Warnings")
    for one in predictions[:_SHOWN]:
        numbers = (one["QuantitySold"], one["Lower"], one["Upper"])
        table.add_row(
            Text(one["StoreID"]),
            Text(one["Month"]),
            *("" if x is None else f"{x:,.1f}" for x in numbers),
            Text(one["Fallback"] or ""),
            Text("; ".join(one["Warnings"])),
        )
    console = Console()
    console.print(table)
    if len(predictions) > _SHOWN:
        console.print(f"and {len(predictions) - _SHOWN} more: --json prints all", highlight=False)


def _show_problems(refused: Refused, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(refused.body(), ensure_ascii=False))
        return
    if not refused.rows:
        return
    table = Table("Row", "Field", "Reason", "Value", title="bad rows, counted from 1", title_justify="left")
    for one in refused.rows[:_SHOWN]:
        value = "" if one.value is None else json.dumps(one.value, ensure_ascii=False)
        table.add_row(str(one.row + 1), Text(one.field), Text(one.reason), Text(value))
    Console().print(table)
