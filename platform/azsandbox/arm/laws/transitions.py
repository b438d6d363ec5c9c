"""Values that change in place only to some others: a SKU, a kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from azsandbox.arm.laws import walk
from azsandbox.arm.laws.law import Law, Values
from azsandbox.schema.validate import Problem


@dataclass(frozen=True, kw_only=True)
class Transitions(Law):
    """A field changes in place within a group of values, or along an upgrade; other values are not judged."""

    path: str
    groups: tuple[tuple[str, ...], ...]
    upgrades: tuple[tuple[str, str], ...] = ()
    advice: str = "declare a new resource, or change it back"

    @property
    def text(self) -> str:
        groups = "; ".join(", ".join(group) for group in self.groups if len(group) > 1)
        steps = "; ".join(f"{old} to {new}" for old, new in self.upgrades)
        return f"`{self.path}` changes in place only among {'; '.join(filter(None, (groups, steps)))}"

    def changes(self, old: Values, new: Values) -> Iterator[Problem]:
        before, after = walk.value(old, self.path), walk.value(new, self.path)
        if not isinstance(before, str) or not isinstance(after, str) or before.lower() == after.lower():
            return
        origin, target = self._group(before), self._group(after)
        upgrade = (before.lower(), after.lower()) in {(a.lower(), b.lower()) for a, b in self.upgrades}
        if origin is not None and target is not None and origin != target and not upgrade:
            yield self.problem(
                self.path, f"can't be changed from {before!r} to {after!r} in place: {self.advice}"
            )

    def _group(self, value: str) -> int | None:
        for number, group in enumerate(self.groups):
            if value.lower() in {member.lower() for member in group}:
                return number
        return None
