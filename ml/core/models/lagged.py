"""A global model: LightGBM on how a store's month stands to its recent level."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.models import design, state
from ml.core.models.base import FitOptions
from ml.core.models.lags import FIELDS, Lags
from ml.core.schema import Columns
from ml.errors import InputError

lgb.register_logger(logging.getLogger("ml.lightgbm"))  # it would print to standard output

NAIVE_SHARE = 0.25
"""Share of seasonal naive times growth in the forecast: it knows a year's growth that trees cut short."""
FEWEST_PAIRS = 40
"""Pairs of a month and an origin below which there is nothing to learn."""
MOST_PAIRS = 300_000
HIGHEST_RATIO = 5.0
ROUNDS = 150
PARAMETERS: Mapping[str, Any] = {
    "objective": "regression_l1",  # weighted by level, it is the WAPE
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "deterministic": True,
    "force_row_wise": True,
    # One thread: on a busy machine LightGBM's threads wait for each other, up to a hundred times longer.
    "num_threads": 1,
    "verbosity": -1,
}


@dataclass(frozen=True)
class FittedLagged:
    """The booster with the past that it looks back on."""

    lags: Lags
    booster: lgb.Booster
    longest: int
    """The longest horizon it was trained on; a month further off is looked at as if it were that near."""
    name: ClassVar[str] = "lagged"

    def predict(self, rows: Columns) -> NDArray[np.float64]:
        panel = self.lags.panel
        months = rows["Month"].astype("datetime64[M]")
        number, series = months.astype(np.int64), panel.locate(rows)
        if not len(series):
            return np.zeros(0)
        seen = self.lags.look(series, number, self.lags.ahead(number), self.lags.plan_of(rows))
        seen.matrix[:, 0] = np.minimum(seen.matrix[:, 0], self.longest)
        ratio = np.maximum(np.asarray(self.booster.predict(seen.matrix, num_threads=1)), 0.0)
        rate = (1 - NAIVE_SHARE) * ratio * seen.base + NAIVE_SHARE * seen.naive
        return rate * panel.opening.future(series, months)

    def importance(self) -> dict[str, float]:
        return design.by_field(FIELDS, self.booster.feature_importance("gain"))

    def dump(self) -> dict[str, bytes]:
        return {
            "lags.json": state.to_json({**self.lags.meta(), "longest": self.longest}),
            "lags.npz": state.pack(self.lags.arrays()),
            "booster.txt": self.booster.model_to_string().encode(),
        }


class Lagged:
    """One model for all stores and horizons; a month's ratio to its level is learned, never the level."""

    name: ClassVar[str] = "lagged"

    def fit(self, history: pd.DataFrame, options: FitOptions) -> FittedLagged:
        lags = Lags.from_history(history)
        matrix, ratio, weight = _training(lags, options)
        parameters = {**PARAMETERS, "seed": options.seed}
        data = lgb.Dataset(matrix, ratio, weight=weight, params={"verbosity": -1})
        booster = lgb.train(parameters, data, ROUNDS)
        return FittedLagged(lags, _own(booster.model_to_string()), longest=int(matrix[:, 0].max()))

    def load(self, files: Mapping[str, bytes]) -> FittedLagged:
        with state.refusing_foreign_files(self.name):
            meta = state.from_json(files["lags.json"])
            lags = Lags.restore(meta, state.unpack(files["lags.npz"]))
            try:
                booster = _own(files["booster.txt"].decode())
            except lgb.basic.LightGBMError as error:
                raise ValueError(str(error)) from error
            if booster.num_feature() != len(FIELDS):
                raise ValueError(f"the booster wants {booster.num_feature()} columns")
            return FittedLagged(lags, booster, int(meta["longest"]))


def _training(
    lags: Lags, options: FitOptions
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Matrix, ratio and weight of the pairs to learn from."""
    series, number, ahead = lags.training(options.horizon)
    if len(series) > MOST_PAIRS:
        drawn = np.random.default_rng(options.seed).choice(len(series), MOST_PAIRS, replace=False)
        drawn.sort()
        series, number, ahead = series[drawn], number[drawn], ahead[drawn]
    if len(series) < FEWEST_PAIRS:
        raise InputError(
            f"the history is too short for {Lagged.name}: {len(series)} pairs of a month and an earlier one",
            f"it needs {FEWEST_PAIRS}, such as 4 months of 10 stores",
        )
    seen = lags.look(series, number, ahead, lags.past_plan(series, number))
    usable = seen.base > 0
    if usable.sum() < FEWEST_PAIRS:
        raise InputError(f"{Lagged.name} has nothing to learn from: nearly all months sold nothing")
    ratio = lags.panel.at(series, number)[usable] / seen.base[usable]
    weight = seen.base[usable] / seen.base[usable].mean()
    return seen.matrix[usable], np.minimum(ratio, HIGHEST_RATIO), weight


def _own(text: str) -> lgb.Booster:
    """The booster as it will be loaded, so that a fresh one and a saved one are the same."""
    return lgb.Booster(model_str=text)
