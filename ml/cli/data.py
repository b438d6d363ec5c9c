"""Sales for the embedded warehouse: from a file, from a public set, or made up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from ml.cli.lazy import add
from ml.warehouse import completejourney
from ml.warehouse.folder import DEFAULT
from ml.warehouse.load import OnStage
from ml.warehouse.load import load as load_file
from ml.warehouse.record import LoadRecord

app = typer.Typer(
    help="Sales for the embedded warehouse: from a file, from a public set, or made up.",
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
add(app, "sample")


@app.command()
def load(
    source: Annotated[
        str, typer.Argument(help=f"A CSV or parquet file of daily sales, or {completejourney.NAME}.")
    ],
    *,
    warehouse: Annotated[Path, typer.Option(help="The embedded warehouse's folder.")] = DEFAULT,
    encoding: Annotated[str, typer.Option(help="Of a CSV file; it is not guessed.")] = "utf-8",
    as_json: Annotated[bool, typer.Option("--json", help="Print what was loaded as JSON.")] = False,
) -> None:
    """Fill the embedded warehouse from a file or a public set; what was in it is replaced."""
    console = Console(stderr=True)
    with console.status("") as status:

        def on_stage(text: str) -> None:
            status.update(Text(text))
            if not console.is_terminal:
                console.print(Text(text), soft_wrap=True)

        record = _load(source, warehouse, encoding, on_stage)
    for line in _remarks(record):
        console.print(Text(line), soft_wrap=True)
    if as_json:
        typer.echo(json.dumps(record.model_dump(mode="json") | {"warehouse": str(warehouse)}))
    else:
        typer.echo(f"{record.rows:,} rows of {record.source} in {warehouse}")


def _load(source: str, warehouse: Path, encoding: str, on_stage: OnStage) -> LoadRecord:
    if source == completejourney.NAME:
        return completejourney.load_sales(warehouse, on_stage=on_stage)
    return load_file(source, warehouse, encoding=encoding, on_stage=on_stage)


def _remarks(record: LoadRecord) -> list[str]:
    remarks = [
        f"warning: {column} is loaded as text, because {value!r} is among its values; "
        "rows like it will be set aside when the sales are checked"
        for column, value in record.as_text.items()
    ]
    if record.ignored:
        remarks.append(f"left out, because no step uses them: {', '.join(record.ignored)}")
    return remarks
