"""The tokens of a Kusto query, and its groups in brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*)
  | (?P<string>```.*?```|~~~.*?~~~|[hH]?@"(?:[^"]|"")*"|[hH]?@'(?:[^']|'')*'
        |[hH]?"(?:[^"\\\n]|\\.)*"|[hH]?'(?:[^'\\\n]|\\.)*')
  | (?P<name>[A-Za-z_$][A-Za-z0-9_$]*)
  | (?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?:[A-Za-z]+)?)
  | (?P<operator>==|=~|!=|!~|<=|>=|<>|\.\.|[=<>+*/%-])
  | (?P<mark>[()\[\]{},;|.:?!~@&`^])
    """,
    re.VERBOSE | re.DOTALL,
)
CLOSING = {"(": ")", "[": "]", "{": "}"}


class QueryError(Exception):
    """The text is not a Kusto query; the message says where."""


@dataclass(frozen=True)
class Token:
    kind: str  # string, name, number, operator or mark
    text: str
    start: int

    def is_(self, *texts: str) -> bool:
        return self.kind != "string" and self.text in texts


Tokens = Sequence[Token]


def tokens(text: str) -> list[Token]:
    """The tokens without spaces and comments, with all brackets closed.

    Raises:
        QueryError: a character or an open text that no query has, or a bracket without its partner.
    """
    result: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            rest = text[position : position + 12].splitlines()[0]
            reason = "a text is not closed" if text[position] in "\"'" else "unexpected character"
            raise QueryError(f"{reason} at {rest!r}, {where(text, position)}")
        if match.lastgroup != "space":
            result.append(Token(str(match.lastgroup), match[0], position))
        position = match.end()
    _closed(text, result)
    return result


def where(text: str, position: int) -> str:
    before = text[:position]
    return f"line {before.count(chr(10)) + 1}, column {position - before.rfind(chr(10))}"


def _closed(text: str, items: Tokens) -> None:
    waiting: list[Token] = []
    for token in items:
        if token.is_(*CLOSING):
            waiting.append(token)
        elif token.is_(*CLOSING.values()) and (not waiting or CLOSING[waiting.pop().text] != token.text):
            raise QueryError(f"{token.text!r} closes nothing, {where(text, token.start)}")
    if waiting:
        raise QueryError(f"{waiting[-1].text!r} is not closed, {where(text, waiting[-1].start)}")


def split(items: Tokens, separator: str) -> list[list[Token]]:
    """The parts between separators that stand outside of brackets."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in items:
        depth += token.is_(*CLOSING) - token.is_(*CLOSING.values())
        if depth == 0 and token.is_(separator):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def groups(items: Tokens) -> list[tuple[int, list[Token]]]:
    """(index of the opening bracket, tokens inside) of each outermost group in round brackets."""
    result: list[tuple[int, list[Token]]] = []
    depth, start = 0, 0
    for index, token in enumerate(items):
        if token.is_(*CLOSING):
            start = index if depth == 0 else start
            depth += 1
        elif token.is_(*CLOSING.values()):
            depth -= 1
            if depth == 0 and items[start].is_("("):
                result.append((start, list(items[start + 1 : index])))
    return result
