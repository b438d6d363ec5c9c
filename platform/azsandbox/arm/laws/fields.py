"""Fields of one resource that depend on each other: features, companions, conflicts, order, names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from azsandbox.arm.laws import walk
from azsandbox.arm.laws.formats import moment, seconds
from azsandbox.arm.laws.law import Law, Values, words
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.schema.values import UNKNOWN

ANY: tuple[Any, ...] = ()  # a condition that every value meets


def _matches(item: Any, wanted: tuple[Any, ...]) -> bool:
    if item is None or item is UNKNOWN:
        return False
    return not wanted or any(_plain(item) == _plain(value) for value in wanted)


def _plain(item: Any) -> Any:
    return item.lower() if isinstance(item, str) else item


def _described(name: str, wanted: tuple[Any, ...]) -> str:
    return f"{name} {words(tuple(_word(value) for value in wanted))}" if wanted else name


def _word(item: Any) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item)


@dataclass(frozen=True, kw_only=True)
class Feature(Law):
    """A value of a field is allowed only with some values of another: `retention` only with SKU Premium."""

    within: str = ""  # the objects that hold both fields, may hold []
    path: str  # the field, may hold [] and *
    values: tuple[Any, ...] = ANY  # of these values; () for every value but false, empty and null
    only_with: str  # the field that decides, beside it
    among: tuple[Any, ...]  # its values that allow it
    default: Any = None  # what the deciding field is when it is absent

    @property
    def text(self) -> str:
        where = f" in `{self.within}`" if self.within else ""
        return f"`{_described(self.path, self.values)}` needs {_described(self.only_with, self.among)}{where}"

    def problems(self, inputs: Values) -> Iterator[Problem]:
        for within, item in walk.objects(inputs, self.within):
            yield from self._problems_of(within, item)

    def _problems_of(self, within: str, item: Values) -> Iterator[Problem]:
        deciding = walk.value(item, self.only_with)
        deciding = self.default if deciding is None else deciding
        if deciding is UNKNOWN or _matches(deciding, self.among):
            return
        for path, value in walk.values(item, self.path):
            if _matches(value, self.values) and (self.values or value not in (False, "", [], {})):
                state = f"it is {deciding!r}" if deciding is not None else "it is not set"
                yield self.problem(
                    walk.joined(within, path),
                    f"{value!r:.60} needs {_described(self.only_with, self.among)}, but {state}",
                )


@dataclass(frozen=True, kw_only=True)
class Needs(Law):
    """An object (`within`, may hold []) whose field has one of some values has another field too."""

    within: str = ""
    when: str
    values: tuple[Any, ...] = ANY
    needs: tuple[str, ...]

    @property
    def text(self) -> str:
        where = f" in `{self.within}`" if self.within else ""
        return f"`{_described(self.when, self.values)}` needs {' and '.join(self.needs)}{where}"

    def problems(self, inputs: Values) -> Iterator[Problem]:
        for path, item in walk.objects(inputs, self.within):
            if not _matches(walk.value(item, self.when), self.values):
                continue
            for name in self.needs:
                if walk.value(item, name) in (None, "", [], {}):
                    where = walk.joined(path, name)
                    yield self.problem(where, f"is required with {_described(self.when, self.values)}")


@dataclass(frozen=True, kw_only=True)
class Conflicts(Law):
    """An object (`within`) whose field has one of some values lacks another field, or some values of it."""

    within: str = ""
    when: str
    values: tuple[Any, ...] = ANY
    excludes: str
    excluded: tuple[Any, ...] = ANY

    @property
    def text(self) -> str:
        where = f" in `{self.within}`" if self.within else ""
        other = _described(self.excludes, self.excluded)
        return f"`{_described(self.when, self.values)}` excludes `{other}`{where}"

    def problems(self, inputs: Values) -> Iterator[Problem]:
        for path, item in walk.objects(inputs, self.within):
            first, second = walk.value(item, self.when), walk.value(item, self.excludes)
            empty = not self.excluded and second in (False, "", [], {})
            if _matches(first, self.values) and _matches(second, self.excluded) and not empty:
                where = walk.joined(path, self.excludes)
                yield self.problem(where, f"{second!r:.60} can't be combined with {self.when} {first!r:.60}")


@dataclass(frozen=True, kw_only=True)
class ExactlyOne(Law):
    """An object (`within`) has exactly one of some fields."""

    within: str = ""
    of: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"exactly one of {words(self.of)}" + (f" in `{self.within}`" if self.within else "")

    def problems(self, inputs: Values) -> Iterator[Problem]:
        for path, item in walk.objects(inputs, self.within):
            present = [name for name in self.of if walk.value(item, name) is not None]
            if len(present) != 1:
                state = f"has {words(tuple(present))}" if present else "has none of them"
                yield self.problem(path, f"needs exactly one of {words(self.of)}, but {state}")


@dataclass(frozen=True, kw_only=True)
class AtLeastOne(Law):
    """An object (`within`) has at least one of some fields."""

    within: str = ""
    of: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"at least one of {words(self.of)}" + (f" in `{self.within}`" if self.within else "")

    def problems(self, inputs: Values) -> Iterator[Problem]:
        for path, item in walk.objects(inputs, self.within):
            if all(walk.value(item, name) in (None, [], {}, "") for name in self.of):
                yield self.problem(path or self.of[0], f"needs at least one of {words(self.of)}")


@dataclass(frozen=True, kw_only=True)
class Ordered(Law):
    """A field of an object is at most another: numbers, times or durations."""

    within: str = ""
    low: str
    high: str
    strictly: bool = False

    @property
    def text(self) -> str:
        relation = "below" if self.strictly else "at most"
        return f"`{self.low}` is {relation} `{self.high}`" + (f" in `{self.within}`" if self.within else "")

    def problems(self, inputs: Values) -> Iterator[Problem]:
        for path, item in walk.objects(inputs, self.within):
            low, high = walk.value(item, self.low), walk.value(item, self.high)
            pair = _comparable(low), _comparable(high)
            if pair[0] is None or pair[1] is None:
                continue
            if pair[0] > pair[1] or (self.strictly and pair[0] == pair[1]):
                relation = "below" if self.strictly else "at most"
                where = walk.joined(path, self.low)
                yield self.problem(where, f"{low!r} has to be {relation} {self.high}, which is {high!r}")


def _comparable(item: Any) -> float | None:
    if isinstance(item, (int, float)) and not isinstance(item, bool):
        return float(item)
    length = seconds(item)
    if length is not None:
        return length
    time = moment(item)
    return time.timestamp() if time else None


@dataclass(frozen=True, kw_only=True)
class RefersTo(Law):
    """The names at a path are among those that are declared beside it."""

    path: str
    among: tuple[str, ...]  # path patterns of the declared names
    builtin: tuple[str, ...] = ()  # names that need no declaration

    @property
    def text(self) -> str:
        return f"`{self.path}` names one of {words(tuple(f'`{path}`' for path in self.among))}"

    def problems(self, inputs: Values) -> Iterator[Problem]:
        declared = [str(name) for pattern in self.among for _, name in walk.values(inputs, pattern)] + list(
            self.builtin
        )
        plain = {name.lower() for name in declared}
        for path, name in walk.values(inputs, self.path):
            if isinstance(name, str) and name.lower() not in plain:
                hint = suggestion(name, declared)
                listed = f"; declared are {', '.join(declared[:8])}" if declared else "; none is declared"
                yield self.problem(
                    path,
                    f"{name!r} is not declared in {words(self.among)}{hint}{listed}",
                )
