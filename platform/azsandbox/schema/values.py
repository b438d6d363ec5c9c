"""Values as the provider sees them: plain JSON, plus what Pulumi's wire format adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class _Unknown:
    """A value that is known only after the deployment."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that the program marked as secret; only the wire format and the redaction read it."""

    value: Any


def reveal(value: Any) -> Any:
    """The value without secret marks, at any depth."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    return value


def known(value: Any) -> bool:
    """Whether nothing in it is unknown."""
    if isinstance(value, Secret):
        return known(value.value)
    if isinstance(value, dict):
        return all(known(item) for item in value.values())
    if isinstance(value, list):
        return all(known(item) for item in value)
    return value is not UNKNOWN
