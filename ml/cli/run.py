"""`roast run`: the whole pipeline on this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from ml.cli.headlines import read
from ml.cli.parameters import takes_parameters_of
from ml.cli.progress import Progress, progress
from ml.core import models
from ml.errors import InputError, MLError
from ml.local import runner, source, tracking
from ml.local.contract import Event, Outside
from ml.local.failures import StepFailed
from ml.local.records import RunRecord
from ml.pipeline import IMPORT, PIPELINE, REGISTER
from ml.spec import Scalar
from ml.store.atomic import whole_file
from ml.store.tracking import URI

REPORT = "report.html"
FOREST = "random-forest"
"""The customer's model, which always takes part."""


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
    out: Annotated[Path, typer.Option(help="Folder of the run; what is in it is not made again.")] = Path(
        "out"
    ),
    encoding: Annotated[str, typer.Option(help="Of a CSV file.")] = "utf-8",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON; progress to stderr.")
    ] = False,
    params: dict[str, Scalar],
) -> None:
    """Runs the pipeline here: sales to a registered forecast with a report."""
    if (data is None) == (not snowflake):
        raise InputError("where do the sales come from?", "--data FILE or --snowflake, one of them")
    console = Console(stderr=True, highlight=False)
    try:
        with progress([node.step.name for node in PIPELINE.nodes], console) as shown:
            record = execute(data, out, params, encoding=encoding, shown=shown)
    except MLError as error:
        if isinstance(error, StepFailed):
            console.print(Text("\n".join(f"  {line}" for line in error.lines), "dim"))
        if as_json:
            typer.echo(json.dumps(_failure(error, out)))
        raise
    result = summary(record, out)
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        show(result, Console(highlight=False))


def execute(
    data: str | None, out: Path, params: dict[str, Scalar], *, encoding: str = "utf-8", shown: Progress
) -> RunRecord:
    """Runs the pipeline on a file, or on what `--snowflake` means if there is none; copies the report out.

    Raises:
        MLError: as `ml.local.runner.run`.
    """
    _check_models(params)
    if data is None:
        sales = source.of_settings()
    else:
        sales = source.of_file(data, out, encoding=encoding, on_stage=shown.on_stage)
    shown.on_note(f"sales from {sales.label}")
    name = str(params.get("registered_model", PIPELINE.params["registered_model"].default))
    registry = tracking.use(out)
    champion = tracking.champion(name, out)
    with ExitStack() as warehouses:

        def on_event(event: Event) -> None:
            if event.step == IMPORT.name and event.state:
                warehouses.close()
            shown.on_event(event)

        def settings(step: str) -> dict[str, str]:
            warehouse = warehouses.enter_context(sales.open()).to_env() if step == IMPORT.name else {}
            return {URI: registry, **warehouse}

        record = runner.run(
            PIPELINE,
            out,
            params,
            inputs={"champion": champion} if champion else {},
            outside=Outside(
                sources={IMPORT.name: sales.fingerprint} if sales.fingerprint else {},
                effects={REGISTER.name: lambda: tracking.standing(name)},
            ),
            settings=settings,
            on_event=on_event,
        )
    with whole_file(out / REPORT) as part:
        part.write_bytes(record.output(out, "report", "report").read_bytes())
    return record


def summary(record: RunRecord, out: Path) -> dict[str, Any]:
    """What came of a run, for machines."""
    quality = read(record.output(out, "preprocess", "quality") / "quality.json")
    return {
        "state": record.state,
        "out": str(out.resolve()),
        "report": str((out / REPORT).resolve()),
        "seconds": record.seconds,
        "params": record.params,
        "steps": [step.model_dump(mode="json") for step in record.steps],
        "quality": {name: quality[name] for name in ("rows_in", "rows_valid", "rows_quarantined", "rules")},
        "reduction": quality["reduction"],
        "warnings": quality["warnings"],
        "verdict": read(record.output(out, "evaluate", "evaluation") / "verdict.json"),
        "customer_split": read(record.output(out, "evaluate", "evaluation") / "customer_split.json"),
        "registration": read(record.output(out, "register", "registration") / "registration.json"),
    }


def show(result: dict[str, Any], console: Console) -> None:
    """The end of a run, for people: warnings, verdict, report."""
    for warning in result["warnings"]:
        console.print(Text(f"warning: {warning}", "yellow"), soft_wrap=True)
    verdict = f"{result['verdict']['reason']} ({outcome(result['registration'])})"
    console.print(Text.assemble(("verdict: ", "bold"), verdict), soft_wrap=True)
    console.print(Text.assemble(("report: ", "bold"), result["report"]), soft_wrap=True)


def outcome(registration: Mapping[str, Any]) -> str:
    """What became of the winner, in a few words."""
    made = f"registered as {registration['name']} version {registration['version']}"
    return made if registration["registered"] else "nothing was replaced"


def _check_models(params: dict[str, Scalar]) -> None:
    """Before minutes of work, not after."""
    chosen = [name.strip() for name in str(params.get("model") or "").split(",") if name.strip()]
    for name in chosen:
        if name in models.BASELINES:
            raise InputError(f"--model {name}: it is a baseline", "baselines always take part")
        models.get(name)
    required = params.get("require")
    candidates = list(dict.fromkeys([FOREST, *chosen, *models.BASELINES]))
    if required and required not in candidates:
        raise InputError(f"--require {required}: it takes no part", f"there are: {', '.join(candidates)}")


def _failure(error: MLError, out: Path) -> dict[str, Any]:
    return {
        "state": "failed",
        "out": str(out.resolve()),
        "exit_code": error.exit_code,
        "error": error.message,
        "hint": error.hint,
    }
