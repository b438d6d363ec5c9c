"""What only the model's side knows: which rows to ask with, what an answer should look like, what drift is.

This package and the model's do not import each other. The model's side hangs a module on the entry-point
group `roast.model`, as rooms hang their commands on `roast.commands`.
"""

from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Final, Protocol, cast

from roastery.jobs.errors import JobsError

GROUP: Final = "roast.model"


class ModelSide(Protocol):
    """The module behind the entry point."""

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
