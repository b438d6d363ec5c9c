"""All modelled types and functions, found by token or ARM type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from azsandbox.arm.model import Invoke, ResourceType, Service
from azsandbox.errors import NotModelledError
from azsandbox.schema.validate import suggestion


class Types:
    """What the services declare."""

    def __init__(self, services: Iterable[Service]) -> None:
        self.services = tuple(services)
        self._types = {spec.token: spec for service in self.services for spec in service.types}
        self._kinds = {spec.kind.lower(): spec for spec in self._types.values()}
        self._invokes = {one.token: one for service in self.services for one in service.invokes}
        for spec in self._types.values():  # every type can be looked up by its get function
            module, name = spec.token.split(":")[1:]
            self._getters = {**getattr(self, "_getters", {}), f"azure-native:{module}:get{name}": spec}

    @classmethod
    def load(cls) -> Self:
        from azsandbox.services import SERVICES  # noqa: PLC0415 - the services import this package

        return cls(SERVICES)

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
                "(docs/sandbox-coverage.md lists what it does)"
            )
        return spec

    def of_kind(self, kind: str) -> ResourceType | None:
        return self._kinds.get(kind.lower())

    def invoke(self, token: str) -> Invoke | ResourceType:
        """A function of its own, or the type that a get function looks up."""
        found = self._invokes.get(token) or self._getters.get(token)
        if found is None:
            raise NotModelledError(
                "the sandbox does not model the function "
                f"{token}{suggestion(token, [*self._invokes, *self._getters])} "
                "(docs/sandbox-coverage.md lists what it does)"
            )
        return found
