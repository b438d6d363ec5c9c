"""What a stand-in has to answer, in Python values: the seam between the protocol and a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from azsandbox.errors import SandboxError
from azsandbox.schema.validate import Problem

Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The resource that a call is about."""

    urn: str
    token: str
    id: str = ""
    preview: bool = False

    @property
    def name(self) -> str:
        """The name in the program, last part of the URN."""
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True, kw_only=True)
class Checked:
    inputs: Values
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Replacing:
    """Which changes need a new resource."""

    paths: frozenset[str] = frozenset()  # input paths, list indexes left out: `networkProfile.podCidr`
    everything: bool = False
    delete_first: bool = True


@dataclass(frozen=True, kw_only=True)
class State:
    """A resource as the model holds it; an empty id says that it is gone."""

    id: str
    outputs: Values = field(default_factory=dict)
    inputs: Values = field(default_factory=dict)


class InitFailedError(SandboxError):
    """A long operation failed after the resource came to be: it stays, the next update repairs it."""

    def __init__(self, state: State, reason: str) -> None:
        super().__init__(reason)
        self.state = state
        self.reason = reason


class Backend(Protocol):
    """One provider's model. Errors are SandboxErrors; everything else is a defect."""

    name: str
    version: str

    def configure(self, config: Values) -> None: ...

    def check(self, subject: Subject, old: Values, new: Values, seed: bytes) -> Checked: ...

    def replacing(self, subject: Subject, old: Values, new: Values) -> Replacing: ...

    def same(self, token: str, path: str, old: Any, new: Any) -> bool:
        """Whether two differing values mean the same to the service."""
        ...

    def create(self, subject: Subject, inputs: Values) -> State: ...

    def read(self, subject: Subject, inputs: Values, outputs: Values) -> State: ...

    def update(self, subject: Subject, old: Values, new: Values, outputs: Values) -> Values: ...

    def delete(self, subject: Subject, inputs: Values) -> None: ...

    def invoke(self, token: str, arguments: Values) -> Values: ...
