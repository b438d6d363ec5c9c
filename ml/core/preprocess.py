"""Turns raw sales rows into the two data sets and a summary of their quality."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from ml.core import quality, validation
from ml.core.completeness import granularity
from ml.core.features import features
from ml.core.filling import fill
from ml.core.recipe import monthly
from ml.core.schema import Recipe


@dataclass(frozen=True, kw_only=True)
class Preprocessed:
    """The monthly sales (`schema.MONTHLY_COLUMNS`), the features (`schema.FEATURE_COLUMNS` and shares)."""

    monthly: pl.DataFrame
    features: pl.DataFrame
    quarantine: pl.DataFrame
    quality: dict[str, Any]


def preprocess(
    raw: pl.LazyFrame,
    *,
    imported_on: dt.date,
    recipe: Recipe,
    returns: validation.Returns = "net",
    limit: float = 1.0,
) -> Preprocessed:
    """Checks, fills and aggregates raw rows; the same rows in any order give the same result.

    Args:
        raw: rows with the columns of `schema.RAW_COLUMNS`, in any case, typed or as text.
        imported_on: the day of the import; rows with later dates are quarantined.
        recipe: the extended one adds shares of categories.
        returns: whether negative quantities reduce their month's sales, or are set aside.
        limit: share of rows that may be set aside.

    Raises:
        ml.errors.InputError: see `validation.check`.
    """
    checked = validation.check(raw, imported_on=imported_on, returns=returns, limit=limit)
    filled = fill(checked.sales)
    every = granularity(filled.sales["Date"])
    months = monthly(filled.sales, every)
    built = features(filled.sales, months, recipe)
    return Preprocessed(
        monthly=months,
        features=built.frame,
        quarantine=checked.quarantine,
        quality=quality.summary(checked, months, every, [*filled.warnings, *built.warnings]),
    )
