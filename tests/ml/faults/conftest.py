"""What the actions work on, made once, and the process that runs them."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ml.core.preprocess import preprocess
from ml.core.sample import generate
from ml.store import registry, tracking
from ml.store.registry import HASH, Entry
from ml.warehouse import embedded
from ml.warehouse.load import load
from tests.ml.faults import actions
from tests.ml.faults.inject import CAMPAIGN, Fault
from tests.ml.steps.test_register import evaluated_folders

UNTIL = dt.date(2024, 12, 31)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How a process ended: its exit code, negative for a signal, and what it printed."""

    code: int
    log: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answers:
    """How several processes ended."""

    codes: tuple[int, ...]
    log: str


class Worker:
    """Runs actions, each in a process of its own."""

    def __init__(self, shared: Path, templates: Path, scratch: Path) -> None:
        self.shared, self._templates, self.folder = shared, templates, scratch / "work"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ml.faults.worker", str(shared)],
            cwd=Path(__file__).parents[3],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == {"ready": True}

    def fresh(self, action: str) -> None:
        """Puts the folder into the state before the action."""
        actions.copy(self._templates / action, self.folder)

    def run(self, action: str, fault: Fault | None = None, zone: str = "UTC") -> Answer:
        fault = fault or Fault()
        answer = self._ask(action=action, do="run", kind=fault.kind, at=fault.at, zone=zone)
        return Answer(code=answer["codes"][0], log=answer["log"], changes=tuple(answer.get("changes", ())))

    def twins(self, action: str) -> Answers:
        """The action by two processes at once."""
        answer = self._ask(action=action, do="run", processes=2)
        return Answers(codes=tuple(answer["codes"]), log=answer["log"])

    def state(self, action: str) -> dict[str, str]:
        """A text for each output; it fails if one is half done."""
        answer = self._ask(action=action, do="state")
        assert answer["codes"] == [0], answer["log"]
        return answer["state"]

    def leftovers(self) -> list[str]:
        return actions.leftovers(self.folder)

    def stop(self) -> None:
        self._process.communicate()

    def _ask(self, **request: object) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({**request, "folder": str(self.folder)}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())


def _champion(folder: Path, model: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(tracking.URI, f"sqlite:///{folder / 'registry' / 'mlflow.db'}")
        registry.register(actions.NAME, model, Entry(tags={HASH: "old"}), over=None)


def _model(folder: Path, weights: bytes) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "MLmodel").write_text("flavors: {}\n")
    (folder / "data" / "weights").write_bytes(weights)
    return folder


def _models(shared: Path, templates: Path, scratch: Path) -> None:
    """What a registration reads, and a registry with a champion."""
    sales = generate(stores=3, years=4, seed=0, until=UNTIL, flaws=False).lazy()
    panel = preprocess(sales, imported_on=UNTIL, recipe="extended").features.to_pandas()
    evaluated_folders(shared / "run", panel)
    _model(shared / "new-model", b"new")
    _champion(scratch / "work", _model(shared / "old-model", b"old"))  # its addresses are absolute
    (scratch / "work" / "registry").rename(templates / "promote" / "registry")


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    shared, templates = tmp_path_factory.mktemp("shared"), tmp_path_factory.mktemp("templates")
    for name in actions.ACTIONS:
        (templates / name).mkdir()
    new = generate(stores=2, years=1, seed=1, until=UNTIL).sample(2000, seed=0)
    new.write_csv(shared / "new.csv")
    new.head(500).write_csv(shared / "old.csv")
    known = {}
    for name in ("new", "old"):  # the old one is what a load replaces
        record = load(shared / f"{name}.csv", templates / "load" / "warehouse")
        (shared / "fingerprints.json").write_text("{}")
        known[record.fingerprint] = actions.ACTIONS["load"].state(templates / "load", shared)["rows"]
    (shared / "fingerprints.json").write_text(json.dumps(known))
    (shared / "warehouse").mkdir()
    shutil.copytree(templates / "load" / "warehouse", shared / "warehouse", dirs_exist_ok=True)
    scratch = tmp_path_factory.mktemp("scratch")
    if CAMPAIGN:
        _models(shared, templates, scratch)
    tiny = shutil.copytree(Path(__file__).parents[1] / "local" / "tiny", shared / "tiny")
    (tiny / "__init__.py").touch()
    with embedded.serve(shared / "warehouse") as settings:
        (shared / "warehouse.json").write_text(json.dumps(settings.to_env()))
        actions.ACTIONS["import"].run(shared, shared)
        each = Worker(shared, templates, scratch)
        yield each
        each.stop()
