"""The design matrix of the tree models, by recipe; shared by the forest and XGBoost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.models import state
from ml.core.models.base import FitOptions
from ml.core.models.encoding import Encoder
from ml.core.models.extended import Extended
from ml.core.models.frame import columns_of
from ml.core.schema import TARGET, Columns, Recipe
from ml.errors import InputError

Floats = NDArray[np.float64]


class Design(Protocol):
    """The features of a recipe: rows to a matrix, and predictions to quantities."""

    recipe: ClassVar[Recipe]

    @property
    def fields(self) -> tuple[str, ...]:
        """The source field of each column."""
        ...

    def transform(self, rows: Columns) -> tuple[NDArray[np.float32], Floats | float]:
        """The matrix, and the factor by which a prediction is multiplied."""
        ...

    def dump(self) -> dict[str, bytes]: ...


@dataclass(frozen=True)
class CustomerDesign:
    """The nine features exactly; the target is the month's quantity."""

    encoder: Encoder
    recipe: ClassVar[Recipe] = "customer"

    @property
    def fields(self) -> tuple[str, ...]:
        return self.encoder.fields

    def transform(self, rows: Columns) -> tuple[NDArray[np.float32], float]:
        return self.encoder.transform(rows), 1.0

    def dump(self) -> dict[str, bytes]:
        return {"design.json": state.to_json({"recipe": self.recipe, **self.encoder.to_json()})}

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        return cls(Encoder.from_json(state.from_json(files["design.json"])))


@dataclass(frozen=True)
class ExtendedDesign:
    """The extended features; the target is the quantity per trading day of complete months."""

    encoder: Extended
    recipe: ClassVar[Recipe] = "extended"

    @property
    def fields(self) -> tuple[str, ...]:
        return self.encoder.fields

    def transform(self, rows: Columns) -> tuple[NDArray[np.float32], Floats]:
        return self.encoder.transform(rows)

    def dump(self) -> dict[str, bytes]:
        return {
            "design.json": state.to_json({"recipe": self.recipe, **self.encoder.meta()}),
            "design.npz": state.pack(self.encoder.arrays()),
        }

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        meta = state.from_json(files["design.json"])
        return cls(Extended.restore(meta, state.unpack(files["design.npz"])))


@dataclass(frozen=True, kw_only=True)
class Training:
    """A design with the matrix and target of the rows it was fitted on; the customer's matrix is sparse."""

    design: Design
    matrix: Any
    target: Floats


def fit(history: pd.DataFrame, options: FitOptions) -> Training:
    """Fits the recipe's encoders.

    Raises:
        InputError: there is no row to train on.
    """
    if history.empty:
        raise InputError("there is no month to train on", "at least one valid row is needed")
    rows = columns_of(history)
    if options.recipe == "customer":
        encoder = Encoder.fit(rows)
        target = history[TARGET].to_numpy(np.float64)
        return Training(design=CustomerDesign(encoder), matrix=encoder.transform_sparse(rows), target=target)
    extended = Extended.fit(history, options.horizon)
    target = extended.target(rows)
    known = ~np.isnan(target)
    matrix, _ = extended.transform({name: values[known] for name, values in rows.items()})
    return Training(design=ExtendedDesign(extended), matrix=matrix, target=target[known])


def load(files: Mapping[str, bytes]) -> Design:
    """The design that `Design.dump` wrote.

    Raises:
        KeyError: a file or entry is missing.
        ValueError: the recipe is unknown, or the parts do not match.
    """
    recipe = state.from_json(files["design.json"])["recipe"]
    for kind in (CustomerDesign, ExtendedDesign):
        if recipe == kind.recipe:
            return kind.load(files)
    raise ValueError(f"unknown recipe {recipe!r}")


def by_field(fields: tuple[str, ...], importances: Floats) -> dict[str, float]:
    """Importance of columns summed to their source field, adding up to 1, largest first."""
    total = float(importances.sum()) or 1.0
    shares = dict.fromkeys(fields, 0.0)
    for field, value in zip(fields, importances, strict=True):
        shares[field] += float(value) / total
    return dict(sorted(shares.items(), key=lambda item: -item[1]))
