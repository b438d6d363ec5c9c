"""`roast data load`: sales into the embedded warehouse, from a file or from a public set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ml.cli.options import Encoding, Json
from ml.option_values import COMPLETEJOURNEY
from ml.warehouse.folder import DEFAULT

if TYPE_CHECKING:
    from ml.warehouse.load import OnStage
    from ml.warehouse.record import LoadRecord


def load(
    source: Annotated[
        str, typer.Argument(help=f"A CSV or parquet file of daily sales, or {COMPLETEJOURNEY}.")
    ],
    *,
    warehouse: Annotated[Path, typer.Option(help="The embedded warehouse's folder.")] = DEFAULT,
    encoding: Encoding = "utf-8",
    as_json: Json = False,
) -> None:
    """Fill the embedded warehouse from a file or a public set; what was in it is replaced."""
    from rich.console import Console
    from rich.text import Text

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
    from ml.warehouse import completejourney
    from ml.warehouse import load as loading

    if source == COMPLETEJOURNEY:
        return completejourney.load_sales(warehouse, on_stage=on_stage)
    return loading.load(source, warehouse, encoding=encoding, on_stage=on_stage)


def _remarks(record: LoadRecord) -> list[str]:
    remarks = [
        f"warning: {column} is loaded as text, because {value!r} is among its values; "
        "rows like it will be set aside when the sales are checked"
        for column, value in record.as_text.items()
    ]
    if record.ignored:
        remarks.append(f"left out, because no step uses them: {', '.join(record.ignored)}")
    return remarks
