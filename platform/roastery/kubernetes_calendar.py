"""Until when AKS supports a Kubernetes version, and which versions Azure ML's extension does.

Sources: learn.microsoft.com/azure/aks/supported-kubernetes-versions, whose dates are in the table beside this
module; learn.microsoft.com/azure/machine-learning/reference-kubernetes: the extension supports the newest
generally available minor version of AKS and the two before it.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

WARNING_DAYS = 60
EXTENSION_WINDOW = 2  # minor versions before the newest one
_TABLE = Path(__file__).with_name("kubernetes_calendar.json")
_VERSION = re.compile(r"1\.(\d+)(?:\.\d+)?")


@dataclass(frozen=True, kw_only=True)
class VersionSupport:
    """The days of one minor version: generally available from the first, supported until the last."""

    minor: int
    general: dt.date
    end: dt.date
    long_term_end: dt.date | None

    def until(self, *, long_term: bool) -> dt.date:
        return self.long_term_end if long_term and self.long_term_end else self.end


@functools.cache
def supports() -> Mapping[int, VersionSupport]:
    """By minor version: 35 for 1.35."""
    rows = json.loads(_TABLE.read_text(encoding="utf-8"))["versions"]
    return {
        minor: VersionSupport(
            minor=minor,
            general=dt.date.fromisoformat(row["general"]),
            end=dt.date.fromisoformat(row["end"]),
            long_term_end=dt.date.fromisoformat(row["longTermEnd"]) if "longTermEnd" in row else None,
        )
        for version, row in rows.items()
        if (minor := minor_of(version)) is not None
    }


def minor_of(version: str) -> int | None:
    """35 of `1.35` or `1.35.7`; None for any other text."""
    match = _VERSION.fullmatch(version)
    return int(match[1]) if match else None


def today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def newest(day: dt.date) -> int:
    """The newest minor version that is generally available on that day."""
    return max(support.minor for support in supports().values() if support.general <= day)


def supported(day: dt.date) -> list[str]:
    """The versions in standard support on that day."""
    return [f"1.{row.minor}" for row in supports().values() if row.general <= day <= row.end]


def ended(version: str, day: dt.date, *, long_term: bool = False) -> str:
    """Why AKS no longer creates clusters of this version; empty while it does, or if it is not listed."""
    row = supports().get(minor_of(version) or 0)
    if row is None or day <= row.until(long_term=long_term):
        return ""
    return (
        f"was supported by AKS until {row.until(long_term=long_term)}: no new cluster gets it; "
        f"{', '.join(supported(day))} are supported"
    )


def ends_soon(version: str, day: dt.date, *, long_term: bool = False) -> str:
    """When support ends, from 60 days before; else empty."""
    row = supports().get(minor_of(version) or 0)
    if row is None:
        return ""
    left = (row.until(long_term=long_term) - day).days
    if not 0 <= left <= WARNING_DAYS:
        return ""
    return f"is supported by AKS until {row.until(long_term=long_term)}, {left} more days"


def outside_extension_window(version: str, day: dt.date) -> str:
    """Why Azure ML's extension does not support this version; empty if it does, or for any other text."""
    minor, latest = minor_of(version), newest(day)
    if minor is None or minor >= latest - EXTENSION_WINDOW:
        return ""
    return (
        f"is outside of the window of Azure ML's extension, which supports 1.{latest} and the "
        f"{EXTENSION_WINDOW} minor versions before it"
    )
