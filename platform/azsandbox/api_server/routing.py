"""The table of routes: finds the operation of a request; the coverage page is generated from it too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Generic, TypeVar

from azsandbox.arm.evidence import Claim
from azsandbox.arm_api.wire import Answer, Call

_PARAMETER = re.compile(r"\{(\w+)(:path)?\}")


class Surface(Enum):
    """The service that answers in Azure; it decides which token a request needs."""

    CLOUD = "cloud metadata and sign-in"
    ARM = "Azure Resource Manager"
    DATA = "Azure ML's own services (run history, discovery, data)"
    BLOB = "blob storage"
    SCORE = "online endpoints"


Handler = Callable[[Call], Answer]
Server = TypeVar("Server")
"""The class of the server; routes are declared before there is an instance."""


@dataclass(frozen=True, kw_only=True)
class Route(Generic[Server]):
    """One operation: method, path with parameters, handler, and what it does on what evidence."""

    surface: Surface
    method: str
    path: str
    handler: Callable[[Server], Handler]
    claim: Claim

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        expression = _PARAMETER.sub(
            lambda parameter: f"(?P<{parameter[1]}>{'.+' if parameter[2] else '[^/]+'})", self.path
        )
        return re.compile(expression, re.IGNORECASE)


class Router(Generic[Server]):
    """Finds the first route that matches a request."""

    def __init__(self, routes: Iterable[Route[Server]]) -> None:
        self.routes = tuple(routes)

    def find(self, surface: Surface, call: Call) -> tuple[Route[Server], Call] | None:
        for route in self.routes:
            if route.method != call.method or route.surface is not surface:
                continue
            match = route.pattern.fullmatch(call.path.rstrip("/") or "/")
            if match:
                return route, call.at(match.groupdict())
        return None
