"""`roast run`: the whole pipeline on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ml.cli.options import Encoding, Json
from ml.cli.parameters import takes_parameters_of
from ml.errors import InputError, MLError
from ml.pipeline import PIPELINE
from ml.spec import Scalar

if TYPE_CHECKING:
    from rich.console import Console


@takes_parameters_of(PIPELINE, several=["model"])
def run(
    *,
    data: Annotated[
        str | None,
        typer.Option(
            help="Sales to load: CSV, parquet, or completejourney.", metavar="FILE", show_default=False
        ),
    ] = None,
    snowflake: Annotated[
        bool,
        typer.Option("--snowflake", help="Import from Snowflake (SNOWFLAKE_*), or from `roast data load`."),
    ] = False,
    out: Annotated[
        Path, typer.Option(help="Folder of the run; what is in it and still valid is not made again.")
    ] = Path("out"),
    encoding: Encoding = "utf-8",
    accept_quarantine: Annotated[
        bool, typer.Option("--accept-quarantine", help="Go on however many rows are set aside.")
    ] = False,
    as_json: Json = False,
    params: dict[str, Scalar],
) -> None:
    """Run the pipeline on this machine: sales to a registered forecast with a report."""
    if (data is None) == (not snowflake):
        raise InputError("give either --data FILE or --snowflake", "one of them names the sales")
    if accept_quarantine:
        params["quarantine_limit"] = 1.0

    from rich.console import Console
    from rich.text import Text

    from ml.cli.local_run import execute, summary
    from ml.cli.progress import progress
    from ml.local.failures import StepFailedError

    console = Console(stderr=True, highlight=False)
    try:
        with progress([node.step.name for node in PIPELINE.nodes], console) as display:
            record = execute(data, out, params, encoding=encoding, display=display)
    except MLError as error:
        if isinstance(error, StepFailedError):
            console.print(Text("\n".join(f"  {line}" for line in error.lines), "dim"))
        if as_json:
            typer.echo(json.dumps(_failure(error, out)))
        raise
    result = summary(record, out)
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        _print_result(result, Console(highlight=False))


def _print_result(result: dict[str, Any], console: Console) -> None:
    """The end of a run, for people: warnings, verdict, report."""
    from rich.text import Text

    from ml.cli.local_run import format_outcome

    for warning in result["warnings"]:
        console.print(Text(f"warning: {warning}", "yellow"), soft_wrap=True)
    verdict = f"{result['verdict']['reason']} ({format_outcome(result['registration'])})"
    console.print(Text.assemble(("verdict: ", "bold"), verdict), soft_wrap=True)
    console.print(Text.assemble(("report: ", "bold"), result["report"]), soft_wrap=True)


def _failure(error: MLError, out: Path) -> dict[str, Any]:
    return {
        "state": "failed",
        "out": str(out.resolve()),
        "exit_code": error.exit_code,
        "error": error.message,
        "hint": error.hint,
    }
