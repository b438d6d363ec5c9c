"""Kubernetes versions that AKS supports, and until when."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from azsandbox.facts.table import load

TABLE = "aks_versions"
_VERSION = re.compile(r"1\.(\d+)(?:\.(\d+))?")


@dataclass(frozen=True, kw_only=True)
class Support:
    """Dates of one minor version, each the last or first day on which it holds.

    Args:
        minor: 34 for 1.34.
        general: first day of general availability.
        end: last day of standard support.
        long_term_end: last day of long-term support.
    """

    minor: int
    general: dt.date
    end: dt.date
    long_term_end: dt.date | None

    def until(self, *, long_term: bool) -> dt.date:
        """The last day on which a cluster of this version is supported."""
        return self.long_term_end if long_term and self.long_term_end else self.end


@functools.cache
def supports() -> Mapping[int, Support]:
    """By minor version."""
    return {
        int(version.partition(".")[2]): Support(
            minor=int(version.partition(".")[2]),
            general=dt.date.fromisoformat(dates["general"]),
            end=dt.date.fromisoformat(dates["end"]),
            long_term_end=dt.date.fromisoformat(dates["longTermEnd"]) if "longTermEnd" in dates else None,
        )
        for version, dates in load(TABLE).rows.items()
    }


def minor(version: object) -> int | None:
    """34 of `1.34` or `1.34.2`; None for any other text."""
    match = _VERSION.fullmatch(version) if isinstance(version, str) else None
    return int(match[1]) if match else None


def support(version: str) -> Support | None:
    """The dates of a version, with or without patch; None for one that is not listed."""
    number = minor(version)
    return None if number is None else supports().get(number)


def newest() -> int:
    """The newest listed minor version."""
    return max(supports())


def supported(today: dt.date, *, long_term: bool = False) -> list[str]:
    """The minor versions that are generally available and still supported on that day."""
    return [
        f"1.{number}"
        for number, dates in sorted(supports().items())
        if dates.general <= today <= dates.until(long_term=long_term)
    ]
