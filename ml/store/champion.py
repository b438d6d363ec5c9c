"""The model in service, as a step is handed it: an MLflow model folder, whoever has put it there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import yaml

from ml.core.gate import Defender
from ml.core.predictor import Predictor
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
    about = json.loads((inner / bundle.FILE).read_text(encoding="utf-8"))
    registered = folder / _REGISTERED
    meta = yaml.safe_load(registered.read_text(encoding="utf-8")) if registered.exists() else {}
    version = meta.get("model_version")
    return InService(
        predictor=predictor,
        defender=Defender(
            model=predictor.model.name,
            recipe=about["recipe"],
            trained_until=about["trained_until"],
            hash=lineage.content_hash(inner),
            version=None if version is None else str(version),
        ),
    )
