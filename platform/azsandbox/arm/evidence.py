"""On what grounds the sandbox claims something about Azure; docs/sandbox-coverage.md prints it per type."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Evidence(Enum):
    """From the strongest to the weakest."""

    RECORDED = "recorded"  # an answer of the real service, kept
    SPECIFICATION = "specification"  # the public REST specifications, or the SDK generated from them
    DOCUMENTATION = "documentation"  # learn.microsoft.com
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Claim:
    """One thing that is checked, in words, with its evidence."""

    what: str
    evidence: Evidence


def specified(what: str) -> Claim:
    return Claim(what, Evidence.SPECIFICATION)


def documented(what: str) -> Claim:
    return Claim(what, Evidence.DOCUMENTATION)


def assumed(what: str) -> Claim:
    return Claim(what, Evidence.ASSUMED)
