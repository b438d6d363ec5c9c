"""The interface between Pulumi's provider protocol and a model, in Python values.

The methods are those of the protocol: Configure, Check, Diff, Create, Read, Update, Delete and Invoke. Diff
is split into the rules for replacement and the comparison of two values; `diff.changes` does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from azsandbox.errors import SandboxError
from azsandbox.schema.validate import Problem

Values = dict[str, Any]


def stack_of(urn: str) -> str:
    """Project and stack that a URN names, as in `shop/dev`: urn:pulumi:dev::shop::type::name."""
    stack, _, rest = urn.removeprefix("urn:pulumi:").partition("::")
    return f"{rest.partition('::')[0]}/{stack}" if rest else stack


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The resource of a call."""

    urn: str
    token: str
    id: str = ""
    preview: bool = False

    @property
    def stack(self) -> str:
        return stack_of(self.urn)

    @property
    def name(self) -> str:
        """The resource's name in the program, the last part of the URN."""
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """The inputs with the values that the provider fills in, and their problems."""

    inputs: Values
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ReplaceRules:
    """Which changes replace a resource, and in which order."""

    paths: frozenset[str] = frozenset()  # input paths without list indexes: `networkProfile.podCidr`
    every_change: bool = False
    delete_before_replace: bool = True


@dataclass(frozen=True, kw_only=True)
class State:
    """A resource as the model stores it; an empty id means that it does not exist."""

    id: str
    outputs: Values = field(default_factory=dict)
    inputs: Values = field(default_factory=dict)


class InitFailedError(SandboxError):
    """A long-running operation failed after the resource was created: the next update has to repair it."""

    def __init__(self, state: State, reason: str) -> None:
        super().__init__(reason)
        self.state = state
        self.reason = reason


class Backend(Protocol):
    """One provider's model. It raises SandboxError; any other exception is a defect."""

    name: str
    version: str

    def configure(self, config: Values, stack: str = "") -> None: ...

    def check(self, subject: Subject, old: Values, new: Values, seed: bytes) -> CheckResult: ...

    def replace_rules(self, subject: Subject, old: Values, new: Values) -> ReplaceRules: ...

    def equivalent(self, token: str, path: str, old: Any, new: Any) -> bool:
        """Whether two different values mean the same to the service."""
        ...

    def create(self, subject: Subject, inputs: Values) -> State: ...

    def read(self, subject: Subject, inputs: Values, outputs: Values) -> State: ...

    def update(self, subject: Subject, old: Values, new: Values, outputs: Values) -> Values: ...

    def delete(self, subject: Subject, inputs: Values) -> None: ...

    def invoke(self, token: str, arguments: Values) -> Values: ...
