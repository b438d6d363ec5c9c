"""Checks and what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from roastery.doctor.examination import Examination


class Status(StrEnum):
    """What a line of the doctor says."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


class Needs(StrEnum):
    """What a check has to have before it can run."""

    MACHINE = "this machine"
    STACK = "a stack file"
    SIGN_IN = "a stack file and a sign-in to Azure"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line.

    Args:
        status: whether it is in order.
        seen: what was found.
        todo: what to type, or to do; empty if it is in order.
        code: exit code of the command, if this is an error and the only kind of error.
    """

    status: Status
    seen: str
    todo: str = ""
    code: int = 1


Probe = Callable[["Examination"], Iterator[Finding]]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check: what it looks at, why, and the page that demands it.

    Args:
        id: stable, for readers of the JSON.
        title: what must hold.
        why: what happens otherwise.
        page: the public page that says so; empty for a demand of this repository.
        needs: what it has to have before it can run.
        probe: looks, and yields a line for each thing that it has seen.
    """

    id: str
    title: str
    why: str
    needs: Needs
    probe: Probe
    page: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A finding, and the check that it is of."""

    check: str
    finding: Finding


def ok(seen: str) -> Finding:
    return Finding(status=Status.OK, seen=seen)


def warning(seen: str, todo: str) -> Finding:
    return Finding(status=Status.WARNING, seen=seen, todo=todo)


def error(seen: str, todo: str, code: int = 1) -> Finding:
    return Finding(status=Status.ERROR, seen=seen, todo=todo, code=code)
