"""What the report is written from: the folders of a run. A part that is absent is `None` and noted."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from ml.errors import InputError
from ml.store import frames, lineage
from ml.store.lineage import Lineage

FOLDERS = ("monthly", "quality", "importance", "evaluation", "registration")


class Part(BaseModel):
    """A JSON file of a step. Other steps may write more into it than the report reads."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Rule(Part):
    rule: str
    count: int
    example: Any = None


class Column(Part):
    name: str
    missing: int
    """Empty cells, of all rows that came in."""


class Reduction(Part):
    rows_in: int
    rows_out: int
    factor: float


class Quality(Part):
    rows_in: int
    rows_valid: int | None = None
    rows_quarantined: int = 0
    rules: tuple[Rule, ...] = ()
    warnings: tuple[str, ...] = ()
    reduction: Reduction | None = None
    columns: tuple[Column, ...] = ()
    incomplete_months: int = 0
    """Store months that were cut off."""
    granularity: str | None = None


class Ranked(Part):
    name: str
    note: str = ""


class Verdict(Part):
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
    candidates: tuple[Ranked, ...] = ()


class Registration(Part):
    registered: bool = False
    name: str | None = None
    version: str | int | None = None
    reason: str | None = None
    hash: str | None = None


class Bundle(Part):
    """What a registered model says of its training."""

    recipe: str | None = None
    seed: int | None = None
    trained_until: str | None = None


class Interval(Part):
    coverage: float | None = None
    measured_coverage: float | None = None
    relative_width: float | None = None
    note: str = ""


class Importance(Part):
    impurity: dict[str, float] = {}
    permutation: dict[str, float] = {}


class Score(Part):
    wape: float | None = None
    rmsle: float | None = None
    mase: float | None = None
    bias: float | None = None


class OriginScore(Score):
    origin: str


class Split(Part):
    """The customer's recipe by random split, and by time from every origin, newest first."""

    random: Score | None = None
    origins: tuple[OriginScore, ...] = ()
    reason: str = ""
    """Why it was not scored."""


class Headlines(Part):
    """What was tested, and what a reader of the backtest must know."""

    horizon: int | None = None
    origins: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Everything found. `absent` names each file that was looked for in vain."""

    monthly: pd.DataFrame | None = None
    quality: Quality | None = None
    importance: Mapping[str, Importance] = field(default_factory=dict[str, Importance])
    verdict: Verdict | None = None
    headlines: Headlines | None = None
    scores: pd.DataFrame | None = None
    backtest: pd.DataFrame | None = None
    intervals: Mapping[str, Interval] = field(default_factory=dict[str, Interval])
    split: Split | None = None
    registration: Registration | None = None
    bundle: Bundle | None = None
    """Of the model that was registered."""
    lineages: Mapping[str, Lineage] = field(default_factory=dict[str, Lineage])
    absent: tuple[str, ...] = ()


def read(folders: Mapping[str, Path]) -> Sources:
    """Reads a run's folders, by the names of `FOLDERS`.

    Raises:
        InputError: a folder does not exist, or a file in it is broken.
    """
    for name, folder in folders.items():
        if not folder.is_dir():
            raise InputError(f"--{name}: {folder} is no folder", "run the steps before the report")
    reader = _Reader(folders)
    return Sources(
        monthly=reader.table("monthly", "monthly.parquet"),
        quality=reader.json("quality", "quality.json", Quality),
        importance=reader.json("importance", "importance.json", dict[str, Importance]) or {},
        verdict=reader.json("evaluation", "verdict.json", Verdict),
        headlines=reader.json("evaluation", "scores.json", Headlines),
        scores=reader.table("evaluation", "scores.parquet"),
        backtest=reader.table("evaluation", "backtest.parquet"),
        intervals=reader.intervals(),
        split=reader.json("evaluation", "customer_split.json", Split),
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

    def _place(self, folder: str, name: str) -> Path | None:
        path = self.folders[folder] / name
        if path.exists():
            return path
        self.absent.append(f"{folder}/{name}")
        return None

    def table(self, folder: str, name: str) -> pd.DataFrame | None:
        path = self._place(folder, name)
        return None if path is None else frames.read_pandas(path)

    def json(self, folder: str, name: str, kind: type[T]) -> T | None:
        path = self._place(folder, name)
        return None if path is None else _parsed(path, kind)

    def bundle(self) -> Bundle | None:
        """There is one only where a model was registered, so that its absence is no news."""
        path = self.folders["registration"] / "model" / "data" / "bundle" / "bundle.json"
        return _parsed(path, Bundle) if path.exists() else None

    def intervals(self) -> dict[str, Interval]:
        place = self._place("evaluation", "intervals")
        return {path.stem: _parsed(path, Interval) for path in sorted(place.glob("*.json"))} if place else {}


def _parsed(path: Path, kind: type[T]) -> T:
    try:
        # not validate_json: Python's writer puts NaN for an undefined score, which JSON proper forbids
        return TypeAdapter(kind).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}, {where or 'as a whole'}: {first['msg']}", "run its step again") from None
    except ValueError as error:
        raise InputError(f"{path} is not JSON: {error}", "run its step again") from None


def known(value: object) -> float | None:
    """A finite number or `None`."""
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
