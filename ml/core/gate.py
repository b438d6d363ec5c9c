"""The gate: which candidate won the backtest, and whether it replaces the champion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

from ml.core.backtest import CHAMPION

TOLERANCE = 1e-9
"""Errors that differ by no more than this, relatively, are equal."""


@dataclass(frozen=True, kw_only=True)
class Challenger:
    """A candidate of this run."""

    name: str
    kind: Literal["model", "baseline"]
    recipe: str


@dataclass(frozen=True, kw_only=True)
class ChampionInfo:
    """The champion, as the registry and its own files describe it."""

    model: str
    recipe: str
    trained_until: str
    hash: str
    version: str | None = None
    """`None` if it does not come from a registry."""

    def __str__(self) -> str:
        version = f" v{self.version}" if self.version else ""
        return f"the current champion{version} ({self.model}, trained until {self.trained_until})"


@dataclass(frozen=True, kw_only=True)
class RankedCandidate:
    """A candidate with its error; `note` says why it could not win, if it could not."""

    name: str
    kind: str
    recipe: str
    wape: float | None
    origins: int
    comparable: bool
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the gate decided. WAPEs are shares, over the origins that all comparable candidates share."""

    winner: str
    winner_wape: float | None
    champion: str | None
    """The name of the champion in the backtest; `None` if there is none."""
    champion_wape: float | None
    """Over the origins it could be tested from."""
    champion_model: str | None
    champion_version: str | None
    champion_hash: str | None
    baseline: str | None
    """The best one."""
    baseline_wape: float | None
    promote: bool
    reason: str
    candidates: tuple[RankedCandidate, ...]
    """Best first, then those that could not win."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


def judge(rows: pd.DataFrame, challengers: Sequence[Challenger], champion: ChampionInfo | None) -> Verdict:
    """Ranks the challengers and compares the best with the champion.

    All forecast the same months, so the order by WAPE is that by summed error, which is also defined where
    nothing was sold. Only a challenger that was tested from every origin of the baselines can win.

    Args:
        rows: of `backtest.run`; the champion's candidate is `backtest.CHAMPION`.
        challengers: simplest first; of equally good ones the first wins.
        champion: the one in service, if there is one.

    Raises:
        ValueError: no challenger was tested from the origins of the baselines.
    """
    sums = _Sums.of(rows)
    fair = sums.origins(c.name for c in challengers if c.kind == "baseline") or sums.origins(
        c.name for c in challengers
    )
    able = [c for c in challengers if fair <= sums.origins([c.name])]
    if not able:
        raise ValueError("no challenger was tested from every origin of the baselines")
    ranked = sorted(able, key=lambda c: sums.error(c.name, fair))  # stable: simplest first among equals
    least = sums.error(ranked[0].name, fair)
    winner = next(c for c in able if _equal(sums.error(c.name, fair), least))
    ranked = [winner, *(c for c in ranked if c is not winner)]
    baseline = next((c for c in ranked if c.kind == "baseline"), None)
    shared = fair & sums.origins([CHAMPION])
    promote, outcome = _against(champion, winner, sums, shared, fair)
    wape = sums.wape(winner.name, fair)
    return Verdict(
        winner=winner.name,
        winner_wape=wape,
        champion=CHAMPION if champion else None,
        champion_wape=sums.wape(CHAMPION, shared) if champion and shared else None,
        champion_model=champion.model if champion else None,
        champion_version=champion.version if champion else None,
        champion_hash=champion.hash if champion else None,
        baseline=baseline.name if baseline else None,
        baseline_wape=sums.wape(baseline.name, fair) if baseline else None,
        promote=promote,
        reason=f"{_lead(winner, ranked, sums, fair)}; {outcome}",
        candidates=(
            *(_ranked(c, sums, fair) for c in ranked),
            *(_ranked(c, sums, fair) for c in challengers if c not in able),
        ),
    )


@dataclass(frozen=True)
class _Sums:
    """Absolute error and sales by candidate and origin."""

    table: pd.DataFrame

    @classmethod
    def of(cls, rows: pd.DataFrame) -> _Sums:
        parts = rows[["candidate", "origin"]].assign(
            error=(rows["actual"] - rows["predicted"]).abs(), size=rows["actual"].abs()
        )
        return cls(parts.groupby(["candidate", "origin"], sort=True)[["error", "size"]].sum())

    def origins(self, names: Sequence[str] | Any) -> set[Any]:
        wanted = set(names)
        return {origin for name, origin in self.table.index if name in wanted}

    def _total(self, name: str, origins: set[Any], column: str) -> float:
        own = self.table.loc[name]
        return float(own.loc[own.index.isin(list(origins)), column].sum())

    def error(self, name: str, origins: set[Any]) -> float:
        return self._total(name, origins, "error")

    def wape(self, name: str, origins: set[Any]) -> float | None:
        size = self._total(name, origins, "size")
        return self.error(name, origins) / size if size > 0 else None


def _equal(a: float, b: float) -> bool:
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b))


def _against(
    champion: ChampionInfo | None, winner: Challenger, sums: _Sums, shared: set[Any], fair: set[Any]
) -> tuple[bool, str]:
    """Whether the winner is promoted, and the clause that says why."""
    if champion is None:
        return True, "there is no champion yet, so it becomes the champion"
    if not shared:
        return True, f"{champion} could not be tested on these months, so it is replaced"
    new, old = sums.error(winner.name, shared), sums.error(CHAMPION, shared)
    ours, theirs = _percents(sums.wape(winner.name, shared), sums.wape(CHAMPION, shared))
    where = f" from the {len(shared)} of {len(fair)} origins it could be tested from" if shared < fair else ""
    if _equal(new, old):
        return False, f"{champion} does equally well{where} and stays"
    if new < old:
        return True, f"it beats {champion}, which has {theirs} against {ours}{where}, and replaces it"
    return False, f"{champion} is better at {theirs} against {ours}{where} and stays"


def _lead(winner: Challenger, ranked: Sequence[Challenger], sums: _Sums, fair: set[Any]) -> str:
    """The winner, and the best of the other kind for comparison."""
    other = next((c for c in ranked if c.kind != winner.kind), None)
    if other is None:
        return f"{winner.name} wins at WAPE {_percents(sums.wape(winner.name, fair))[0]}"
    own, others = _percents(sums.wape(winner.name, fair), sums.wape(other.name, fair))
    which = "baseline" if other.kind == "baseline" else "trained model"
    return f"{winner.name} wins at WAPE {own}; the best {which}, {other.name}, has {others}"


def _percents(*shares: float | None) -> list[str]:
    """With as many decimals as are needed to distinguish them, at most four."""
    different = len({s for s in shares if s is not None})
    for digits in (1, 2, 3, 4):
        texts = ["undefined (nothing was sold)" if s is None else f"{100 * s:.{digits}f} %" for s in shares]
        if len({t for t, s in zip(texts, shares, strict=True) if s is not None}) == different:
            break
    return texts


def _ranked(challenger: Challenger, sums: _Sums, fair: set[Any]) -> RankedCandidate:
    own = sums.origins([challenger.name])
    comparable = fair <= own
    return RankedCandidate(
        name=challenger.name,
        kind=challenger.kind,
        recipe=challenger.recipe,
        wape=sums.wape(challenger.name, own & fair) if own & fair else None,
        origins=len(own & fair),
        comparable=comparable,
        note="" if comparable else f"could be tested from {len(own & fair)} of {len(fair)} origins only",
    )
