"""The models by name. A model's library is imported when the model is first asked for, not before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Protocol

from ml.core.models.base import Fitted, Forecaster
from ml.errors import InputError

BASELINES = ("last-month", "seasonal-naive", "seasonal-naive-growth")
"""What every candidate has to beat."""

_PLACES = {
    "last-month": ("baselines", "LastMonth"),
    "seasonal-naive": ("baselines", "SeasonalNaive"),
    "seasonal-naive-growth": ("baselines", "SeasonalNaiveGrowth"),
    "random-forest": ("forest", "RandomForest"),
    "xgboost": ("boosted", "Boosted"),
    "lagged": ("lagged", "Lagged"),
    "lstm": ("lstm", "Lstm"),
}


class Model(Forecaster, Protocol):
    """A forecaster that can also read back what it has dumped."""

    def load(self, files: Mapping[str, bytes]) -> Fitted: ...


class _Registry(Mapping[str, Model]):
    def __getitem__(self, name: str) -> Model:
        module, cls = _PLACES[name]
        return getattr(import_module(f"{__name__}.{module}"), cls)()

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


FORECASTERS: Mapping[str, Model] = _Registry()
"""Every model, baselines included."""


def get(name: str) -> Model:
    """The model of that name.

    Raises:
        InputError: there is none.
    """
    if name not in _PLACES:
        raise InputError(f"there is no model {name!r}", f"there are: {', '.join(_PLACES)}")
    return FORECASTERS[name]


def load(name: str, files: Mapping[str, bytes]) -> Fitted:
    """The model that `Fitted.dump` wrote.

    Raises:
        InputError: there is no such model, or the files are not a dump of it.
    """
    return get(name).load(files)
