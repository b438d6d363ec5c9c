"""Versions of data assets, as Azure ML keeps them: the same content is the same version."""

from __future__ import annotations

import json
from pathlib import Path

from ml.local.records import StepRecord
from ml.spec import Step
from ml.store import lineage
from ml.store.atomic import whole_file

_VERSION = 12


def register(out: Path, step: Step, folder: Path, record: StepRecord) -> None:
    """Notes where each output that is an asset lies and what it comes from; a version that is there stays."""
    for port in step.outputs:
        if port.asset is None:
            continue
        hash_ = record.outputs[port.name]
        place = out / "assets" / port.asset / f"{hash_[:_VERSION]}.json"
        if place.exists() and (out / json.loads(place.read_bytes())["path"]).exists():
            continue
        source = folder / port.name / lineage.FILE
        note = {
            "name": port.asset,
            "version": hash_[:_VERSION],
            "type": port.type,
            "description": port.description,
            "path": (folder / port.name).relative_to(out).as_posix(),
            "hash": hash_,
            "step": step.name,
            "key": record.key,
            "made_at": record.finished_at.isoformat(),
            "made_from": record.inputs,
            "lineage": json.loads(source.read_bytes()) if source.exists() else None,
        }
        with whole_file(place) as part:
            part.write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
