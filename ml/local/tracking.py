"""The registry that a run on this machine uses, and the champion in it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from sqlalchemy.engine import URL

from ml.local.contract import PipelineInput
from ml.store import registry, tracking

EVALUATION = "evaluation_hash"
"""Tag of a version: content hash of the evaluation that made it the champion."""


def use(out: Path) -> str:
    """Sets MLFLOW_TRACKING_URI to a SQLite file in the run's folder, unless it is set, and returns it.

    A relative SQLite path becomes absolute: the steps run in folders of their own.
    """
    setting = os.environ.get(tracking.URI)
    file = tracking.database(setting) if setting else out.resolve() / "registry" / "mlflow.db"
    address = setting or ""
    if file is not None:
        address = URL.create("sqlite", database=str(file)).render_as_string()
    os.environ[tracking.URI] = address
    return address


def champion(name: str, out: Path) -> PipelineInput | None:
    """The champion as an input of the pipeline, copied into the run's folder; `None` if there is none."""
    current = registry.champion(name)
    if current is None:
        return None
    # The version is part of the hash, because the evaluation writes it into its outputs.
    identity = hashlib.sha256(standing(name).encode()).hexdigest()
    folder = out.resolve() / "champion" / identity[:16]
    if not folder.exists():
        current.download(folder)
    return PipelineInput(path=folder, hash=identity, made_from=current.tags.get(EVALUATION))


def standing(name: str) -> str:
    """The state of the registry as a text to compare: its address, and the champion in it."""
    current = registry.champion(name)
    version = f"{current.uri} {current.hash}" if current else "none"
    return f"{tracking.without_credentials(tracking.uri())} {version}"
