"""The catalogue of modelled types and functions, by Pulumi token and by ARM type."""

from __future__ import annotations

from collections.abc import Iterable

from azsandbox.arm.model import Invoke, ResourceType, Service
from azsandbox.errors import NotModelledError
from azsandbox.schema.validate import suggestion


class Types:
    """All types and functions that the services declare."""

    def __init__(self, services: Iterable[Service]) -> None:
        self.services = tuple(services)
        self._types = {spec.token: spec for service in self.services for spec in service.types}
        self._kinds = {spec.kind.lower(): spec for spec in self._types.values()}
        self._invokes = {invoke.token: invoke for service in self.services for invoke in service.invokes}
        self._getters = {_getter(spec.token): spec for spec in self._types.values()}

    @property
    def tokens(self) -> list[str]:
        return sorted(self._types)

    @property
    def modules(self) -> list[str]:
        return sorted({token.split(":")[1] for token in self._types})

    def find(self, token: str) -> ResourceType | None:
        return self._types.get(token)

    def get(self, token: str) -> ResourceType:
        spec = self._types.get(token)
        if spec is None:
            raise NotModelledError(
                f"the sandbox does not model the resource type {token}{suggestion(token, self._types)} "
                "(docs/sandbox-coverage.md lists what it models)"
            )
        return spec

    def of_kind(self, kind: str) -> ResourceType | None:
        return self._kinds.get(kind.lower())

    def invoke(self, token: str) -> Invoke | ResourceType:
        """The declared function, or the type whose `get…` function this is."""
        target = self._invokes.get(token) or self._getters.get(token)
        if target is None:
            raise NotModelledError(
                "the sandbox does not model the function "
                f"{token}{suggestion(token, [*self._invokes, *self._getters])} "
                "(docs/sandbox-coverage.md lists what it models)"
            )
        return target


def _getter(token: str) -> str:
    """The function that reads a resource: `azure-native:storage:getStorageAccount`."""
    package, module, name = token.split(":")
    return f"{package}:{module}:get{name}"
