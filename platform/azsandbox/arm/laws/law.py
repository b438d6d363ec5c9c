"""What every law has: what it claims, the problems of inputs, and the refusal of a request."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from azsandbox.arm.evidence import Claim, Evidence
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.schema.validate import Problem

Values = dict[str, Any]


class Put(Protocol):
    """The part of a request that a law reads."""

    @property
    def id(self) -> str: ...

    @property
    def inputs(self) -> Values: ...

    @property
    def subscription(self) -> Subscription: ...

    @property
    def existing(self) -> Resource | None: ...


@dataclass(frozen=True, kw_only=True)
class Law(ABC):
    """One law for one type; subclasses say what it is."""

    source: str = ""  # the public page, for the message: "storage account overview"
    evidence: Evidence = Evidence.DOCUMENTATION

    @property
    def claim(self) -> Claim:
        """The line of the coverage page."""
        return Claim(self.text, self.evidence)

    @property
    @abstractmethod
    def text(self) -> str:
        """What the law demands, as the coverage page says it."""

    def problems(self, inputs: Values) -> Iterator[Problem]:  # noqa: ARG002 - for laws that need more than the inputs
        """The problems that the inputs alone show."""
        yield from ()

    def changes(self, old: Values, new: Values) -> Iterator[Problem]:  # noqa: ARG002 - for laws about updates
        """The problems of an update in place."""
        yield from ()

    def check(self, request: Put) -> None:  # noqa: B027 - most laws need the inputs only
        """Refuse a request that breaks the law: raises ArmError."""

    def problem(self, path: str, message: str) -> Problem:
        return Problem(path, f"{message} ({self.source})" if self.source else message, code="law")


def words(values: object) -> str:
    """The members of a collection as text: `a, b or c`."""
    names = [str(value) for value in values] if isinstance(values, (list, tuple)) else [str(values)]
    if isinstance(values, (set, frozenset, Mapping)):
        names = sorted(str(value) for value in values)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
