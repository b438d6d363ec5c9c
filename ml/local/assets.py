"""Versions of data assets, as in Azure ML: equal content is the same version."""

from __future__ import annotations

from pathlib import Path

from ml.local.records import StepRecord
from ml.spec import Step
from ml.store import lineage
from ml.store.documents import read_json, write_json

_VERSION = 12


def register(out: Path, step: Step, folder: Path, record: StepRecord) -> None:
    """Records path and origin of each output that is an asset; a version that exists is left as it is."""
    for port in step.outputs:
        if port.asset is None:
            continue
        hash_ = record.outputs[port.name]
        file = out / "assets" / port.asset / f"{hash_[:_VERSION]}.json"
        if file.exists() and (out / read_json(file)["path"]).exists():
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
            "lineage": read_json(source) if source.exists() else None,
        }
        write_json(file, note)
