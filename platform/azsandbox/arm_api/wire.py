"""HTTP requests and responses, independent of the HTTP server."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from azsandbox.errors import ArmError

Values = dict[str, Any]
_DEEPEST = 100  # levels; .NET's readers of JSON stop at 64 unless told otherwise
_LARGEST = 2**64
RETRY_AFTER = "1"  # seconds, for throttled requests and operations in progress


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request, as handlers receive it."""

    method: str
    host: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])  # names in lower case
    body: bytes = b""
    path_parameters: Mapping[str, str] = field(default_factory=dict[str, str])  # of the route's path

    @property
    def api_version(self) -> str:
        return self.query.get("api-version", "")

    def json(self) -> Values:
        """The body as an object.

        Raises:
            ArmError: it is not an object.
        """
        try:
            content = json.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise _invalid("it is not a JSON object")
        _check_values(content)
        if not isinstance(content.get("properties") or {}, dict):
            raise _invalid("its 'properties' are not an object")
        return content

    def at(self, path_parameters: Mapping[str, str]) -> Call:
        return replace(self, path_parameters=path_parameters)


def _invalid(what: str) -> ArmError:
    return ArmError(400, "InvalidRequestContent", f"The request content was invalid: {what}.")


def _check_values(content: Values) -> None:
    """Refuse what JSON can write and no service stores; without recursion, however deep it is.

    Raises:
        ArmError: 400 InvalidRequestContent.
    """
    level: list[Any] = [content]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += [*value, *value.values()]
            elif isinstance(value, list):
                below += value
            elif isinstance(value, str) and not _is_text(value):
                raise _invalid("a text has a NUL character or half of a surrogate pair")
            elif isinstance(value, float) and not math.isfinite(value):
                raise _invalid("a number is not finite")
            elif isinstance(value, int) and abs(value) > _LARGEST:
                raise _invalid("an integer has more than 64 bits")
        level = below
    if level:
        raise _invalid(f"it is nested more than {_DEEPEST} levels deep")


def _is_text(value: str) -> bool:
    return "\0" not in value and (value.isascii() or not any("\ud800" <= item <= "\udfff" for item in value))


@dataclass(frozen=True)
class Answer:
    """Status, body and headers; a dictionary or list is sent as JSON."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    media: str = "application/json"

    def content(self) -> bytes:
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


def refused(error: ArmError) -> Answer:
    """The response to a refused request, with ARM's error body."""
    headers = {"Retry-After": RETRY_AFTER} if error.status == 429 else {}  # noqa: PLR2004 - HTTP
    return Answer(
        error.status,
        {"error": {"code": error.code, "message": error.message}},
        {"x-ms-error-code": error.code, **headers},
    )


def not_modelled(call: Call) -> Answer:
    """The response to an operation that the API server does not know: 501, with its name."""
    what = f"{call.method} {call.path}"
    version = f", api-version {call.api_version}" if call.api_version else ""
    return refused(
        ArmError(
            501,
            "NotModelled",
            f"the sandbox does not model {what}{version} (docs/sandbox-coverage.md lists what it models)",
        )
    )
