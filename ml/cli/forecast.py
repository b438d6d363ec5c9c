"""`roast forecast`: quantity with interval per store and month, as files."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ml.cli.model import REGISTERED_MODEL, ModelDir, ModelName, RunDir, chosen_model
from ml.core.predictor import MAX_HORIZON
from ml.serving import table
from ml.serving.score import Scorer


def forecast(
    *,
    months: Annotated[int, typer.Option(min=1, max=MAX_HORIZON, help="Months ahead to forecast.")] = 3,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for forecast.parquet and forecast.csv. [default: RUN/forecast]", show_default=False
        ),
    ] = None,
    run: RunDir = Path("out"),
    model_dir: ModelDir = None,
    registered_model: ModelName = REGISTERED_MODEL,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Writes the forecast of every store for the months after training, with intervals."""
    chosen = chosen_model(run, model_dir, registered_model)
    scorer = Scorer.load(chosen.folder, name=chosen.name, version=chosen.version)
    predictor = scorer.predictor
    rows = predictor.grid(months)
    forecasts = predictor.forecast(rows)
    frame = table.table(rows, forecasts, model=scorer.name, version=scorer.version)
    parquet, csv = table.write(frame, out or run / "forecast")
    warnings = Counter(warning for one in forecasts for warning in one.warnings)
    left_out = len(predictor.profile.series) - len({(r.store_id, r.country, r.city) for r in rows})
    if left_out:
        warnings[f"stores left out, because they have not sold for a year: {left_out}"] += 1
    summary = {
        "model": scorer.name,
        "version": scorer.version,
        "rows": len(rows),
        "stores": len(rows) // months,
        "first_month": f"{min(row.month for row in rows):%Y-%m}",
        "last_month": f"{max(row.month for row in rows):%Y-%m}",
        "files": [str(parquet), str(csv)],
        "warnings": [{"warning": text, "rows": count} for text, count in warnings.most_common()],
    }
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False))
        return
    console = Console(highlight=False, soft_wrap=True, markup=False)
    version = f" version {scorer.version}" if scorer.version else ""
    console.print(
        f"{summary['stores']} stores, {summary['first_month']} to {summary['last_month']}, "
        f"by {scorer.name}{version}"
    )
    for text, count in warnings.most_common(5):
        console.print(f"warning: {text} ({count} rows)", style="yellow")
    console.print(f"{parquet}\n{csv}")
