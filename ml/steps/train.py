"""Fits the random forest, the chosen alternatives and the baselines on all complete months.

Writes into `--models` a bundle per candidate and `candidates.json`, the list of them: `name`, `kind`
(`baseline` or `model`), `recipe`; a model that could not be fitted stands in `skipped.json` with the reason.
Writes into `--importance` the table `importance.json` and the plot `importance.svg`.
"""

from __future__ import annotations

import json
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
from ml.pipeline import TRAIN
from ml.steps.entry import run
from ml.store import bundle, frames, lineage
from ml.store.atomic import whole_folder

FOREST = "random-forest"
"""The customer's model: it is always trained."""

log = logging.getLogger("ml")


def main(argv: Sequence[str] | None = None) -> None:
    """The step: `argv` as `TRAIN` describes it.

    Raises:
        InputError: the features can't be read or have no row, or a model's name is unknown.
    """
    args = TRAIN.parser().parse_args(argv)
    chosen = choose(args.model)
    options = FitOptions(recipe=args.recipe, horizon=args.horizon, seed=args.seed, jobs=os.cpu_count() or 1)
    place = Path(args.features)
    features = frames.read_pandas(place / "features.parquet")
    fitted, skipped = fit_all([*models.BASELINES, *chosen], features, options)
    profile = Profile.from_history(features)
    known = (place / lineage.FILE).exists()
    digest = lineage.read(place).hash if known else None
    with whole_folder(args.models) as folder:
        for model in fitted:
            bundle.save(folder / model.name, model=model, profile=profile, options=options, features=digest)
        _write(folder / "candidates.json", [_entry(model.name, options) for model in fitted])
        _write(folder / "skipped.json", skipped)
    learnt = [model.name for model in fitted if model.name not in models.BASELINES]
    log.info("measuring which fields matter to %s", ", ".join(learnt) or "no model")
    table = importance.measure(features, learnt, options, {m.name: m for m in fitted})
    with whole_folder(args.importance) as folder:
        _write(folder / "importance.json", table)
        (folder / "importance.svg").write_text(importance.plot(table), encoding="utf-8")


def choose(text: str) -> list[str]:
    """The models to train: the forest, then the alternatives of a comma list, each once.

    Raises:
        InputError: a name is unknown; the message lists the allowed.
    """
    allowed = [name for name in models.FORECASTERS if name not in models.BASELINES]
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in allowed:
            raise InputError(f"--model {name}: there is no such model", f"there are: {', '.join(allowed)}")
    return list(dict.fromkeys([FOREST, *names]))


def fit_all(
    names: Sequence[str], features: pd.DataFrame, options: FitOptions
) -> tuple[list[Fitted], dict[str, str]]:
    """The models that could be fitted, and why the others could not.

    Raises:
        InputError: not one could be fitted.
    """
    if features.empty:
        raise InputError("the features have no row", "the sales table needs at least one valid one")
    fitted: list[Fitted] = []
    skipped: dict[str, str] = {}
    log.info("training on %d months of stores", len(features))
    for name in names:
        started = perf_counter()
        try:
            fitted.append(models.get(name).fit(features, options))
            log.info("%s is fitted after %.1f s", name, perf_counter() - started)
        except InputError as error:
            skipped[name] = str(error)
            log.warning("%s is left out: %s", name, error)
    if not fitted:
        raise InputError(f"no model could be fitted: {'; '.join(skipped.values())}")
    return fitted, skipped


def _entry(name: str, options: FitOptions) -> dict[str, Any]:
    kind = "baseline" if name in models.BASELINES else "model"
    return {"name": name, "kind": kind, "recipe": options.recipe}


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(main)
