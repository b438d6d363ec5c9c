"""What the report is made from: the folders of a run. A file that is missing is `None` and listed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from ml.errors import InputError
from ml.store import frames, lineage
from ml.store.documents import read_json
from ml.store.lineage import Lineage

_HINT = "run the step that writes it again"

FOLDERS = ("monthly", "quality", "importance", "evaluation", "registration")


class StepDocument(BaseModel):
    """A JSON file that a step wrote. It may hold more than the report reads."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class RuleCount(StepDocument):
    rule: str
    count: int
    example: Any = None


class ColumnGaps(StepDocument):
    name: str
    missing: int
    """Empty cells, of all rows that came in."""


class Reduction(StepDocument):
    rows_in: int
    rows_out: int
    factor: float


class Returns(StepDocument):
    """Rows with a negative quantity that reduced the sales of their month, and what they sum to."""

    rows: int
    quantity: float


class Quality(StepDocument):
    rows_in: int
    rows_valid: int | None = None
    rows_quarantined: int = 0
    rules: tuple[RuleCount, ...] = ()
    warnings: tuple[str, ...] = ()
    reduction: Reduction | None = None
    returns: Returns | None = None
    columns: tuple[ColumnGaps, ...] = ()
    incomplete_months: int = 0
    """Store months that were cut off."""
    granularity: str | None = None


class CandidateDocument(StepDocument):
    name: str
    note: str = ""


class VerdictDocument(StepDocument):
    winner: str
    winner_wape: float | None = None
    champion: str | None = None
    champion_wape: float | None = None
    champion_model: str | None = None
    champion_version: str | int | None = None
    baseline: str | None = None
    baseline_wape: float | None = None
    promote: bool = False
    reason: str = ""
    candidates: tuple[CandidateDocument, ...] = ()


class Registration(StepDocument):
    registered: bool = False
    name: str | None = None
    version: str | int | None = None
    reason: str | None = None
    hash: str | None = None


class Bundle(StepDocument):
    """What the bundle of a registered model records about its training."""

    recipe: str | None = None
    seed: int | None = None
    trained_until: str | None = None


class Interval(StepDocument):
    coverage: float | None = None
    measured_coverage: float | None = None
    relative_width: float | None = None
    note: str = ""


class Importance(StepDocument):
    impurity: dict[str, float] = {}
    permutation: dict[str, float] = {}


class Score(StepDocument):
    wape: float | None = None
    rmsle: float | None = None
    mase: float | None = None
    bias: float | None = None


class OriginScore(Score):
    origin: str


class SplitScores(StepDocument):
    """The customer's recipe by random split, and by time from every origin, newest first."""

    random: Score | None = None
    origins: tuple[OriginScore, ...] = ()
    stores: int | None = None
    of_stores: int | None = None
    """More than `stores` if only some were drawn."""
    reason: str = ""
    """Why it was not scored."""


class Headlines(StepDocument):
    """What was tested, and the warnings that a reader of the backtest needs."""

    horizon: int | None = None
    origins: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RunOutputs:
    """What the folders hold. `absent` names each file that is missing."""

    monthly: pd.DataFrame | None = None
    quality: Quality | None = None
    importance: Mapping[str, Importance] = field(default_factory=dict[str, Importance])
    verdict: VerdictDocument | None = None
    headlines: Headlines | None = None
    scores: pd.DataFrame | None = None
    backtest: pd.DataFrame | None = None
    intervals: Mapping[str, Interval] = field(default_factory=dict[str, Interval])
    split: SplitScores | None = None
    registration: Registration | None = None
    bundle: Bundle | None = None
    """Of the model that was registered."""
    lineages: Mapping[str, Lineage] = field(default_factory=dict[str, Lineage])
    absent: tuple[str, ...] = ()


def read(folders: Mapping[str, Path]) -> RunOutputs:
    """Reads a run's folders, by the names of `FOLDERS`.

    Raises:
        InputError: a folder does not exist, or a file in it is broken.
    """
    for name, folder in folders.items():
        if not folder.is_dir():
            raise InputError(f"--{name}: {folder} is not a folder", "run the steps before the report")
    reader = _Reader(folders)
    return RunOutputs(
        monthly=reader.table("monthly", "monthly.parquet"),
        quality=reader.json("quality", "quality.json", Quality),
        importance=reader.json("importance", "importance.json", dict[str, Importance]) or {},
        verdict=reader.json("evaluation", "verdict.json", VerdictDocument),
        headlines=reader.json("evaluation", "scores.json", Headlines),
        scores=reader.table("evaluation", "scores.parquet"),
        backtest=reader.table("evaluation", "backtest.parquet"),
        intervals=reader.intervals(),
        split=reader.json("evaluation", "customer_split.json", SplitScores),
        registration=reader.json("registration", "registration.json", Registration),
        bundle=reader.bundle(),
        lineages={name: lineage.read(f) for name, f in folders.items() if (f / lineage.FILE).exists()},
        absent=tuple(reader.absent),
    )


T = TypeVar("T")


class _Reader:
    def __init__(self, folders: Mapping[str, Path]) -> None:
        self.folders = folders
        self.absent: list[str] = []

    def _path(self, folder: str, name: str) -> Path | None:
        path = self.folders[folder] / name
        if path.exists():
            return path
        self.absent.append(f"{folder}/{name}")
        return None

    def table(self, folder: str, name: str) -> pd.DataFrame | None:
        path = self._path(folder, name)
        return None if path is None else frames.read_pandas(path)

    def json(self, folder: str, name: str, kind: type[T]) -> T | None:
        path = self._path(folder, name)
        return None if path is None else _parsed(path, kind)

    def bundle(self) -> Bundle | None:
        """The bundle of the registered model; not listed as absent if no model was registered."""
        path = self.folders["registration"] / "model" / "data" / "bundle" / "bundle.json"
        return _parsed(path, Bundle) if path.exists() else None

    def intervals(self) -> dict[str, Interval]:
        folder = self._path("evaluation", "intervals")
        return (
            {path.stem: _parsed(path, Interval) for path in sorted(folder.glob("*.json"))} if folder else {}
        )


def _parsed(path: Path, kind: type[T]) -> T:
    content = read_json(path, _HINT)
    try:
        return TypeAdapter(kind).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}, {where or 'as a whole'}: {first['msg']}", _HINT) from None


def known(value: object) -> float | None:
    """A finite number or `None`."""
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
