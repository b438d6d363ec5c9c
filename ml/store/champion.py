"""The model in service, as a step gets it: an MLflow model folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from ml.core.gate import ChampionInfo
from ml.core.predictor import Predictor
from ml.store import bundle, lineage, pyfunc
from ml.store.documents import read_json

_REGISTERED = "registered_model_meta"
"""MLflow writes the version into this file when it downloads a registered model."""


@dataclass(frozen=True, kw_only=True)
class LoadedChampion:
    """A champion that can forecast, and what the gate needs to know about it."""

    predictor: Predictor
    info: ChampionInfo


def read_champion(folder: Path) -> LoadedChampion:
    """Loads the champion.

    Raises:
        InputError: the folder is not an MLflow model that the step register made.
    """
    inner = pyfunc.bundle_folder(folder)
    predictor = bundle.load(inner)
    about = read_json(inner / bundle.FILE)
    registered = folder / _REGISTERED
    meta = yaml.safe_load(registered.read_text(encoding="utf-8")) if registered.exists() else {}
    version = meta.get("model_version")
    return LoadedChampion(
        predictor=predictor,
        info=ChampionInfo(
            model=predictor.model.name,
            recipe=about["recipe"],
            trained_until=about["trained_until"],
            hash=lineage.content_hash(inner),
            version=None if version is None else str(version),
        ),
    )
