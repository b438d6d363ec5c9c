"""Lists: at most so many, not empty, every member unique by a key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from azsandbox.arm.laws import walk
from azsandbox.arm.laws.law import Law, Values
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import known


@dataclass(frozen=True, kw_only=True)
class AtMost(Law):
    """A list has at most so many members."""

    path: str
    most: int

    @property
    def text(self) -> str:
        return f"`{self.path}` has at most {self.most} {'member' if self.most == 1 else 'members'}"

    def problems(self, inputs: Values) -> Iterator[Problem]:
        for path, items in walk.lists(inputs, self.path):
            if len(items) > self.most:
                yield self.problem(path, f"has {len(items)} members, but at most {self.most} are allowed")


@dataclass(frozen=True, kw_only=True)
class NotEmpty(Law):
    """A list or an object that is declared has at least one member; with `demanded` it has to be declared."""

    path: str
    demanded: bool = False

    @property
    def text(self) -> str:
        return f"`{self.path}` has at least one member"

    def problems(self, inputs: Values) -> Iterator[Problem]:
        for path, items in walk.values(inputs, self.path):
            if isinstance(items, (list, dict)) and not items:
                yield self.problem(path, "is empty, but needs at least one member")
        if self.demanded and walk.value(inputs, self.path) is None:
            yield self.problem(self.path, "is required, with at least one member")


@dataclass(frozen=True, kw_only=True)
class Unique(Law):
    """The members of a list differ in a key (`name`, `subnet.id`), in several, or in their values."""

    path: str
    by: tuple[str, ...] = ("name",)  # () compares the members themselves
    ignore_case: bool = True

    @property
    def text(self) -> str:
        return f"the members of `{self.path}` differ in {' and '.join(self.by) or 'value'}"

    def problems(self, inputs: Values) -> Iterator[Problem]:
        for path, items in walk.lists(inputs, self.path):
            first: dict[tuple[str, ...], int] = {}
            for index, item in enumerate(items):
                key = self._key(item)
                if key is None:
                    continue
                if key in first:
                    where = f"{path}[{index}]" + (f".{self.by[0]}" if self.by else "")
                    listed = " and ".join(repr(part) for part in self._values(item))
                    yield self.problem(where, f"{listed} is already that of {path}[{first[key]}]")
                else:
                    first[key] = index

    def _values(self, item: Any) -> list[Any]:
        return [walk.value(item, name) for name in self.by] if self.by else [item]

    def _key(self, item: Any) -> tuple[str, ...] | None:
        parts = self._values(item)
        if any(part is None or not known(part) for part in parts):
            return None
        return tuple(str(part).lower() if self.ignore_case else str(part) for part in parts)
