"""What only the model's side knows: which rows to ask with, what an answer should look like, what drift is.

This package and the model's do not import each other. The model's side hangs a module on the entry-point
group `roast.model`, as rooms hang their commands on `roast.commands`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol, cast

from roastery.jobs.errors import JobsError

GROUP = "roast.model"


class ModelSide(Protocol):
    """The module behind the entry point."""

    REGISTRATION: str
    """The output of a step that tells what was registered."""

    def registered(self, folder: Path) -> str | None:
        """`name:version` of the champion that a run has made, by its output `REGISTRATION`; None if none."""
        ...

    def warehouse(
        self, step: str | None, folder: Path | None = None
    ) -> AbstractContextManager[Mapping[str, str]]:
        """Variables that lead a job to sales from this machine, for as long as the block lasts.

        `step` is the one that the job starts with, None for the whole pipeline; one that reads no warehouse
        gets no variables. `folder` is a warehouse that `sample` has filled.
        """
        ...

    def sample(self, folder: Path) -> str:
        """Fills a warehouse in that folder with made-up sales; says what they are."""
        ...

    def requests(self, model: Path, count: int) -> Sequence[bytes]:
        """Bodies of requests that this model should answer: real stores, the month that comes next."""
        ...

    def problem(self, body: bytes, answer: bytes) -> str | None:
        """What is wrong with an answer to that request; None if nothing is."""
        ...

    def drift(self, raw: Path, trained_until: str, days: int) -> Mapping[str, Any]:
        """How the sales of the last days differ from those of training.

        `features`, largest drift first (`feature`, `psi`, `noise`, `level`, `bin`, `before`, `now`),
        `recent_from` and `recent_until`.
        """
        ...

    def arrived(self, raw: Path, trained_until: str) -> tuple[Sequence[bytes], Sequence[float]]:
        """Requests for the months that have come since training, and what was sold in each row of them."""
        ...

    def forecasts(self, answer: bytes) -> Sequence[float]:
        """The quantities of an answer, by row."""
        ...

    def residual(
        self, actual: Sequence[float], predicted: Sequence[float], backtest: float
    ) -> Mapping[str, float]:
        """The error of those forecasts beside that of the backtest: `wape`, `backtest`, `ratio`."""
        ...


def model_side() -> ModelSide:
    """The installed one.

    Raises:
        JobsError: there is none.
    """
    for point in metadata.entry_points(group=GROUP):
        return cast(ModelSide, point.load())
    raise JobsError(
        f"no package hangs a model's side on {GROUP}", "make setup installs it; or use --rows FILE"
    )
