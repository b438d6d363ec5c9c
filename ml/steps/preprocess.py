"""Checks raw sales rows, aggregates the valid ones to store and month, and builds training features.

Reads the MLTable and `lineage.json` in `--raw`.

Writes into
- `--monthly`: `monthly.parquet`, sales by store and month, and `lineage.json`;
- `--features`: `features.parquet`, training features, and `lineage.json`;
- `--quality`: `quarantine.parquet`, the rows that break a rule, and `quality.json`, counts and warnings.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from ml.core.calendar import latest_day
from ml.core.preprocess import Preprocessed, preprocess
from ml.core.schema import Recipe
from ml.core.validation import Returns
from ml.errors import InputError
from ml.pipeline import PREPROCESS as STEP
from ml.steps import entry
from ml.store import frames, lineage, mltable
from ml.store.atomic import whole_folder
from ml.store.documents import write_json
from ml.store.lineage import Lineage
from ml.store.rowhash import RowHash

logger = logging.getLogger("ml.steps.preprocess")


def preprocess_sales(
    raw: Path,
    recipe: Recipe,
    *,
    monthly: Path,
    features: Path,
    quality: Path,
    returns: Returns = "net",
    limit: float = 0.05,
) -> Preprocessed:
    """Reads the MLTable folder `raw` and writes the other three folders, each whole or not at all.

    Raises:
        InputError: `raw` is not a data set of the step import, lacks a column, has no valid row, or more of
            its rows than the share `limit` would be set aside.
        MLError: the disk is full.
    """
    origin = lineage.read(raw)
    if origin.imported_at is None:
        raise InputError(f"{raw / lineage.FILE} has no import time", "import the sales again")
    result = preprocess(
        mltable.scan(raw),
        imported_on=latest_day(origin.imported_at),
        recipe=recipe,
        returns=returns,
        limit=limit,
    )
    parameters = {"recipe": recipe, "returns": returns}
    with (
        whole_folder(monthly) as monthly_part,
        whole_folder(features) as features_part,
        whole_folder(quality) as quality_part,
    ):
        _write(result.monthly, monthly_part / "monthly.parquet", origin, parameters)
        _write(result.features, features_part / "features.parquet", origin, parameters)
        frames.write(result.quarantine, quality_part / "quarantine.parquet")
        write_json(quality_part / "quality.json", result.quality)
    for warning in result.quality["warnings"]:
        logger.warning("warning: %s", warning)
    reduction = result.quality["reduction"]
    logger.info(
        "%s rows to %s store months, %s : 1",
        f"{reduction['rows_in']:,}",
        f"{reduction['rows_out']:,}",
        f"{reduction['factor']:,}",
    )
    return result


def _write(frame: pl.DataFrame, path: Path, origin: Lineage, parameters: dict[str, str]) -> None:
    frames.write(frame, path)
    table = frame.to_arrow()
    digest = RowHash(table.schema)
    digest.update(table)
    lineage.write(
        path.parent,
        Lineage(
            source=STEP.name,
            rows=frame.height,
            columns=tuple(frame.columns),
            hash=digest.hexdigest(),
            imported_at=origin.imported_at,
            inputs={"raw": origin.hash},
            parameters={**parameters},
        ),
    )


def main(argv: Sequence[str] | None = None) -> None:
    """The step's command."""
    args = STEP.parser().parse_args(argv)
    preprocess_sales(
        Path(args.raw),
        args.recipe,
        monthly=Path(args.monthly),
        features=Path(args.features),
        quality=Path(args.quality),
        returns=args.returns,
        limit=args.quarantine_limit,
    )


if __name__ == "__main__":
    entry.run(main)
