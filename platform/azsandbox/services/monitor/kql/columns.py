"""The columns that an operator leaves; None where they can't be told from the text."""

from __future__ import annotations

from collections.abc import Iterable

from azsandbox.services.monitor.kql.tokens import Token, Tokens, split

Columns = frozenset[str] | None
_SAME = frozenset(
    [
        "where",
        "filter",
        "take",
        "limit",
        "top",
        "order",
        "sort",
        "sample",
        "serialize",
        "as",
        "consume",
        "render",
    ]
)
_KEEP_NAME = frozenset(
    [
        "bin",
        "floor",
        "ceiling",
        "round",
        "startofday",
        "startofhour",
        "startofweek",
        "startofmonth",
        "endofday",
    ]
)
_AGGREGATE_NAME = {"make_list": "list", "make_set": "set", "makelist": "list", "makeset": "set"}
_SIMPLE = frozenset(
    [
        "count",
        "countif",
        "dcount",
        "dcountif",
        "sum",
        "sumif",
        "avg",
        "avgif",
        "min",
        "minif",
        "max",
        "maxif",
        "stdev",
        "variance",
        "any",
        "take_any",
        "make_list",
        "make_set",
        "makelist",
        "makeset",
    ]
)


def after(operator: str, arguments: Tokens, columns: Columns) -> Columns:
    """The columns after `| operator arguments`."""
    result: Columns = None
    if operator in _SAME:
        result = columns
    elif operator == "count":
        result = frozenset({"Count"})
    elif operator == "summarize":
        result = _summarized(arguments)
    elif operator == "distinct":
        result = _all(_plain(item) for item in split(arguments, ","))
    elif operator == "project" or (operator == "extend" and columns is not None):
        named = _all(_named(item) for item in split(arguments, ","))
        result = named if operator == "project" or named is None else named | (columns or frozenset())
    return result


def _all(names: Iterable[str | None]) -> Columns:
    """The names, or None if one of them can't be told."""
    columns = list(names)
    return None if None in columns else frozenset(filter(None, columns))


def _summarized(arguments: Tokens) -> Columns:
    by = next((index for index, token in enumerate(arguments) if token.is_("by")), len(arguments))
    aggregates = [item for item in split(arguments[:by], ",") if item]
    keys = [item for item in split(arguments[by + 1 :], ",") if item]
    return _all([*(_aggregate(item) for item in aggregates), *(_named(item) for item in keys)])


def _plain(item: Tokens) -> str | None:
    return item[0].text if len(item) == 1 and item[0].kind == "name" else None


def _named(item: Tokens) -> str | None:
    """The column that `x`, `x = …` or `bin(x, …)` gives."""
    if len(item) > 1 and item[0].kind == "name" and item[1].is_("="):
        return item[0].text
    if len(item) > 3 and item[0].text in _KEEP_NAME and item[1].is_("(") and item[2].kind == "name":  # noqa: PLR2004 - f ( x
        return item[2].text if item[3].is_(",", ")") else None
    return _plain(item)


def _aggregate(item: Tokens) -> str | None:
    """The column of an aggregate: `avg(x)` gives avg_x, `count()` gives count_."""
    if len(item) > 1 and item[1].is_("="):
        return item[0].text
    name = item[0].text
    if name not in _SIMPLE or len(item) < 3:  # noqa: PLR2004 - f ( )
        return None
    argument: Token = item[2]
    simple = argument.kind == "name" and len(item) > 3 and item[3].is_(")", ",")  # noqa: PLR2004 - f ( x )
    if name in {"count", "countif"}:
        return f"{name}_"
    return f"{_AGGREGATE_NAME.get(name, name)}_{argument.text}" if simple else None
