"""Packs the winner as an MLflow model and registers it, if the gate lets it pass.

Writes into `--registration`:
- `registration.json`: `registered` (the winner is the champion now), `new` (this step made it so), `name`,
  `version`, `reason`, `model_uri`, `hash` of the bundle;
- `model/`: the MLflow model, if it is registered.
"""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ml.core.forecasts import month_of
from ml.errors import GateLost, InputError
from ml.pipeline import REGISTER
from ml.steps.entry import run
from ml.store import bundle, lineage, modelcard, pyfunc, registry
from ml.store.atomic import whole_folder
from ml.store.registry import HASH, ChampionChanged, Entry

log = logging.getLogger("ml")


def main(argv: Sequence[str] | None = None) -> None:
    """The step: `argv` as `REGISTER` describes it."""
    args = REGISTER.parser().parse_args(argv)
    evaluation = Path(args.evaluation)
    verdict, scores = _json(evaluation / "verdict.json"), _json(evaluation / "scores.json")
    _require(args.require, verdict)
    with whole_folder(args.registration) as folder:
        if verdict["promote"]:
            told = _promote(args, verdict, scores, folder)
        else:
            told = _left_alone(args.registered_model, verdict["reason"], verdict["champion_version"])
        log.info("%s", told["reason"])
        text = json.dumps(told, indent=2, ensure_ascii=False)
        (folder / "registration.json").write_text(text + "\n", encoding="utf-8")


def _require(wanted: str | None, verdict: Mapping[str, Any]) -> None:
    """Ends the step where `--require` names a loser, before anything is registered."""
    names = [c["name"] for c in verdict["candidates"]]
    if wanted is None or wanted == verdict["winner"]:
        return
    if wanted not in names:
        raise InputError(f"--require {wanted}: there is no such candidate", f"there are: {', '.join(names)}")
    raise GateLost(f"{wanted} did not win the backtest: {verdict['reason']}")


def _promote(
    args: Any, verdict: Mapping[str, Any], scores: Mapping[str, Any], folder: Path
) -> dict[str, Any]:
    winner, name = verdict["winner"], args.registered_model
    intervals = _json(Path(args.evaluation) / "intervals" / f"{winner}.json")
    with tempfile.TemporaryDirectory(prefix="roastery-") as scratch:
        packed = Path(scratch) / "bundle"
        shutil.copytree(Path(args.models) / winner, packed)
        if "widths" in intervals:
            (packed / bundle.INTERVALS).write_text(json.dumps(intervals), encoding="utf-8")
        digest = lineage.content_hash(packed)
        card = _card(args, verdict, scores, intervals, packed)
        model = folder / "model"
        about = {"model": winner, "recipe": card.recipe, "trained_until": card.last_month, HASH: digest}
        pyfunc.save(model, packed, modelcard.render(card), about)
    entry = _entry(args, verdict, scores, card, digest)
    try:
        made, new = registry.register(name, model, entry, over=verdict["champion_hash"])
    except ChampionChanged as changed:
        shutil.rmtree(model)
        return _left_alone(name, str(changed), None)
    same = f"version {made.version}, the champion already, has the same content"
    return {
        "registered": True,
        "new": new,
        "name": name,
        "version": made.version,
        "reason": verdict["reason"] if new else same,
        "model_uri": made.uri,
        "hash": digest,
    }


def _left_alone(name: str, reason: str, version: str | None) -> dict[str, Any]:
    return {
        "registered": False,
        "new": False,
        "name": name,
        "version": version,
        "reason": reason,
        "model_uri": f"models:/{name}/{version}" if version else None,
        "hash": None,
    }


def _card(
    args: Any,
    verdict: Mapping[str, Any],
    scores: Mapping[str, Any],
    intervals: Mapping[str, Any],
    packed: Path,
) -> modelcard.Card:
    own = scores["candidates"][verdict["winner"]]
    profile = bundle.load(packed).profile
    features = Path(args.features)
    known = (features / lineage.FILE).exists()
    return modelcard.Card(
        name=args.registered_model,
        model=verdict["winner"],
        kind=own["kind"],
        recipe=own["recipe"],
        reason=verdict["reason"],
        first_month=f"{month_of(profile.first_month):%Y-%m}",
        last_month=f"{month_of(profile.last_month):%Y-%m}",
        stores=len(profile.series),
        data_hash=lineage.read(features).hash if known else "",
        horizon=scores["horizon"],
        origins=scores["origins"],
        scores=scores["candidates"],
        coverage=scores["coverage"],
        intervals=intervals,
        warnings=scores["warnings"],
    )


def _entry(
    args: Any,
    verdict: Mapping[str, Any],
    scores: Mapping[str, Any],
    card: modelcard.Card,
    digest: str,
) -> Entry:
    own = scores["candidates"][card.model]
    measured = ("wape", "rmsle", "mase", "bias", "measured_coverage", "relative_width")
    metrics = {key: own[key] for key in measured if own.get(key) is not None}
    others = {f"wape.{name}": one.get("wape") for name, one in scores["candidates"].items()}
    tags = {
        HASH: digest,
        "evaluation_hash": lineage.content_hash(args.evaluation),
        "data_hash": card.data_hash,
        "predecessor": verdict["champion_version"] or "none",
        "model": card.model,
        "recipe": card.recipe,
        "trained_until": card.last_month,
        **{key: f"{value:.6g}" for key, value in metrics.items()},
    }
    return Entry(
        tags={key: value for key, value in tags.items() if value},
        params={
            "model": card.model,
            "recipe": card.recipe,
            "horizon": str(card.horizon),
            "coverage": str(card.coverage),
            "origins": ",".join(card.origins),
            "trained_until": card.last_month,
        },
        metrics={**metrics, **{key: value for key, value in others.items() if value is not None}},
        artifacts={"evaluation": Path(args.evaluation), "importance": Path(args.importance)},
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is missing or broken: {error}", "run evaluate again") from None


if __name__ == "__main__":
    run(main)
