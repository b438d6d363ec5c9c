"""What only the model's package knows: rows for requests, the shape of an answer, the measure of drift.

This package and the model's do not import each other. The model's package registers a module on the
entry-point group `roast.model`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol, cast

from roastery.jobs.errors import JobsError

GROUP = "roast.model"


class ModelInterface(Protocol):
    """The module behind the entry point."""

    REGISTRATION: str
    """The output of a step that says what was registered."""

    def registered(self, folder: Path) -> str | None:
        """`name:version` of the champion that a run has made, by its output `REGISTRATION`; None if none."""
        ...

    def warehouse(
        self, step: str | None, folder: Path | None = None
    ) -> AbstractContextManager[Mapping[str, str]]:
        """Variables with which a job reads the sales on this machine, for as long as the block lasts.

        `step` is the one that the job starts with, None for the whole pipeline; one that reads no warehouse
        gets no variables. `folder` is a warehouse that `sample` has filled.
        """
        ...

    def sample(self, folder: Path) -> str:
        """Fills a warehouse in that folder with made-up sales; describes them in a line."""
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


def load_model_interface() -> ModelInterface:
    """The module that an installed package registers.

    Raises:
        JobsError: no package registers one.
    """
    for point in metadata.entry_points(group=GROUP):
        return cast(ModelInterface, point.load())
    raise JobsError(
        f"no installed package offers a model (entry points {GROUP})",
        "make setup installs one; or use --rows FILE",
    )
