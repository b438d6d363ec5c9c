"""The models by name. A model's library is imported when the model is first used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Protocol

from ml.core.models.base import Fitted, Forecaster
from ml.errors import InputError

BASELINES = ("last-month", "seasonal-naive", "seasonal-naive-growth")
"""The naive models, which are candidates of every run."""

CUSTOMER_MODEL = "random-forest"
"""The customer's model, which is always trained."""

_CLASSES = {
    "last-month": ("baselines", "LastMonth"),
    "seasonal-naive": ("baselines", "SeasonalNaive"),
    "seasonal-naive-growth": ("baselines", "SeasonalNaiveGrowth"),
    "random-forest": ("forest", "RandomForest"),
    "xgboost": ("boosted", "Boosted"),
    "lagged": ("lagged", "Lagged"),
    "lstm": ("lstm", "Lstm"),
}


class ForecastModel(Forecaster, Protocol):
    """A forecaster that can also load what `Fitted.dump` wrote."""

    def load(self, files: Mapping[str, bytes]) -> Fitted: ...


class _Registry(Mapping[str, ForecastModel]):
    def __getitem__(self, name: str) -> ForecastModel:
        module, cls = _CLASSES[name]
        return getattr(import_module(f"{__name__}.{module}"), cls)()

    def __iter__(self) -> Iterator[str]:
        return iter(_CLASSES)

    def __len__(self) -> int:
        return len(_CLASSES)


FORECASTERS: Mapping[str, ForecastModel] = _Registry()
"""Every model, baselines included."""


def get(name: str) -> ForecastModel:
    """The model of that name.

    Raises:
        InputError: there is no model of that name.
    """
    if name not in _CLASSES:
        raise InputError(f"unknown model {name!r}", f"models: {', '.join(_CLASSES)}")
    return FORECASTERS[name]


def load(name: str, files: Mapping[str, bytes]) -> Fitted:
    """The model that `Fitted.dump` wrote.

    Raises:
        InputError: the name is unknown, or the files are not a dump of that model.
    """
    return get(name).load(files)
