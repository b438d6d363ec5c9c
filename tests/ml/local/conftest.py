"""A small pipeline (`tiny/`) whose steps run as real processes, which the tests observe and control."""

from __future__ import annotations

import importlib
import os
import runpy
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ml.local.contract import Event, ExternalState, PipelineInput
from ml.local.records import RunRecord, StepRecord
from ml.local.runner import run
from ml.spec import Pipeline, Scalar

RUN = """
import runpy, sys
from pathlib import Path
from ml.local.runner import run
run(runpy.run_path(sys.argv[1])["PIPELINE"], Path(sys.argv[2]))
"""


@dataclass
class TinyRun:
    """The tiny pipeline and its files: `source` is what fetch reads, `registry` what promote writes."""

    folder: Path
    package: Path
    out: Path
    events: list[Event] = field(default_factory=list[Event])

    @property
    def pipeline(self) -> Pipeline:
        return runpy.run_path(str(self.package / "wiring.py"))["PIPELINE"]

    def run(
        self,
        values: Mapping[str, Scalar] | None = None,
        *,
        champion: PipelineInput | None = None,
        effects: Mapping[str, Callable[[], str]] | None = None,
        blind: bool = False,
    ) -> RunRecord:
        """Runs it here; the runner knows the external state unless it is `blind`."""
        known = ExternalState(
            sources={"fetch": (self.folder / "source").read_text()},
            effects=effects or {"promote": self.registry},
        )
        return run(
            self.pipeline,
            self.out,
            values,
            inputs={"champion": champion} if champion else {},
            external=ExternalState() if blind else known,
            on_event=self.events.append,
        )

    def start(self) -> subprocess.Popen[str]:
        """Runs it in a process of its own, which does not know the external state."""
        return subprocess.Popen(
            [sys.executable, "-c", RUN, str(self.package / "wiring.py"), str(self.out)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def registry(self) -> str:
        path = self.folder / "registry"
        return path.read_text() if path.exists() else ""

    def inject(self, step: str, code: str) -> None:
        """Makes the step run `code` when its output is half written; an empty text ends that."""
        (self.folder / f"inject-{step}.py").write_text(code)

    def ran(self) -> list[str]:
        """The steps that ran since this was last asked."""
        path = self.folder / "ran"
        names = path.read_text().split() if path.exists() else []
        path.unlink(missing_ok=True)
        return names

    def wait_for(self, name: str) -> Path:
        """Waits until a step has made that file."""
        path, deadline = self.folder / name, time.monotonic() + 30
        while not path.exists():
            assert time.monotonic() < deadline, f"no {name}"
            time.sleep(0.02)
        return path

    def folders(self) -> list[str]:
        """Every folder of a key, half ones included, as step/key."""
        return sorted(p.relative_to(self.out / "steps").as_posix() for p in (self.out / "steps").glob("*/*"))

    @staticmethod
    def states(record: RunRecord) -> dict[str, str]:
        return {step.step: step.state for step in record.steps}

    def step_record(self, record: RunRecord, step: str) -> StepRecord:
        key = next(s.key for s in record.steps if s.step == step)
        step_record = StepRecord.read(self.out / "steps" / step / str(key))
        assert step_record
        return step_record

    def number(self, record: RunRecord, step: str, port: str) -> int:
        return int((record.output(self.out, step, port) / "number").read_text())


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TinyRun:
    folder, home = tmp_path / "observed", tmp_path / "home"
    folder.mkdir()
    package = Path(shutil.copytree(Path(__file__).parent / "tiny", home / "tiny"))
    (package / "__init__.py").touch()
    (folder / "source").write_text("21")
    monkeypatch.setenv("ROAST_TEST_FOLDER", str(folder))
    monkeypatch.setenv("PYTHONPATH", str(home), prepend=os.pathsep)
    monkeypatch.syspath_prepend(str(home))
    importlib.invalidate_caches()
    return TinyRun(folder, package, tmp_path / "out")
