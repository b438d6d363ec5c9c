"""The model in service, as a step is handed it: an MLflow model folder, whoever has put it there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ml.core.forecasts import month_of
from ml.core.gate import Defender
from ml.core.predictor import Predictor
from ml.errors import InputError
from ml.store import bundle, lineage, pyfunc

_REGISTERED = "registered_model_meta"
"""MLflow writes the version into this file when it downloads a registered model."""


@dataclass(frozen=True, kw_only=True)
class InService:
    """A champion that can forecast, and what the gate must know of it."""

    predictor: Predictor
    defender: Defender


def read_champion(folder: Path) -> InService:
    """Loads the champion.

    Raises:
        InputError: the folder is no MLflow model of ours.
    """
    inner = pyfunc.bundle_folder(folder)
    predictor = bundle.load(inner)
    recipe = (_yaml(folder / pyfunc.MLMODEL).get("metadata") or {}).get("recipe")
    if recipe is None:
        raise InputError(f"{folder / pyfunc.MLMODEL} names no recipe", "register the model again")
    version = _yaml(folder / _REGISTERED).get("model_version")
    return InService(
        predictor=predictor,
        defender=Defender(
            model=predictor.model.name,
            recipe=recipe,
            trained_until=f"{month_of(predictor.profile.last_month):%Y-%m}",
            hash=lineage.content_hash(inner),
            version=None if version is None else str(version),
        ),
    )


def _yaml(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
