"""Which operation a request is: a table of declared routes, from which the coverage page is printed too."""

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
    """Who answers in Azure, which decides whose token is asked for."""

    CLOUD = "cloud metadata and sign-in"
    ARM = "Azure Resource Manager"
    DATA = "Azure ML's own services (run history, discovery, data)"
    BLOB = "blob storage"
    SCORE = "online endpoints"


Handler = Callable[[Call], Answer]
Server = TypeVar("Server")
"""Whose parts answer: routes are declared before there is a server."""


@dataclass(frozen=True, kw_only=True)
class Route(Generic[Server]):
    """One operation: method, path with parameters, what it does and how we know."""

    surface: Surface
    method: str
    path: str
    part: Callable[[Server], Handler]
    claim: Claim

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        written = _PARAMETER.sub(
            lambda parameter: f"(?P<{parameter[1]}>{'.+' if parameter[2] else '[^/]+'})", self.path
        )
        return re.compile(written, re.IGNORECASE)


class Router(Generic[Server]):
    """Finds the first route that fits."""

    def __init__(self, routes: Iterable[Route[Server]]) -> None:
        self.routes = tuple(routes)

    def find(self, surface: Surface, call: Call) -> tuple[Route[Server], Call] | None:
        for route in self.routes:
            if route.method != call.method or route.surface is not surface:
                continue
            found = route.pattern.fullmatch(call.path.rstrip("/") or "/")
            if found:
                return route, call.at(found.groupdict())
        return None
