"""The functions that Kubernetes adds to CEL: of lists, texts, regular expressions and quantities.

Source: kubernetes.io, "Common Expression Language in Kubernetes" (2026-12-01). Not here: URLs, addresses,
formats, versions, optional values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from azsandbox.kubernetes.validation import quantities


def _is_sorted(values: list[Any]) -> bool:
    return list(values) == sorted(values)


def _index_of(values: Any, item: Any, start: int = 0) -> int:
    if isinstance(values, str):
        return values.find(item, start)
    return values.index(item) if item in values else -1


def _last_index_of(values: Any, item: Any) -> int:
    if isinstance(values, str):
        return values.rfind(item)
    return len(values) - 1 - values[::-1].index(item) if item in values else -1


def _find(text: str, pattern: str) -> str:
    match = re.search(pattern, text)
    return match[0] if match else ""


def _find_all(text: str, pattern: str, most: int = -1) -> list[str]:
    matches = [match[0] for match in re.finditer(pattern, text)]
    return matches if most < 0 else matches[:most]


def _split(text: str, separator: str, most: int = -1) -> list[str]:
    if not separator:
        return list(text)
    return text.split(separator, most - 1) if most > 0 else text.split(separator)


def _substring(text: str, start: int, end: int | None = None) -> str:
    return text[start:end]


def _quantity(text: str) -> float:
    number = quantities.parse(text)
    if number is None:
        raise ValueError(f"{text!r} is not a quantity")
    return float(number)


def _compared(first: float, second: float) -> int:
    return (first > second) - (first < second)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "isSorted": _is_sorted,
    "sum": sum,
    "min": min,
    "max": max,
    "indexOf": _index_of,
    "lastIndexOf": _last_index_of,
    "lowerAscii": str.lower,
    "upperAscii": str.upper,
    "trim": str.strip,
    "replace": str.replace,
    "join": lambda values, separator="": separator.join(values),
    "split": _split,
    "substring": _substring,
    "charAt": lambda text, index: text[index : index + 1],
    "find": _find,
    "findAll": _find_all,
    "quantity": _quantity,
    "isQuantity": lambda text: quantities.parse(text) is not None,
    "isLessThan": lambda first, second: first < second,
    "isGreaterThan": lambda first, second: first > second,
    "compareTo": _compared,
}
