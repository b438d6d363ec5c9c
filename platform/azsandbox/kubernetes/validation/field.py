"""A value of a manifest with its path, and the API server's wording for what is wrong with it.

Source: k8s.io/apimachinery, pkg/util/validation/field/{path,errors}.go.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from azsandbox.schema.validate import Problem, suggestion

UNKNOWN_TEXT = "\0unknown"  # in place of a value that a preview does not know yet
_LONGEST = 200  # characters of a value in a message

Problems = Iterator[Problem]
Check = Callable[[str], Iterable[str]]  # the complaints about a text


@dataclass(frozen=True)
class Field:
    """One value and its path, such as `spec.containers[0].image`."""

    value: Any
    path: str = ""

    def __getitem__(self, name: str) -> Field:
        """A property of an object; below an unknown or mistyped value everything is unknown."""
        path = f"{self.path}.{name}" if self.path else name
        return Field(self._child(name), path)

    def key(self, name: str) -> Field:
        """An entry of a map, whose path is `labels[name]`."""
        return Field(self._child(name), f"{self.path}[{name}]")

    def _child(self, name: str) -> Any:
        if isinstance(self.value, dict):
            return self.value.get(name)
        return None if self.value is None else UNKNOWN_TEXT

    def items(self) -> list[Field]:
        """The elements of a list; none of anything else."""
        values = self.value if isinstance(self.value, list) else []
        return [Field(value, f"{self.path}[{index}]") for index, value in enumerate(values)]

    def entries(self) -> list[tuple[str, Field]]:
        """The entries of a map; none of anything else."""
        values: dict[Any, Any] = self.value if isinstance(self.value, dict) else {}
        return [(str(name), Field(value, f"{self.path}[{name}]")) for name, value in values.items()]

    @property
    def present(self) -> bool:
        """Whether it is set, known or not: a pointer that is not nil."""
        return self.value is not None

    @property
    def unknown(self) -> bool:
        return isinstance(self.value, str) and "\0" in self.value

    @property
    def empty(self) -> bool:
        """Whether it is what Go calls the zero value of a text, a list or a map."""
        return self.value is None or (isinstance(self.value, (str, list, dict)) and not self.value)

    @property
    def count(self) -> int:
        return len(self.value) if isinstance(self.value, (list, dict)) else 0

    @property
    def text(self) -> str:
        """The known text, or an empty one."""
        return self.value if isinstance(self.value, str) and not self.unknown else ""

    @property
    def is_text(self) -> bool:
        return isinstance(self.value, str) and not self.unknown

    @property
    def number(self) -> int | None:
        """The known whole number; Pulumi sends every number as a float."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        return int(value) if value == value and abs(value) < 1e300 and float(value).is_integer() else None  # noqa: PLR0124, PLR2004 - NaN, infinity

    @property
    def on(self) -> bool:
        return self.value is True

    def texts(self) -> list[str]:
        return [item.text for item in self.items() if item.is_text]

    # one problem

    def invalid(self, detail: str, value: Any = None) -> Problem:
        shown = _shown(self.value if value is None else value)
        return self._problem("Invalid", f"Invalid value: {shown}: {detail}")

    def required(self, detail: str = "") -> Problem:
        return self._problem("Required", "Required value" + (f": {detail}" if detail else ""))

    def forbidden(self, detail: str) -> Problem:
        return self._problem("Forbidden", f"Forbidden: {detail}")

    def duplicate(self, value: Any = None) -> Problem:
        return self._problem(
            "Duplicate", f"Duplicate value: {_shown(self.value if value is None else value)}"
        )

    def not_found(self, detail: str = "") -> Problem:
        return self._problem(
            "NotFound", f"Not found: {_shown(self.value)}" + (f": {detail}" if detail else "")
        )

    def unsupported(self, options: Iterable[str], value: Any = None) -> Problem:
        shown = self.value if value is None else value
        names = list(options)
        listed = ", ".join(f'"{name}"' for name in names)
        hint = suggestion(str(shown), names)
        return self._problem(
            "NotSupported", f"Unsupported value: {_shown(shown)}: supported values: {listed}{hint}"
        )

    def too_long(self, limit: int) -> Problem:
        return self._problem("TooLong", f"Too long: may not be more than {limit} bytes")

    def too_many(self, limit: int) -> Problem:
        return self._problem("TooMany", f"Too many: {self.count}: must have at most {limit} items")

    def warning(self, detail: str) -> Problem:
        return Problem(self.path, detail, warning=True, code="Warning")

    def _problem(self, code: str, message: str) -> Problem:
        return Problem(self.path, message, code=code)

    # rules about one value

    def need(self, detail: str = "") -> Problems:
        if self.empty:
            yield self.required(detail)

    def matches(self, *checks: Check) -> Problems:
        """A known text has no complaints; absent and unknown values are right."""
        if self.is_text:
            for check in checks:
                for complaint in check(self.text):
                    yield self.invalid(complaint)

    def named(self, *checks: Check, detail: str = "") -> Problems:
        """A text that must be there and match."""
        if self.empty:
            yield self.required(detail)
        else:
            yield from self.matches(*checks)

    def option(self, options: Iterable[str]) -> Problems:
        """A text of a published list; an absent or empty one is right."""
        if self.text and self.text not in set(options):
            yield self.unsupported(options)

    def listed(self, options: Iterable[str]) -> Problems:
        """A text of a published list, if it is set; an empty one is not in the list."""
        if self.is_text and self.text not in set(options):
            yield self.unsupported(options)

    def choice(self, options: Iterable[str], detail: str = "") -> Problems:
        """A text of a published list that must be there."""
        if self.empty:
            yield self.required(detail)
        else:
            yield from self.option(options)

    def at_least(self, low: int, detail: str = "") -> Problems:
        if self.number is not None and self.number < low:
            yield self.invalid(detail or f"must be greater than or equal to {low}", self.number)

    def at_most(self, high: int, detail: str = "") -> Problems:
        if self.number is not None and self.number > high:
            yield self.invalid(detail or f"must be less than or equal to {high}", self.number)

    def between(self, low: int, high: int, detail: str = "") -> Problems:
        if self.number is not None and not low <= self.number <= high:
            yield self.invalid(detail or f"must be between {low} and {high}, inclusive", self.number)

    def shorter_than(self, limit: int) -> Problems:
        if len(self.text.encode()) > limit:
            yield self.too_long(limit)

    def fewer_than(self, limit: int) -> Problems:
        if self.count > limit:
            yield self.too_many(limit)


def duplicates(fields: Iterable[Field]) -> Iterator[Field]:
    """Each known, non-empty value that an earlier field has too."""
    seen: set[Any] = set()
    for field in fields:
        value = field.text if field.is_text else field.number
        if value in {None, ""}:
            continue
        if value in seen:
            yield field
        seen.add(value)


def distinct(fields: Iterable[Field]) -> Problems:
    """No two fields have the same known value."""
    for field in duplicates(fields):
        yield field.duplicate()


def _shown(value: Any) -> str:
    """As the API server prints a value: a quoted text, a number, or JSON."""
    if isinstance(value, float) and abs(value) < 1e18 and value.is_integer():  # noqa: PLR2004 - an exact integer
        value = int(value)
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
