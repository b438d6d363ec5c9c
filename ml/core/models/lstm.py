"""An LSTM over a store's last year. Keras trains it; forecasts need NumPy only.

So the extra `lstm` is needed to train, not to serve, and a served model starts without loading Keras.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.models import state
from ml.core.models.base import FitOptions
from ml.core.models.lags import FIELDS, Lags
from ml.core.models.panel import YEAR
from ml.core.schema import Columns
from ml.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

UNITS = 16
EPOCHS = 30
BATCH = 256
FEWEST_PAIRS = 200
"""Pairs of a month and an origin below which a network would only fit noise."""
MOST_PAIRS = 50_000
HIGHEST_RATIO = 5.0

WEIGHTS = ("kernel", "recurrent", "bias", "hidden", "hidden_bias", "out", "out_bias")
"""Our names of Keras' weights in its order: three of the cell, two of the hidden, two of the last layer."""


@dataclass(frozen=True)
class FittedLstm:
    """The weights, the scaling of the features, and the past that the features come from."""

    lags: Lags
    weights: Mapping[str, Floats]
    mean: Floats
    scale: Floats
    longest: int
    name: ClassVar[str] = "lstm"

    def predict(self, rows: Columns) -> Floats:
        panel = self.lags.panel
        months = rows["Month"].astype("datetime64[M]")
        number, series = months.astype(np.int64), panel.locate(rows)
        if not len(series):
            return np.zeros(0)
        ahead = self.lags.ahead(number)
        features = self.lags.features(series, number, ahead, self.lags.plan_of(rows))
        features.matrix[:, 0] = np.minimum(features.matrix[:, 0], self.longest)
        sequence = _sequence(self.lags, series, number - ahead, features.base)
        ratio = forward(self.weights, sequence, _scaled(features.matrix, self.mean, self.scale))
        return np.maximum(ratio, 0.0) * features.base * panel.trading_calendar.future(series, months)

    def importance(self) -> dict[str, float]:
        return {}

    def dump(self) -> dict[str, bytes]:
        arrays = {f"w_{name}": value for name, value in self.weights.items()}
        return {
            "lags.json": state.to_json({**self.lags.meta(), "longest": self.longest}),
            "lags.npz": state.pack(self.lags.arrays()),
            "network.npz": state.pack({**arrays, "mean": self.mean, "scale": self.scale}),
        }


class Lstm:
    """An LSTM on a year of ratios, combined with the features of the month to forecast."""

    name: ClassVar[str] = "lstm"

    def fit(self, history: pd.DataFrame, options: FitOptions) -> FittedLstm:
        lags = Lags.from_history(history)
        series, number, ahead = _pairs(lags, options)
        features = lags.features(series, number, ahead, lags.past_plan(series, number))
        usable = features.base > 0
        if usable.sum() < FEWEST_PAIRS:
            raise InputError(
                f"the history is too short for {self.name}: {usable.sum()} pairs of a month and one before",
                f"it needs {FEWEST_PAIRS}, such as 12 months of 10 stores",
            )
        sequence = _sequence(lags, series, number - ahead, features.base)[usable]
        known = np.where(np.isfinite(features.matrix[usable]), features.matrix[usable], np.nan)
        mean, scale = _moments(known)
        ratio = lags.panel.at(series, number)[usable] / features.base[usable]
        weights = _train(
            sequence,
            _scaled(known, mean, scale),
            np.minimum(ratio, HIGHEST_RATIO),
            features.base[usable] / features.base[usable].mean(),
            options.seed,
        )
        return FittedLstm(lags, weights, mean, scale, longest=int(ahead.max()))

    def load(self, files: Mapping[str, bytes]) -> FittedLstm:
        with state.reading_dump_of(self.name):
            meta = state.from_json(files["lags.json"])
            lags = Lags.restore(meta, state.unpack(files["lags.npz"]))
            arrays = state.unpack(files["network.npz"])
            weights = {name: arrays[f"w_{name}"].astype(np.float64) for name in WEIGHTS}
            if weights["hidden"].shape[0] != UNITS + len(FIELDS):
                raise ValueError(f"the network takes {weights['hidden'].shape[0]} inputs")
            return FittedLstm(lags, weights, arrays["mean"], arrays["scale"], int(meta["longest"]))


def forward(weights: Mapping[str, Floats], sequence: Floats, known: Floats) -> Floats:
    """The network's output: (rows,) ratios, for sequences (rows, months, 2) and features (rows, columns)."""
    rows, steps, _ = sequence.shape
    units = weights["recurrent"].shape[0]
    hidden, cell = np.zeros((rows, units)), np.zeros((rows, units))
    for step in range(steps):
        gates = sequence[:, step] @ weights["kernel"] + hidden @ weights["recurrent"] + weights["bias"]
        entry, forget, candidate, exit_ = np.split(gates, 4, axis=1)
        cell = _sigmoid(forget) * cell + _sigmoid(entry) * np.tanh(candidate)
        hidden = _sigmoid(exit_) * np.tanh(cell)
    joined = np.concatenate([hidden, known], axis=1)
    dense = np.maximum(joined @ weights["hidden"] + weights["hidden_bias"], 0.0)
    return (dense @ weights["out"] + weights["out_bias"])[:, 0]


def _sigmoid(value: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-np.clip(value, -60.0, 60.0)))


def _pairs(lags: Lags, options: FitOptions) -> tuple[Ints, Ints, Ints]:
    series, number, ahead = lags.training(options.horizon)
    if len(series) <= MOST_PAIRS:
        return series, number, ahead
    drawn = np.random.default_rng(options.seed).choice(len(series), MOST_PAIRS, replace=False)
    drawn.sort()
    return series[drawn], number[drawn], ahead[drawn]


def _sequence(lags: Lags, series: Ints, origin: Ints, base: Floats) -> Floats:
    """(rows, 12, 2): a year of ratios up to the origin, and whether each month is known."""
    back = np.arange(YEAR - 1, -1, -1)
    rates = np.stack([lags.panel.at(series, origin - months) for months in back], axis=1)
    known = ~np.isnan(rates)
    ratios = np.divide(rates, base[:, None], out=np.zeros_like(rates), where=known & (base[:, None] > 0))
    return np.stack([np.minimum(ratios, HIGHEST_RATIO), known.astype(float)], axis=2)


def _moments(known: Floats) -> tuple[Floats, Floats]:
    count = np.maximum((~np.isnan(known)).sum(0), 1)
    mean = np.nansum(known, axis=0) / count
    scale = np.sqrt(np.nansum((known - mean) ** 2, axis=0) / count)
    return mean, np.where(scale > 0, scale, 1.0)


def _scaled(matrix: Floats, mean: Floats, scale: Floats) -> Floats:
    """Standardised; unknown values become the mean, all are clipped to five standard deviations."""
    return np.clip(np.nan_to_num((matrix - mean) / scale, nan=0.0, posinf=5.0, neginf=-5.0), -5.0, 5.0)


def network(past: tuple[int, ...], month: tuple[int, ...]) -> Any:
    """The untrained network in Keras: the last year's months, and the features of the month to forecast."""
    keras = _keras()
    inputs = [keras.Input(past), keras.Input(month)]
    joined = keras.layers.Concatenate()([keras.layers.LSTM(UNITS, name="cell")(inputs[0]), inputs[1]])
    hidden = keras.layers.Dense(UNITS, activation="relu", name="hidden")(joined)
    return keras.Model(inputs, keras.layers.Dense(1, name="out")(hidden))


def weights_of(trained: Any) -> dict[str, Floats]:
    """The weights of a Keras network, as `forward` takes them."""
    weights = [weight for name in ("cell", "hidden", "out") for weight in trained.get_layer(name).weights]
    return {name: np.array(weight.value, np.float64) for name, weight in zip(WEIGHTS, weights, strict=True)}


def _train(sequence: Floats, known: Floats, ratio: Floats, weight: Floats, seed: int) -> dict[str, Floats]:
    keras = _keras()
    keras.utils.set_random_seed(seed)
    trained = network(sequence.shape[1:], known.shape[1:])
    trained.compile(optimizer=keras.optimizers.Adam(0.005), loss="mae")
    trained.fit([sequence, known], ratio, sample_weight=weight, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return weights_of(trained)


def _keras() -> Any:
    """Keras on JAX; imported here, because it takes seconds and most installations do not have it."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    try:
        import keras  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise InputError(
            f"--model lstm needs Keras, which is not installed: {error}", "install the extra: roastery[lstm]"
        ) from None
    return keras
