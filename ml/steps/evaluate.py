"""Backtests every candidate from rolling origins and judges the best against the champion.

Writes into `--evaluation`:
- `scores.json`: what was tested, warnings, and the pooled scores of each candidate;
- `scores.parquet`: `ml.core.metrics.table`, a row without an origin pools all of them;
- `backtest.parquet`: every forecast beside what came, with held-out bounds;
- `intervals/<candidate>.json`: `Intervals.to_json()`, or the same without widths and a note that says why;
- `customer_split.json`: the customer's recipe by random and by time split (`ml.core.split`);
- `verdict.json`: `ml.core.gate.Verdict`.
"""

from __future__ import annotations

import json
import logging
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ml.core import backtest, gate, metrics, models, origins, split
from ml.core.backtest import Candidate, Champion, Skipped
from ml.core.gate import Contender
from ml.core.intervals import Intervals
from ml.core.models.base import FitOptions
from ml.errors import InputError
from ml.pipeline import EVALUATE
from ml.steps.entry import run
from ml.store import frames
from ml.store.atomic import whole_folder
from ml.store.champion import InService, read_champion

FOREST = "random-forest"
"""The customer's model."""

_JOBS = os.cpu_count() or 1

log = logging.getLogger("ml")


def main(argv: Sequence[str] | None = None) -> None:
    """The step: `argv` as `EVALUATE` describes it."""
    args = EVALUATE.parser().parse_args(argv)
    features = frames.read_pandas(Path(args.features) / "features.parquet")
    contenders = read_contenders(Path(args.models))
    plan = origins.plan(features, horizon=args.horizon, origins=args.origins)
    served = read_champion(Path(args.champion)) if args.champion else None
    log.info(
        "%d candidates from %d origins, %d months each", len(contenders), len(plan.origins), plan.horizon
    )
    tested = backtest.run(
        features,
        [_candidate(c.name, c.recipe, args) for c in contenders],
        plan,
        None if served is None else _champion(served, args),
    )
    rows, intervals = backtest.calibrate(tested.rows, args.coverage)
    scores = metrics.table(rows)
    verdict = gate.judge(rows, contenders, served.defender if served else None)
    log.info("%s", verdict.reason)
    flattered = _customer_split(features, plan, args.seed)
    with whole_folder(args.evaluation) as folder:
        frames.write(scores, folder / "scores.parquet")
        frames.write(rows, folder / "backtest.parquet")
        (folder / "intervals").mkdir()
        for name, found in intervals.items():
            _write(folder / "intervals" / f"{name}.json", _interval(found, args.coverage))
        _write(folder / "customer_split.json", flattered)
        _write(folder / "verdict.json", verdict.to_json())
        _write(
            folder / "scores.json",
            {
                "horizon": plan.horizon,
                "coverage": args.coverage,
                "origins": [str(origin) for origin in plan.origins],
                "warnings": [*plan.warnings, *_untrained(Path(args.models)), *_told(tested.skipped)],
                "candidates": _headlines(scores, verdict, intervals),
            },
        )


def read_contenders(folder: Path) -> list[Contender]:
    """The candidates of a run, simplest first, as `models.FORECASTERS` lists them.

    Raises:
        InputError: the folder holds no list of candidates.
    """
    path = folder / "candidates.json"
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        found = [Contender(name=c["name"], kind=c["kind"], recipe=c["recipe"]) for c in listed]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is missing or broken: {error}", "run train again") from None
    order = [*models.BASELINES, *models.FORECASTERS]
    return sorted(found, key=lambda c: order.index(models.get(c.name).name))


def _candidate(name: str, recipe: Any, args: Any) -> Candidate:
    options = FitOptions(recipe=recipe, horizon=args.horizon, seed=args.seed, jobs=_JOBS)
    return Candidate(name=name, forecaster=models.get(name), options=options)


def _champion(served: InService, args: Any) -> Champion:
    try:
        refit = _candidate(served.defender.model, served.defender.recipe, args)
    except InputError as error:
        log.warning("the champion can't be refitted: %s", error)
        refit = None
    return Champion(predictor=served.predictor, refit=refit)


def _customer_split(features: pd.DataFrame, plan: origins.Plan, seed: int) -> dict[str, Any]:
    try:
        return split.compare(features, models.get(FOREST), plan, seed=seed, jobs=_JOBS)
    except InputError as error:
        return {"model": FOREST, "recipe": "customer", "random": None, "time": None, "reason": str(error)}


def _interval(found: Intervals | str, coverage: float) -> dict[str, Any]:
    if isinstance(found, Intervals):
        return found.to_json()
    return {"coverage": coverage, "measured_coverage": None, "relative_width": None, "note": found}


def _headlines(
    scores: pd.DataFrame, verdict: gate.Verdict, intervals: Mapping[str, Intervals | str]
) -> dict[str, Any]:
    """Pooled scores in the order of the gate, the champion last."""
    found: dict[str, dict[str, Any]] = {}
    for one in verdict.candidates:
        found[one.name] = {"kind": one.kind, "recipe": one.recipe, "origins": one.origins, "note": one.note}
    if verdict.champion:
        found[verdict.champion] = {"kind": "champion", "model": verdict.champion_model}
    pooled = scores[scores["origin"].isna() & (scores["level"] == "all")]
    columns = ["candidate", *metrics.NAMES, "n"]
    for name, *values, n in pooled[columns].itertuples(index=False, name=None):
        own = intervals[name]
        known = isinstance(own, Intervals)
        found[name] |= dict(zip(metrics.NAMES, values, strict=True))
        found[name] |= {
            "n": n,
            "measured_coverage": own.measured_coverage if known else None,
            "relative_width": own.relative_width if known else None,
        }
    return found


def _untrained(folder: Path) -> list[str]:
    """What train could not fit, as it says itself."""
    path = folder / "skipped.json"
    skipped = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return [f"{name} was not trained: {reason}" for name, reason in skipped.items()]


def _told(skipped: Sequence[Skipped]) -> list[str]:
    return [f"{one.candidate} could not be tested from {one.origin}: {one.reason}" for one in skipped]


def _write(path: Path, value: Any) -> None:
    text = json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    """Undefined numbers as null: JSON has no NaN."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


if __name__ == "__main__":
    run(main)
