"""Which registry a run on this machine uses, and what it says of the champion."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from sqlalchemy.engine import URL

from ml.local.contract import Given
from ml.store import registry, tracking

EVALUATION = "evaluation_hash"
"""Tag of a version: content hash of the evaluation that made it the champion."""


def use(out: Path) -> str:
    """Sets MLFLOW_TRACKING_URI to a SQLite file in the run's folder, unless it is set, and returns it.

    A relative SQLite path becomes absolute: the steps run in folders of their own.
    """
    given = os.environ.get(tracking.URI)
    file = tracking.database(given) if given else out.resolve() / "registry" / "mlflow.db"
    address = given or ""
    if file is not None:
        address = URL.create("sqlite", database=str(file)).render_as_string()
    os.environ[tracking.URI] = address
    return address


def champion(name: str, out: Path) -> Given | None:
    """The champion as an input of the pipeline, copied into the run's folder; `None` if there is none."""
    found = registry.champion(name)
    if found is None:
        return None
    # The version counts beside the content: an evaluation names it.
    identity = hashlib.sha256(standing(name).encode()).hexdigest()
    folder = out.resolve() / "champion" / identity[:16]
    if not folder.exists():
        found.download(folder)
    return Given(path=folder, hash=identity, made_from=found.tags.get(EVALUATION))


def standing(name: str) -> str:
    """What the registry says now, as a text to compare: which registry it is, and which champion it has."""
    found = registry.champion(name)
    return f"{tracking.shown(tracking.uri())} {f'{found.uri} {found.hash}' if found else 'none'}"
