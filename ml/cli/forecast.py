"""`roast forecast`: quantity with interval per store and month, as files."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ml.cli.options import REGISTERED_MODEL, Json, ModelFolder, ModelName, RunFolder
from ml.option_values import MAX_HORIZON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ml.core.forecasts import Forecast, ForecastRow
    from ml.serving.scorer import Scorer

_WARNINGS_SHOWN = 5


def forecast(
    *,
    months: Annotated[int, typer.Option(min=1, max=MAX_HORIZON, help="Months ahead to forecast.")] = 3,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for forecast.parquet and forecast.csv. [default: RUN/forecast]", show_default=False
        ),
    ] = None,
    run: RunFolder = Path("out"),
    model_dir: ModelFolder = None,
    registered_model: ModelName = REGISTERED_MODEL,
    as_json: Json = False,
) -> None:
    """Write the forecast of every store for the months after training, with intervals."""
    from ml.cli.model import chosen_model
    from ml.serving import table
    from ml.serving.scorer import Scorer

    chosen = chosen_model(run, model_dir, registered_model)
    scorer = Scorer.load(chosen.folder, name=chosen.name, version=chosen.version)
    rows = scorer.predictor.grid(months)
    forecasts = scorer.predictor.forecast(rows)
    frame = table.table(rows, forecasts, model=scorer.name, version=scorer.version)
    files = table.write(frame, out or run / "forecast")
    summary = {
        "model": scorer.name,
        "version": scorer.version,
        "rows": len(rows),
        "stores": len(rows) // months,
        "first_month": f"{min(row.month for row in rows):%Y-%m}",
        "last_month": f"{max(row.month for row in rows):%Y-%m}",
        "files": [str(file) for file in files],
        "warnings": [
            {"warning": text, "rows": count}
            for text, count in _warnings(scorer, rows, forecasts).most_common()
        ],
    }
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False))
    else:
        _print_summary(summary)


def _warnings(scorer: Scorer, rows: Sequence[ForecastRow], forecasts: Sequence[Forecast]) -> Counter[str]:
    """How many rows each warning concerns."""
    warnings = Counter(warning for forecast in forecasts for warning in forecast.warnings)
    left_out = len(scorer.predictor.profile.series) - len({(r.store_id, r.country, r.city) for r in rows})
    if left_out:
        warnings[f"stores left out, because they have not sold for a year: {left_out}"] += 1
    return warnings


def _print_summary(summary: dict[str, Any]) -> None:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True, markup=False)
    version = f" version {summary['version']}" if summary["version"] else ""
    console.print(
        f"{summary['stores']} stores, {summary['first_month']} to {summary['last_month']}, "
        f"by {summary['model']}{version}"
    )
    for warning in summary["warnings"][:_WARNINGS_SHOWN]:
        console.print(f"warning: {warning['warning']} ({warning['rows']} rows)", style="yellow")
    console.print("\n".join(summary["files"]))
