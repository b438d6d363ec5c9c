"""Checks a Kusto query as the service does when an alert rule is created: syntax, functions, names.

The checker is smaller than Kusto's own parser and says nothing where it can't be certain.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from azsandbox.schema.validate import suggestion
from azsandbox.services.monitor.kql.columns import Columns, after
from azsandbox.services.monitor.kql.tokens import QueryError, Token, Tokens, groups, split, tokens

_CHECKED = frozenset(
    ["where", "filter", "extend", "project", "summarize", "distinct"]
)  # whose column names are certain


@functools.cache
def _names(*kinds: str) -> frozenset[str]:
    content = json.loads(Path(__file__).with_name("names.json").read_text(encoding="utf-8"))
    return frozenset(name for kind in kinds for name in content[kind])


def _functions() -> frozenset[str]:
    return _names("functions", "aggregates", "plugins")


@dataclass
class Checked:
    """What a check found: problems, and the columns of the result where they are certain."""

    problems: list[str] = field(default_factory=list)
    columns: Columns = None


def check(
    text: str, tables: Mapping[str, frozenset[str]] | None = None, operators: frozenset[str] | None = None
) -> Checked:
    """Check a query.

    Args:
        text: the query.
        tables: the columns by table, none for a table whose columns are not known; None if no table is known.
        operators: those that are allowed; None for all.
    """
    checked = Checked()
    try:
        statements = [part for part in split(tokens(text), ";") if part]
        if not statements:
            checked.problems.append("the query is empty")
            return checked
        defined = {part[1].text for part in statements if len(part) > 1 and part[0].is_("let")}
        run = _Run(tables, defined, operators)
        for part in statements:
            if part[0].is_("let"):
                run.expression(_value(part), None)
            elif not part[0].is_("set", "declare", "alias", "pattern", "restrict"):
                checked.columns = run.pipeline(part, top=True)
        checked.problems += run.problems
    except QueryError as error:
        checked.problems.append(str(error))
    except RecursionError:
        checked.problems.append("the query is nested too deeply")
    return checked


class _Run:
    def __init__(
        self,
        tables: Mapping[str, frozenset[str]] | None,
        defined: set[str],
        operators: frozenset[str] | None,
    ) -> None:
        self.tables, self.defined, self.operators = tables, defined, operators
        self.problems: list[str] = []

    def pipeline(self, items: Tokens, *, top: bool = False) -> Columns:
        """Check `source | operator …`; the columns of its result."""
        source, *steps = split(items, "|")
        if not source:
            raise QueryError("the query starts with '|': a table is missing before it")
        if not top and _operator(source)[0] in _names("operators") - _names("sources"):
            columns = self.step(source, None)  # the subquery of mv-apply or partition
        else:
            columns = self.source(source, checked=top or bool(steps))
        for step in steps:
            columns = self.step(step, columns)
        return columns

    def source(self, items: Tokens, *, checked: bool) -> Columns:
        head = items[0]
        name = head.text.strip("'\"")
        if head.is_("("):
            inner = groups(items)
            return self.pipeline(inner[0][1], top=True) if len(inner) == 1 and inner[0][1] else None
        if len(items) > 1 or head.kind != "name" or name in _names("sources"):
            if (
                head.kind == "name"
                and len(items) > 1
                and items[1].kind == "name"
                and name not in _names("sources")
            ):
                raise QueryError(f"'{items[1].text}' after '{name}': an operator follows a '|'")
            self.expression(items, None)
            return None
        if not checked or self.tables is None or name in self.defined or name.endswith("_CL"):
            return None
        if name not in self.tables:
            hint = suggestion(name, self.tables)
            self.problems.append(f"Failed to resolve table or column expression named '{name}'{hint}")
            return None
        return self.tables[name] or None

    def step(self, items: Tokens, columns: Columns) -> Columns:
        if not items:
            raise QueryError("an operator is missing after '|'")
        operator, arguments = _operator(items)
        if operator not in _names("operators"):
            raise QueryError(
                f"'{operator}' is not a query operator{suggestion(operator, _names('operators'))}"
            )
        if self.operators is not None and operator not in self.operators:
            raise QueryError(f"'{operator}' is not supported here, only {', '.join(sorted(self.operators))}")
        if operator not in {"count", "serialize", "consume", "getschema", "sample", "as"} and not arguments:
            raise QueryError(f"'{operator}' needs arguments")
        if operator in {"where", "filter"}:
            _condition(arguments)
        if operator in {"take", "limit", "sample", "top"} and arguments[0].kind not in {"number", "name"}:
            raise QueryError(f"'{operator}' needs a number of rows")
        self.expression(arguments, columns if operator in _CHECKED else None)
        return after(operator, arguments, columns)

    def expression(self, items: Tokens, columns: Columns) -> None:
        """Functions exist; names are columns, where those are known."""
        for start, inner in groups(items):
            subquery = len(split(inner, "|")) > 1 or (start > 0 and items[start - 1].is_("join", "lookup"))
            if subquery and inner:
                self.pipeline(inner)
            elif inner:
                self.expression(inner, columns)
        for index, token in _outside(items):
            if token.kind != "name" or token.text in self.defined:
                continue
            before = items[index - 1] if index else None
            following = items[index + 1] if index + 1 < len(items) else None
            if before is not None and before.is_("."):
                continue
            if following is not None and following.is_("("):
                parameter = (
                    before is not None and before.is_("=") and following.start > token.start + len(token.text)
                )
                if not parameter:  # `join kind=inner (…)`
                    self.function(token, before)
            elif (
                columns is not None
                and token.text not in _names("words")
                and not (following and following.is_("="))
            ):
                self.column(token, columns)

    def function(self, token: Token, before: Token | None) -> None:
        known = token.text in _functions() | _names("words", "operators", "sources", "azure monitor")
        if not known and not (before and before.is_("invoke")):
            hint = suggestion(token.text, _functions())
            self.problems.append(f"Unknown function: '{token.text}'{hint}")

    def column(self, token: Token, columns: frozenset[str]) -> None:
        if token.text not in columns and not token.text.startswith(("_", "$")):
            hint = suggestion(token.text, columns)
            self.problems.append(f"Failed to resolve column or scalar expression named '{token.text}'{hint}")


def _operator(items: Tokens) -> tuple[str, Tokens]:
    """The operator, whose name may have hyphens, and what follows it."""
    name, end = items[0].text, 1
    while (
        end + 1 < len(items)
        and items[end].is_("-")
        and items[end].start == items[end - 1].start + len(items[end - 1].text)
    ):
        name += f"-{items[end + 1].text}"
        end += 2
    return name, items[end:]


def _value(statement: Tokens) -> Tokens:
    """What follows the `=` of a let statement."""
    equals = next((index for index, token in enumerate(statement) if token.is_("=")), len(statement))
    if equals + 1 >= len(statement):
        raise QueryError("a let statement needs a name, '=' and a value")
    return statement[equals + 1 :]


def _condition(items: Tokens) -> None:
    depth = 0
    for token, following in pairwise(items):
        depth += token.is_("(", "[", "{") - token.is_(")", "]", "}")
        if depth == 0 and token.is_("=") and following.kind in {"number", "string"}:
            raise QueryError("The expression must have the type bool: '=' names a value, == compares")
    if items[-1].is_("and", "or", "not", "==", "!=", ">", "<", ">=", "<=", "=~", "has", "contains", "in"):
        raise QueryError(f"the condition ends with '{items[-1].text}'")
    if items[0].is_("and", "or", "==", "!="):
        raise QueryError(f"the condition starts with '{items[0].text}'")


def _outside(items: Tokens) -> Iterator[tuple[int, Token]]:
    """The tokens outside of round brackets."""
    depth = 0
    for index, token in enumerate(items):
        depth -= token.is_(")")
        if depth == 0:
            yield index, token
        depth += token.is_("(")
