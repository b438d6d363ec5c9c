"""The preprocess step: raw sales rows to monthly sales, training features and a word on their quality."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from ml.core.preprocess import Preprocessed, preprocess
from ml.core.schema import Recipe
from ml.errors import InputError
from ml.pipeline import PREPROCESS as STEP
from ml.steps import entry
from ml.store import frames, lineage, mltable
from ml.store.atomic import whole_folder
from ml.store.lineage import Lineage
from ml.store.rowhash import RowHash

_log = logging.getLogger("ml.steps.preprocess")


def preprocess_folder(
    raw: Path, recipe: Recipe, *, monthly: Path, features: Path, quality: Path
) -> Preprocessed:
    """Reads the MLTable folder `raw` and writes the other three folders, each whole or not at all.

    Raises:
        InputError: `raw` is no data set of ours, lacks a column, or has no valid row.
        MLError: the disk is full.
    """
    origin = lineage.read(raw)
    if origin.imported_at is None:
        raise InputError(f"{raw / lineage.FILE} does not say when it was imported", "import the sales again")
    made = preprocess(mltable.scan(raw), imported_on=origin.imported_at.date(), recipe=recipe)
    with whole_folder(monthly) as months, whole_folder(features) as built, whole_folder(quality) as told:
        _write(made.monthly, months / "monthly.parquet", origin, recipe)
        _write(made.features, built / "features.parquet", origin, recipe)
        frames.write(made.quarantine, told / "quarantine.parquet")
        text = json.dumps(made.quality, ensure_ascii=False, indent=2)
        (told / "quality.json").write_text(text + "\n", encoding="utf-8")
    return made


def _write(frame: pl.DataFrame, path: Path, origin: Lineage, recipe: Recipe) -> None:
    frames.write(frame, path)
    table = frame.to_arrow()
    digest = RowHash(table.schema)
    digest.update(table)
    made = Lineage(
        source=STEP.name,
        rows=frame.height,
        columns=tuple(frame.columns),
        hash=digest.hexdigest(),
        imported_at=origin.imported_at,
        inputs={"raw": origin.hash},
        parameters={"recipe": recipe},
    )
    lineage.write(path.parent, made)


def main(argv: Sequence[str] | None = None) -> None:
    """The step's command."""
    args = STEP.parser().parse_args(argv)
    made = preprocess_folder(
        Path(args.raw),
        args.recipe,
        monthly=Path(args.monthly),
        features=Path(args.features),
        quality=Path(args.quality),
    )
    for warning in made.quality["warnings"]:
        _log.warning("warning: %s", warning)
    reduction = made.quality["reduction"]
    _log.info(
        "%s rows to %s store months, %s : 1",
        f"{reduction['rows_in']:,}",
        f"{reduction['rows_out']:,}",
        f"{reduction['factor']:,}",
    )


if __name__ == "__main__":
    entry.run(main)
