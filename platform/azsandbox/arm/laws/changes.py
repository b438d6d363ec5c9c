"""Changes that a service refuses in place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from azsandbox.arm.laws import walk
from azsandbox.arm.laws.law import Law, Values
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import known


@dataclass(frozen=True, kw_only=True)
class Unchangeable(Law):
    """A field can't be changed in place; without `replace` in the type the provider would send the change.

    `once_set` allows the first setting; members of a list are matched by their `by`.
    """

    path: str  # `pools[].vmSize`: [] only once
    by: str = "name"
    once_set: bool = False
    secret: bool = False  # the message does not show the values
    advice: str = "declare a new resource, or change it back"

    @property
    def text(self) -> str:
        return f"`{self.path}` can't be changed in place"

    def changes(self, old: Values, new: Values) -> Iterator[Problem]:
        before = {key: item for key, _, item in self._items(old)}
        for key, path, item in self._items(new):
            earlier = before.get(key)
            if earlier is None and (self.once_set or key not in before):
                continue
            if known(item) and known(earlier) and _differ(earlier, item):
                values = "" if self.secret else f" from {earlier!r:.60} to {item!r:.60}"
                yield self.problem(path, f"can't be changed{values}: {self.advice}")

    def _items(self, inputs: Values) -> Iterator[tuple[str, str, Any]]:
        """(key of the list member, concrete path, value)."""
        outer, separator, inner = self.path.partition("[]")
        if not separator:
            for path, item in walk.values(inputs, self.path):
                yield "", path, item
            return
        for path, member in walk.objects(inputs, f"{outer}[]"):
            name = member.get(self.by)
            if isinstance(name, str):
                item = walk.value(member, inner.removeprefix("."))
                if item is not None:
                    yield name.lower(), f"{path}{inner}", item


@dataclass(frozen=True, kw_only=True)
class Grows(Law):
    """A number that can only grow (a disk), or with `shrinks` only shrink."""

    path: str
    shrinks: bool = False

    @property
    def text(self) -> str:
        return f"`{self.path}` can only {'shrink' if self.shrinks else 'grow'}"

    def changes(self, old: Values, new: Values) -> Iterator[Problem]:
        before, after = walk.value(old, self.path), walk.value(new, self.path)
        if not isinstance(before, (int, float)) or not isinstance(after, (int, float)):
            return
        if after > before if self.shrinks else after < before:
            direction = "shrink" if self.shrinks else "grow"
            yield self.problem(self.path, f"can only {direction}, but changes from {before:g} to {after:g}")


@dataclass(frozen=True, kw_only=True)
class Climbs(Law):
    """A value can only be exchanged for a later one of an order: a SKU can't be downgraded in place."""

    path: str
    order: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"`{self.path}` can't be changed back to an earlier one of {', '.join(self.order)}"

    def changes(self, old: Values, new: Values) -> Iterator[Problem]:
        rank = {name.lower(): index for index, name in enumerate(self.order)}
        before, after = walk.value(old, self.path), walk.value(new, self.path)
        earlier, later = rank.get(str(before).lower()), rank.get(str(after).lower())
        if earlier is not None and later is not None and later < earlier:
            yield self.problem(
                self.path,
                f"can't be changed from {before!r} to {after!r}: declare a new resource, or keep it",
            )


def _differ(before: Any, after: Any) -> bool:
    if isinstance(before, str) and isinstance(after, str):
        return before.lower() != after.lower()
    return bool(before != after)
