"""`roast data sample`: made-up sales of GloboJava."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer

from ml.cli.options import Json
from ml.errors import InputError
from ml.option_values import MAX_STORES


def sample(
    *,
    stores: Annotated[int, typer.Option(min=1, max=MAX_STORES, help="How many.")] = 10,
    years: Annotated[int, typer.Option(min=1, max=20, help="Of history.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="The same seed and last day give the same bytes.")] = 0,
    out: Annotated[Path, typer.Option(help="A .csv or .parquet file.")] = Path("sales.csv"),
    until: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day; by default of the last month that is over."),
    ] = None,
    flaws: Annotated[bool, typer.Option(help="With a few bad rows, as real data have.")] = True,
    as_json: Json = False,
) -> None:
    """Make up plausible sales in three countries, as a CSV or parquet file for `roast data load`."""
    from ml.core.calendar import last_complete_month
    from ml.core.sample import generate
    from ml.store import frames
    from ml.store.atomic import whole_file

    if out.suffix not in {".csv", ".parquet"}:
        raise InputError(f"--out {out}: has no known format", "the name must end in .csv or .parquet")
    # The local day: sales are dated by the stores' calendar, and by default the current month is left out.
    last = until.date() if until else last_complete_month(dt.datetime.now().astimezone().date())
    sales = generate(stores=stores, years=years, seed=seed, until=last, flaws=flaws)
    if out.suffix == ".parquet":
        frames.write(sales, out)
    else:
        with whole_file(out) as part:
            sales.write_csv(part)
    if as_json:
        typer.echo(json.dumps({"file": str(out), "rows": sales.height, "until": last.isoformat()}))
    else:
        typer.echo(f"{sales.height:,} rows until {last} in {out}")
