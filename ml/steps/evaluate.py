"""Backtests every candidate from rolling origins and compares the best with the champion.

Reads `features.parquet` from `--features`, `candidates.json` and `skipped.json` from `--models`, and an
MLflow model from `--champion`, if there is a champion.

Writes into `--evaluation`:
- `scores.json`: what was tested, warnings, and the pooled scores of each candidate;
- `scores.parquet`: `ml.core.metrics.table`, a row without an origin pools all of them;
- `backtest.parquet`: every forecast beside the actual quantity, with held-out bounds;
- `intervals/<candidate>.json`: `Intervals.to_json()`, or the same without widths and a note with the reason;
- `customer_split.json`: the customer's recipe by random and by time split (`ml.core.split`);
- `verdict.json`: `ml.core.gate.Verdict`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from ml.core import backtest, gate, metrics, models, origins, split
from ml.core.backtest import Candidate, ServedChampion, Skipped
from ml.core.gate import Challenger, Verdict
from ml.core.intervals import Intervals
from ml.core.models.base import FitOptions
from ml.core.origins import BacktestPlan
from ml.errors import InputError
from ml.pipeline import EVALUATE as STEP
from ml.steps import entry
from ml.store import frames
from ml.store.atomic import whole_folder
from ml.store.champion import LoadedChampion, read_champion
from ml.store.documents import read_json, write_json

logger = logging.getLogger("ml.steps.evaluate")


def evaluate_models(
    features: Path,
    bundles: Path,
    champion: Path | None,
    *,
    options: FitOptions,
    most_origins: int,
    coverage: float,
    out: Path,
) -> Verdict:
    """Backtests the candidates and writes the folder `out`, whole or not at all.

    Args:
        features: folder with `features.parquet`.
        bundles: folder that the step train wrote.
        champion: folder of an MLflow model, if there is a champion.
        options: what the candidates are fitted with; each takes its own recipe.
        most_origins: how many origins to backtest from at most.
        coverage: share of months that an interval should cover.
        out: where to.

    Raises:
        InputError: an input is missing or broken, or the history has fewer than two complete months.
        MLError: the disk is full.
    """
    rows = frames.read_pandas(features / "features.parquet")
    challengers = read_challengers(bundles)
    plan = origins.plan(rows, horizon=options.horizon, origins=most_origins)
    served = read_champion(champion) if champion else None
    logger.info(
        "%d candidates from %d origins, %d months each", len(challengers), len(plan.origins), plan.horizon
    )
    tested = backtest.run(
        rows,
        [_candidate(c.name, c.recipe, options) for c in challengers],
        plan,
        _champion(served, options) if served else None,
    )
    bounded, intervals = backtest.calibrate(tested.rows, coverage)
    scores = metrics.table(bounded)
    verdict = gate.judge(bounded, challengers, served.info if served else None)
    logger.info("%s", verdict.reason)
    summary = {
        "horizon": plan.horizon,
        "coverage": coverage,
        "origins": [str(origin) for origin in plan.origins],
        "warnings": [*plan.warnings, *_not_trained(bundles), *_not_tested(tested.skipped)],
        "candidates": _pooled(scores, verdict, intervals),
    }
    customer_split = _customer_split(rows, plan, options)
    with whole_folder(out) as folder:
        frames.write(scores, folder / "scores.parquet")
        frames.write(bounded, folder / "backtest.parquet")
        for name, interval in intervals.items():
            write_json(folder / "intervals" / f"{name}.json", _interval(interval, coverage))
        write_json(folder / "customer_split.json", customer_split)
        write_json(folder / "verdict.json", verdict.to_json())
        write_json(folder / "scores.json", summary)
    return verdict


def read_challengers(folder: Path) -> list[Challenger]:
    """The candidates of a run, simplest first, as `models.FORECASTERS` lists them.

    Raises:
        InputError: the folder holds no list of candidates.
    """
    path, hint = folder / "candidates.json", "run the step train again"
    listed = read_json(path, hint)
    try:
        challengers = [Challenger(name=c["name"], kind=c["kind"], recipe=c["recipe"]) for c in listed]
    except (KeyError, TypeError) as error:
        raise InputError(f"{path} is not a list of candidates: {error}", hint) from None
    order = [*models.BASELINES, *models.FORECASTERS]
    return sorted(challengers, key=lambda c: order.index(models.get(c.name).name))


def _candidate(name: str, recipe: Any, options: FitOptions) -> Candidate:
    return Candidate(name=name, forecaster=models.get(name), options=replace(options, recipe=recipe))


def _champion(served: LoadedChampion, options: FitOptions) -> ServedChampion:
    try:
        refit = _candidate(served.info.model, served.info.recipe, options)
    except InputError as error:
        logger.warning("the champion can't be refitted: %s", error)
        refit = None
    return ServedChampion(predictor=served.predictor, refit=refit)


def _customer_split(rows: pd.DataFrame, plan: BacktestPlan, options: FitOptions) -> dict[str, Any]:
    name = models.CUSTOMER_MODEL
    try:
        return split.compare(rows, models.get(name), plan, seed=options.seed, jobs=options.jobs)
    except InputError as error:
        return {"model": name, "recipe": "customer", "random": None, "time": None, "reason": str(error)}


def _interval(interval: Intervals | str, coverage: float) -> dict[str, Any]:
    if isinstance(interval, Intervals):
        return interval.to_json()
    return {"coverage": coverage, "measured_coverage": None, "relative_width": None, "note": interval}


def _pooled(
    scores: pd.DataFrame, verdict: Verdict, intervals: Mapping[str, Intervals | str]
) -> dict[str, Any]:
    """Pooled scores in the order of the gate, the champion last."""
    pooled: dict[str, dict[str, Any]] = {}
    for candidate in verdict.candidates:
        pooled[candidate.name] = {
            "kind": candidate.kind,
            "recipe": candidate.recipe,
            "origins": candidate.origins,
            "note": candidate.note,
        }
    if verdict.champion:
        pooled[verdict.champion] = {"kind": "champion", "model": verdict.champion_model}
    rows = scores[scores["origin"].isna() & (scores["level"] == "all")]
    columns = ["candidate", *metrics.NAMES, "n"]
    for name, *values, n in rows[columns].itertuples(index=False, name=None):
        interval = intervals[name]
        known = isinstance(interval, Intervals)
        pooled[name] |= dict(zip(metrics.NAMES, values, strict=True))
        pooled[name] |= {
            "n": n,
            "measured_coverage": interval.measured_coverage if known else None,
            "relative_width": interval.relative_width if known else None,
        }
    return pooled


def _not_trained(bundles: Path) -> list[str]:
    """Warnings about what train could not fit."""
    path = bundles / "skipped.json"
    skipped = read_json(path) if path.exists() else {}
    return [f"{name} was not trained: {reason}" for name, reason in skipped.items()]


def _not_tested(skipped: Sequence[Skipped]) -> list[str]:
    return [f"{skip.candidate} could not be tested from {skip.origin}: {skip.reason}" for skip in skipped]


def main(argv: Sequence[str] | None = None) -> None:
    """The step's command."""
    args = STEP.parser().parse_args(argv)
    evaluate_models(
        Path(args.features),
        Path(args.models),
        Path(args.champion) if args.champion else None,
        options=FitOptions(horizon=args.horizon, seed=args.seed, jobs=os.cpu_count() or 1),
        most_origins=args.origins,
        coverage=args.coverage,
        out=Path(args.evaluation),
    )


if __name__ == "__main__":
    entry.run(main)
