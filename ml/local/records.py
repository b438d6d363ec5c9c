"""What the local runner records about a step and about a run, as JSON beside the outputs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ml.errors import InputError
from ml.store.documents import write_json
from ml.store.lineage import content_hash

State = Literal["done", "unchanged", "failed", "stopped", "not run"]

Parts = dict[str, str | int | float | bool]

RECORD = "record.json"
RUN = "run.json"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StepRecord(_Record):
    """A step that succeeded. The record lies beside its outputs and appears together with them."""

    step: str
    key: str
    parts: Parts
    """What the key is the hash of; see `ml.local.keys`."""
    command: tuple[str, ...]
    """As it ran, with the final paths of the outputs."""
    inputs: dict[str, str]
    """Content hash of each input, by port."""
    outputs: dict[str, str]
    """Content hash of each output, by port."""
    effect: str | None
    """State that the step left outside its outputs, as `ExternalState.effects` reports it."""
    seconds: float
    finished_at: dt.datetime
    versions: dict[str, str]
    """Python and the installed packages."""
    log: str
    """Path of its log in the run's folder."""

    @classmethod
    def read(cls, folder: Path) -> StepRecord | None:
        """The record in `folder`, or `None` if there is none that this version can read."""
        try:
            return cls.model_validate_json((folder / RECORD).read_bytes())
        except (OSError, ValidationError):
            return None

    def write(self, folder: Path) -> None:
        """Puts the record beside the outputs."""
        write_json(folder / RECORD, self)

    def is_intact(self, folder: Path) -> bool:
        """Whether the outputs in `folder` are still those that the step wrote."""
        return all(
            (folder / port).exists() and content_hash(folder / port) == hash_
            for port, hash_ in self.outputs.items()
        )


class StepRun(_Record):
    """How one step went in one run."""

    step: str
    state: State
    why: str = ""
    """Why it ran instead of being reused, or why it failed."""
    seconds: float = 0.0
    key: str | None = None
    outputs: dict[str, str] = {}
    """Path of each output in the run's folder, by port."""
    log: str | None = None


class RunRecord(_Record):
    """The latest run in a folder."""

    pipeline: str
    state: Literal["complete", "failed", "stopped"]
    error: str | None = None
    started_at: dt.datetime
    seconds: float
    params: dict[str, str | int | float | bool]
    steps: tuple[StepRun, ...]

    @classmethod
    def read(cls, out: Path) -> RunRecord:
        """The record of the latest run in `out`.

        Raises:
            InputError: there is no record, or another version wrote it.
        """
        path = out / RUN
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError:
            raise InputError(f"{path} does not exist", "run `roast run` into that folder first") from None
        except ValidationError:
            raise InputError(f"{path} was written by another version", "run `roast run` again") from None

    def write(self, out: Path) -> None:
        """Replaces `run.json`."""
        write_json(out / RUN, self)

    def output(self, out: Path, step: str, port: str) -> Path:
        """The path of a step's output.

        Raises:
            InputError: that step did not succeed in this run.
        """
        paths: Mapping[str, str] = next((s.outputs for s in self.steps if s.step == step), {})
        if port not in paths:
            raise InputError(f"{out / RUN}: the step {step} did not finish", "run `roast run` again")
        return out / paths[port]
