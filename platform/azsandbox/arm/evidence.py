"""The evidence for what the sandbox claims about Azure; docs/sandbox-coverage.md lists it per type."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Evidence(Enum):
    """From the strongest to the weakest."""

    RECORDED = "recorded"  # a recorded response of the real service
    SPECIFICATION = "specification"  # the public REST specifications, or the SDK generated from them
    DOCUMENTATION = "documentation"  # learn.microsoft.com
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Claim:
    """One statement about what is checked, with its evidence."""

    what: str
    evidence: Evidence


def recorded(what: str) -> Claim:
    return Claim(what, Evidence.RECORDED)


def specified(what: str) -> Claim:
    return Claim(what, Evidence.SPECIFICATION)


def documented(what: str) -> Claim:
    return Claim(what, Evidence.DOCUMENTATION)


def assumed(what: str) -> Claim:
    return Claim(what, Evidence.ASSUMED)
