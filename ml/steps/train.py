"""Fits the random forest, the chosen alternatives and the baselines on all complete months.

Reads `features.parquet` and, if it is there, `lineage.json` from `--features`.

Writes into
- `--models`: a bundle per candidate (`ml.store.bundle`); `candidates.json`, a list of `name`, `kind`
  (`baseline` or `model`) and `recipe`; `skipped.json`, the reason for each model that could not be fitted;
- `--importance`: the table `importance.json` and the plot `importance.svg`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from ml.core import importance, models
from ml.core.models.base import FitOptions, Fitted
from ml.core.profile import Profile
from ml.errors import InputError
from ml.pipeline import TRAIN as STEP
from ml.steps import entry
from ml.store import bundle, frames, lineage
from ml.store.atomic import whole_folder
from ml.store.documents import write_json

logger = logging.getLogger("ml.steps.train")


def train_models(
    features: Path, names: Sequence[str], options: FitOptions, *, bundles: Path, importances: Path
) -> None:
    """Fits the named models and the baselines, and writes both folders, each whole or not at all.

    Args:
        features: folder with `features.parquet`.
        names: of the models to train, as `choose` gives them.
        options: what to train with.
        bundles: folder for a bundle per candidate.
        importances: folder for the feature importance.

    Raises:
        InputError: the features can't be read or have no row, or no model could be fitted.
        MLError: the disk is full.
    """
    rows = frames.read_pandas(features / "features.parquet")
    fitted, skipped = fit_all([*models.BASELINES, *names], rows, options)
    profile = Profile.from_history(rows)
    digest = lineage.read(features).hash if (features / lineage.FILE).exists() else None
    with whole_folder(bundles) as folder:
        for model in fitted:
            bundle.save(folder / model.name, model=model, profile=profile, options=options, features=digest)
        write_json(folder / "candidates.json", [_candidate(model.name, options) for model in fitted])
        write_json(folder / "skipped.json", skipped)
    trained = [model.name for model in fitted if model.name not in models.BASELINES]
    logger.info("measuring feature importance of %s", ", ".join(trained) or "no model")
    table = importance.measure(rows, trained, options, {model.name: model for model in fitted})
    with whole_folder(importances) as folder:
        write_json(folder / "importance.json", table)
        (folder / "importance.svg").write_text(importance.plot(table), encoding="utf-8")


def choose(text: str) -> list[str]:
    """The models to train: the customer's, then the alternatives of a comma list, each once.

    Raises:
        InputError: a name is unknown; the message lists the allowed names.
    """
    allowed = [name for name in models.FORECASTERS if name not in models.BASELINES]
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in allowed:
            raise InputError(f"--model {name}: unknown model", f"allowed: {', '.join(allowed)}")
    return list(dict.fromkeys([models.CUSTOMER_MODEL, *names]))


def fit_all(
    names: Sequence[str], rows: pd.DataFrame, options: FitOptions
) -> tuple[list[Fitted], dict[str, str]]:
    """The models that could be fitted, and by name why the others could not.

    Raises:
        InputError: none could be fitted.
    """
    if rows.empty:
        raise InputError("the features have no row", "the sales table needs at least one valid row")
    fitted: list[Fitted] = []
    skipped: dict[str, str] = {}
    logger.info("training on %d store months", len(rows))
    for name in names:
        started = perf_counter()
        try:
            fitted.append(models.get(name).fit(rows, options))
            logger.info("%s is fitted after %.1f s", name, perf_counter() - started)
        except InputError as error:
            skipped[name] = str(error)
            logger.warning("%s is left out: %s", name, error)
    if not fitted:
        raise InputError(f"no model could be fitted: {'; '.join(skipped.values())}")
    return fitted, skipped


def _candidate(name: str, options: FitOptions) -> dict[str, Any]:
    kind = "baseline" if name in models.BASELINES else "model"
    return {"name": name, "kind": kind, "recipe": options.recipe}


def main(argv: Sequence[str] | None = None) -> None:
    """The step's command."""
    args = STEP.parser().parse_args(argv)
    train_models(
        Path(args.features),
        choose(args.model),
        FitOptions(recipe=args.recipe, horizon=args.horizon, seed=args.seed, jobs=os.cpu_count() or 1),
        bundles=Path(args.models),
        importances=Path(args.importance),
    )


if __name__ == "__main__":
    entry.run(main)
