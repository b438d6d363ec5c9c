"""Packs the winner as an MLflow model and registers it, if the gate lets it pass.

Reads the winner's bundle from `--models`, `verdict.json`, `scores.json` and `intervals/` from `--evaluation`,
and the lineage in `--features`; `--importance` is attached to the registered version as it is.

Writes into `--registration`:
- `registration.json`: `registered` (the winner is the champion now), `new` (this step made it the champion),
  `name`, `version`, `reason`, `model_uri`, `hash` of the bundle;
- `model/`: the MLflow model, if it is registered.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.core.forecasts import month_of
from ml.errors import GateLostError, InputError
from ml.pipeline import REGISTER as STEP
from ml.steps import entry
from ml.store import bundle, lineage, modelcard, pyfunc, registry
from ml.store.atomic import whole_folder
from ml.store.documents import read_json, write_json
from ml.store.modelcard import ModelCard
from ml.store.registry import HASH, ChampionChangedError, Entry

logger = logging.getLogger("ml.steps.register")

_HINT = "run the step evaluate again"


@dataclass(frozen=True, kw_only=True)
class RegistrationInputs:
    """The folders that the step reads."""

    features: Path
    models: Path
    importance: Path
    evaluation: Path


def register_model(
    inputs: RegistrationInputs, name: str, *, require: str | None = None, out: Path
) -> dict[str, Any]:
    """Registers the winner of the evaluation under `name` and writes the folder `out`, whole or not at all.

    Args:
        inputs: what the earlier steps wrote.
        name: of the registered model.
        require: a candidate that has to have won.
        out: where to.

    Returns:
        The content of `registration.json`.

    Raises:
        GateLostError: `require` names a candidate that did not win.
        InputError: `require` is unknown, or an input is missing or broken.
        UnreachableError: the registry does not answer.
        AccessDeniedError: the registry refuses the credentials.
    """
    verdict = read_json(inputs.evaluation / "verdict.json", _HINT)
    scores = read_json(inputs.evaluation / "scores.json", _HINT)
    _check_required(require, verdict)
    with whole_folder(out) as folder:
        if verdict["promote"]:
            registration = _register(inputs, name, verdict, scores, folder)
        else:
            registration = _not_registered(name, verdict["reason"], verdict["champion_version"])
        logger.info("%s", registration["reason"])
        write_json(folder / "registration.json", registration)
    return registration


def _check_required(required: str | None, verdict: Mapping[str, Any]) -> None:
    """Ends the step where `--require` names a loser, before anything is registered."""
    names = [c["name"] for c in verdict["candidates"]]
    if required is None or required == verdict["winner"]:
        return
    if required not in names:
        raise InputError(f"--require {required}: unknown candidate", f"candidates: {', '.join(names)}")
    raise GateLostError(f"{required} did not win the backtest: {verdict['reason']}")


def _register(
    inputs: RegistrationInputs,
    name: str,
    verdict: Mapping[str, Any],
    scores: Mapping[str, Any],
    folder: Path,
) -> dict[str, Any]:
    winner = verdict["winner"]
    intervals = read_json(inputs.evaluation / "intervals" / f"{winner}.json", _HINT)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as scratch:
        packed = Path(scratch) / "bundle"
        shutil.copytree(inputs.models / winner, packed)
        if "widths" in intervals:
            bundle.add_intervals(packed, intervals)
        digest = lineage.content_hash(packed)
        card = _card(inputs, verdict, scores, name=name, intervals=intervals, packed=packed)
        model = folder / "model"
        about = {"model": winner, "recipe": card.recipe, "trained_until": card.last_month, HASH: digest}
        pyfunc.save(model, packed, modelcard.render(card), about)
    described = _entry(inputs, verdict, scores, card, digest)
    try:
        version, new = registry.register(name, model, described, over=verdict["champion_hash"])
    except ChampionChangedError as changed:
        shutil.rmtree(model)
        return _not_registered(name, str(changed), None)
    same = f"version {version.version}, the champion already, has the same content"
    return {
        "registered": True,
        "new": new,
        "name": name,
        "version": version.version,
        "reason": verdict["reason"] if new else same,
        "model_uri": version.uri,
        "hash": digest,
    }


def _not_registered(name: str, reason: str, version: str | None) -> dict[str, Any]:
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
    inputs: RegistrationInputs,
    verdict: Mapping[str, Any],
    scores: Mapping[str, Any],
    *,
    name: str,
    intervals: Mapping[str, Any],
    packed: Path,
) -> ModelCard:
    own = scores["candidates"][verdict["winner"]]
    profile = bundle.load(packed).profile
    known = (inputs.features / lineage.FILE).exists()
    return ModelCard(
        name=name,
        model=verdict["winner"],
        kind=own["kind"],
        recipe=own["recipe"],
        reason=verdict["reason"],
        first_month=f"{month_of(profile.first_month):%Y-%m}",
        last_month=f"{month_of(profile.last_month):%Y-%m}",
        stores=len(profile.series),
        data_hash=lineage.read(inputs.features).hash if known else "",
        horizon=scores["horizon"],
        origins=scores["origins"],
        scores=scores["candidates"],
        coverage=scores["coverage"],
        intervals=intervals,
        warnings=scores["warnings"],
    )


def _entry(
    inputs: RegistrationInputs,
    verdict: Mapping[str, Any],
    scores: Mapping[str, Any],
    card: ModelCard,
    digest: str,
) -> Entry:
    own = scores["candidates"][card.model]
    measured = ("wape", "rmsle", "mase", "bias", "measured_coverage", "relative_width")
    metrics = {key: own[key] for key in measured if own.get(key) is not None}
    others = {f"wape.{name}": score.get("wape") for name, score in scores["candidates"].items()}
    tags = {
        HASH: digest,
        "evaluation_hash": lineage.content_hash(inputs.evaluation),
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
        artifacts={"evaluation": inputs.evaluation, "importance": inputs.importance},
    )


def main(argv: Sequence[str] | None = None) -> None:
    """The step's command."""
    args = STEP.parser().parse_args(argv)
    register_model(
        RegistrationInputs(
            features=Path(args.features),
            models=Path(args.models),
            importance=Path(args.importance),
            evaluation=Path(args.evaluation),
        ),
        args.registered_model,
        require=args.require,
        out=Path(args.registration),
    )


if __name__ == "__main__":
    entry.run(main)
