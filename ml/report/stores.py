"""The stores that the winner forecast best and worst."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ml.core.filling import EMPTY
from ml.core.schema import SERIES
from ml.report.sources import RunOutputs, known

MOST = 8
RANKED_SALES = 0.99
"""The stores that together sold this share are ranked: percentages of tiny quantities say little."""


@dataclass(frozen=True, kw_only=True)
class Store:
    """The winner's scores in one store."""

    name: str
    location: str
    sold: float
    """In the months tested; a month tested twice counts twice."""
    wape: float
    bias: float | None


@dataclass(frozen=True, kw_only=True)
class StoreRanking:
    """Both ends of the order by WAPE: best first, and worst first."""

    best: tuple[Store, ...]
    worst: tuple[Store, ...]
    unranked: int
    """Stores that were tested and are too small to rank."""


def ranking(pooled: pd.DataFrame, sources: RunOutputs) -> StoreRanking:
    """The winner's stores at both ends of the order.

    Args:
        pooled: the rows of `scores.parquet` that pool all origins.
        sources: of the report.
    """
    tested = _tested(pooled, sources)
    ranked = _ranked(tested)
    half = min(MOST, len(ranked) // 2)
    return StoreRanking(
        best=ranked[:half],
        worst=tuple(reversed(ranked[len(ranked) - half :])),
        unranked=len(tested) - len(ranked),
    )


def _tested(pooled: pd.DataFrame, sources: RunOutputs) -> tuple[Store, ...]:
    """Best first."""
    if sources.verdict is None:
        return ()
    own = pooled[(pooled["level"] == "store") & (pooled["candidate"] == sources.verdict.winner)]
    own = own[own["wape"].notna()].sort_values(["wape", "group"])
    locations, sold = _locations(sources)
    return tuple(
        Store(
            name=store,
            location=locations.get(store, ""),
            sold=sold.get(store, 0.0),
            wape=wape,
            bias=known(bias),
        )
        for store, wape, bias in zip(own["group"], own["wape"], own["bias"], strict=True)
    )


def _ranked(stores: tuple[Store, ...]) -> tuple[Store, ...]:
    """The stores that together make up `RANKED_SALES`, in their order."""
    enough, so_far = RANKED_SALES * sum(store.sold for store in stores), 0.0
    counted: set[str] = set()
    for store in sorted(stores, key=lambda store: -store.sold):
        if so_far < enough:
            counted.add(store.name)
        so_far += store.sold
    return tuple(store for store in stores if store.name in counted)


def _locations(sources: RunOutputs) -> tuple[dict[str, str], dict[str, float]]:
    rows = sources.backtest
    if rows is None or sources.verdict is None:
        return {}, {}
    own = rows[rows["candidate"] == sources.verdict.winner]
    keys = own[list(SERIES)].drop_duplicates("StoreID")
    locations = {
        str(s): location_name(country, city) for s, country, city in keys.itertuples(index=False, name=None)
    }
    return locations, {str(s): float(q) for s, q in own.groupby("StoreID")["actual"].sum().items()}


def location_name(country: object, city: object) -> str:
    """City and country, as far as they are known."""
    named = ((city, EMPTY["City"]), (country, EMPTY["Country"]))
    return ", ".join(str(part) for part, unknown in named if isinstance(part, str) and part != unknown)
