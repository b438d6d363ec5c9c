"""What is interrupted, and how to see whether it left something half done."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ml.local.records import StepRecord
from ml.local.runner import run as run_pipeline
from ml.steps import import_sales, preprocess, register
from ml.store import registry, tracking
from ml.store.lineage import content_hash
from ml.store.registry import HASH, Entry
from ml.warehouse.embedded import fingerprint
from ml.warehouse.folder import WarehouseFolder
from ml.warehouse.load import load
from ml.warehouse.query import SalesQuery
from ml.warehouse.settings import SnowflakeSettings

NAME = "monthly-demand"
ABSENT = "absent"


@dataclass(frozen=True, kw_only=True)
class Action:
    """`run` works in its first folder with what is in the second; `state` is a text for each output."""

    run: Callable[[Path, Path], object]
    state: Callable[[Path, Path], dict[str, str]]


def _hash(path: Path) -> str:
    return content_hash(path) if path.exists() else ABSENT


def _load(folder: Path, shared: Path) -> object:
    return load(shared / "new.csv", folder / "warehouse")


def _loaded(folder: Path, shared: Path) -> dict[str, str]:
    """The rows; if the warehouse claims to know what was loaded, it must be what is there."""
    warehouse = WarehouseFolder(folder / "warehouse")
    if not warehouse.database.exists():
        return {"rows": ABSENT}
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        rows = repr(connection.execute('SELECT count(*), sum(hash(s)) FROM "PUBLIC"."SALES" s').fetchall())
    claimed = fingerprint(warehouse.folder)
    known: dict[str, str] = json.loads((shared / "fingerprints.json").read_text())
    assert claimed is None or known.get(claimed, rows) == rows, "another table than the record says"
    return {"rows": rows}


def _import(folder: Path, shared: Path) -> object:
    settings = SnowflakeSettings.from_env(json.loads((shared / "warehouse.json").read_text()))
    return import_sales.import_sales(settings, SalesQuery(table="SALES"), folder / "raw")


def _preprocess(folder: Path, shared: Path) -> object:
    monthly, features, quality = (folder / name for name in ("monthly", "features", "quality"))
    return preprocess.preprocess_sales(
        shared / "raw", "extended", monthly=monthly, features=features, quality=quality, limit=1.0
    )


def _use(folder: Path) -> None:
    os.environ[tracking.URI] = f"sqlite:///{folder / 'registry' / 'mlflow.db'}"


def _register(folder: Path, shared: Path) -> object:
    _use(folder)
    names = ("features", "models", "importance", "evaluation")
    inputs = register.RegistrationInputs(**{name: shared / "run" / name for name in names})
    return register.register_model(inputs, NAME, out=folder / "registration")


def _promote(folder: Path, shared: Path) -> object:
    _use(folder)
    entry = Entry(tags={HASH: "new", "recipe": "extended"}, params={"a": "1"}, metrics={"wape": 0.1})
    return registry.register(NAME, shared / "new-model", entry, over="old")


def _champion(folder: Path, _: Path) -> dict[str, str]:
    """The champion's hash and its files, which must be whole."""
    _use(folder)
    current = registry.champion(NAME)
    if current is None:
        return {"champion": ABSENT}
    with tempfile.TemporaryDirectory() as scratch:
        files = current.download(Path(scratch) / "model")
        assert (files / "MLmodel").stat().st_size  # it has a time in it
        inner = files / "data"
        return {"champion": f"{current.hash} {content_hash(inner)}"}


def _run(folder: Path, shared: Path) -> object:
    os.environ["ROAST_TEST_FOLDER"] = str(folder)
    os.environ["PYTHONPATH"] = str(shared)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # on a full disk Python writes half a module
    sys.path.insert(0, str(shared))
    (folder / "source").write_text("21")
    return run_pipeline(runpy.run_path(str(shared / "tiny" / "wiring.py"))["PIPELINE"], folder / "out")


def _steps(folder: Path, _: Path) -> dict[str, str]:
    """The numbers of all finished steps, each of which must be intact."""
    numbers: dict[str, str] = {}
    for step in ("fetch", "double", "evaluate", "promote"):
        numbers[step] = ABSENT
        for path in (folder / "out" / "steps" / step).glob("[!.]*"):
            record = StepRecord.read(path)
            assert record is not None, f"{path} has no record"
            assert record.is_intact(path), f"{path} is not what its record says"
            numbers[step] = next(path.glob("*/number")).read_text()
    return numbers


def _hashes(*names: str) -> Callable[[Path, Path], dict[str, str]]:
    return lambda folder, _: {name: _hash(folder / name) for name in names}


ACTIONS: Mapping[str, Action] = {
    "load": Action(run=_load, state=_loaded),
    "import": Action(run=_import, state=_hashes("raw")),
    "preprocess": Action(run=_preprocess, state=_hashes("monthly", "features", "quality")),
    "register": Action(run=_register, state=_champion),
    "promote": Action(run=_promote, state=_champion),
    "run": Action(run=_run, state=_steps),
}


def leftovers(folder: Path) -> list[str]:
    """Partial outputs."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob(".*.part"))


def copy(template: Path, folder: Path) -> None:
    """A fresh folder to work in."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder, symlinks=True)
