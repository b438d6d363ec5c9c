"""Values of one field: numbers between limits, a text of a form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from azsandbox.arm.laws import walk
from azsandbox.arm.laws.law import Law, Values
from azsandbox.schema.validate import Problem


@dataclass(frozen=True, kw_only=True)
class Between(Law):
    """A number has limits, and may have to be a multiple of another; `also` are values outside them."""

    path: str
    least: float | None = None
    most: float | None = None
    multiple: int | None = None
    also: tuple[float, ...] = ()

    @property
    def text(self) -> str:
        return f"`{self.path}` is {self.limits}"

    @property
    def limits(self) -> str:
        low, high = self.least, self.most
        if low is None:
            limits = f"at most {high:.12g}" if high is not None else "a number"
        else:
            limits = f"at least {low:.12g}" if high is None else f"{low:.12g} to {high:.12g}"
        multiple = f", a multiple of {self.multiple}" if self.multiple else ""
        return "".join(f"{value:g} or " for value in self.also) + limits + multiple

    def problems(self, inputs: Values) -> Iterator[Problem]:
        for path, number in walk.values(inputs, self.path):
            if isinstance(number, bool) or not isinstance(number, (int, float)) or number in self.also:
                continue
            below = self.least is not None and number < self.least
            above = self.most is not None and number > self.most
            if below or above or (self.multiple and number % self.multiple):
                yield self.problem(path, f"is {number:.12g}, but must be {self.limits}")


@dataclass(frozen=True, kw_only=True)
class Limits(Law):
    """The numbers of an object, each with its own limits, as a documentation page tabulates them."""

    within: str
    numbers: tuple[tuple[str, int, int], ...]  # name, least, most

    @property
    def text(self) -> str:
        return f"the {len(self.numbers)} numbers of `{self.within}` keep their limits"

    def problems(self, inputs: Values) -> Iterator[Problem]:
        for name, least, most in self.numbers:
            path = walk.joined(self.within, name)
            yield from Between(path=path, least=least, most=most, source=self.source).problems(inputs)


@dataclass(frozen=True, kw_only=True)
class Matches(Law):
    """A text has a form, described for messages; the keys of an object too, with `keys`."""

    path: str
    pattern: str
    description: str
    keys: bool = False
    ignore_case: bool = False

    @property
    def text(self) -> str:
        return f"{'the keys of ' if self.keys else ''}`{self.path}` {self._verb} {self.description}"

    @property
    def _verb(self) -> str:
        return "are" if self.keys else "is"

    def problems(self, inputs: Values) -> Iterator[Problem]:
        for path, item in walk.values(inputs, self.path):
            texts = list(item) if self.keys and isinstance(item, dict) else [item]
            for text in texts:
                if isinstance(text, str) and not self._allows(text):
                    where = f'{path}["{text}"]' if self.keys else path
                    yield self.problem(where, f"{_short(text)!r} is not {self.description}")

    def _allows(self, text: str) -> bool:
        flags = re.IGNORECASE if self.ignore_case else 0
        return re.fullmatch(self.pattern, text, flags | re.DOTALL) is not None


def _short(text: str) -> str:
    most = 60
    return text if len(text) <= most else f"{text[: most - 1]}…"
