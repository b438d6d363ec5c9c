"""The one interface of every model, baselines included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.schema import Columns, Recipe


@dataclass(frozen=True, kw_only=True)
class FitOptions:
    """What training depends on besides the data: equal options and data give an equal model."""

    recipe: Recipe = "extended"
    horizon: int = 3
    seed: int = 0
    jobs: int = 1


class Fitted(Protocol):
    """A trained model. It holds its encoders and, if it uses lags, the history it needs."""

    name: str

    def predict(self, rows: Columns) -> NDArray[np.float64]:
        """Monthly quantity per row, never negative, never NaN.

        Args:
            rows: `StoreID`, `Country`, `City` (object), `Month` (`datetime64[M]`), and the features known
                of a future month: `Price` (float, may be NaN), `Weather`, `Promotion`, `Holiday` (object),
                `IsWeekend`, `DaysInMonth`, `WeekendDays` (float), `Season` (object). Unseen values are
                allowed.
        """
        ...

    def importance(self) -> dict[str, float]:
        """Impurity importance by source field, adding up to 1; empty for a model that has none."""
        ...

    def dump(self) -> dict[str, bytes]:
        """Files by name, no pickle among them, from which the model's loader rebuilds it exactly."""
        ...


class Forecaster(Protocol):
    """An untrained model by name."""

    name: ClassVar[str]

    def fit(self, history: pd.DataFrame, options: FitOptions) -> Fitted:
        """Trains on `sales-features` rows, which the caller has cut at the last training month.

        Args:
            history: `Month` is `datetime64`; incomplete months are marked in `Complete`, not removed.
            options: of the training.

        Raises:
            ml.errors.InputError: the history is too short for this model; the message says how much it needs.
        """
        ...


Loader = Callable[[Mapping[str, bytes]], Fitted]
