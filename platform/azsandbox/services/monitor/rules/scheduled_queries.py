"""What Azure Monitor refuses about log search alert rules (scheduledQueryRules)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm.laws import walk
from azsandbox.arm.laws.formats import seconds
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services.monitor import kql
from azsandbox.services.monitor.kql.tokens import QueryError, tokens

_NEEDED = ("scopes", "criteria", "severity", "evaluationFrequency", "windowSize")
_MEASURED = frozenset({"average", "minimum", "maximum", "total"})
_MOST_DIMENSIONS = 6
_PERIODS = range(1, 7)
_NOT_EVERY_MINUTE = frozenset({"search", "union", "take", "limit", "ingestion_time"})
_LOG_TO_METRIC = "LogToMetric"


def rule_is_complete(inputs: Values) -> Iterator[Problem]:
    """A log alert names one scope, a criterion, a severity, a frequency and a window."""
    metric = inputs.get("kind") == _LOG_TO_METRIC
    for name in ("scopes", "criteria") if metric else _NEEDED:
        if inputs.get(name) is None or inputs.get(name) == []:
            yield Problem(name, "is required for a log alert", code="required")
    scopes, criteria = inputs.get("scopes"), walk.value(inputs, "criteria.allOf")
    if isinstance(scopes, list) and len(scopes) > 1:
        yield Problem("scopes", f"has {len(scopes)} scopes, but exactly one is allowed")
    if isinstance(inputs.get("criteria"), dict) and criteria in (None, []):
        yield Problem("criteria.allOf", "needs a criterion")
    if isinstance(criteria, list) and len(criteria) > 1 and not metric:
        yield Problem("criteria.allOf", f"has {len(criteria)} criteria, but exactly one is allowed")
    if inputs.get("autoMitigate") is True and inputs.get("muteActionsDuration") is not None:
        yield Problem(
            "muteActionsDuration", "can't be combined with autoMitigate: an alert that resolves itself"
        )
    severity = inputs.get("severity")
    if isinstance(severity, (int, float)) and severity not in range(5):
        yield Problem("severity", f"is {severity:g}, but must be 0 to 4")


def criterion_is_complete(inputs: Values) -> Iterator[Problem]:
    if inputs.get("kind") == _LOG_TO_METRIC:
        return
    for path, item in walk.objects(inputs, "criteria.allOf[]"):
        dynamic = str(item.get("criterionType")).lower() == "dynamicthresholdcriterion"
        needed = ("query", "operator", "timeAggregation", *(() if dynamic else ("threshold",)))
        yield from (
            Problem(f"{path}.{name}", "is required", code="required")
            for name in needed
            if item.get(name) is None
        )
        aggregation, column = item.get("timeAggregation"), item.get("metricMeasureColumn")
        if isinstance(aggregation, str) and aggregation.lower() in _MEASURED and not column:
            yield Problem(f"{path}.metricMeasureColumn", f"is required with timeAggregation {aggregation}")
        if (
            isinstance(aggregation, str)
            and aggregation.lower() == "count"
            and isinstance(column, str)
            and column
        ):
            yield Problem(
                f"{path}.metricMeasureColumn",
                f"{column!r} can't be combined with timeAggregation Count, which counts rows",
            )
        dimensions = item.get("dimensions")
        if isinstance(dimensions, list) and len(dimensions) > _MOST_DIMENSIONS:
            yield Problem(
                f"{path}.dimensions",
                f"has {len(dimensions)} dimensions, but at most {_MOST_DIMENSIONS} are allowed",
            )
        yield from _periods(f"{path}.failingPeriods", item.get("failingPeriods"))


def _periods(path: str, periods: Any) -> Iterator[Problem]:
    if not isinstance(periods, dict):
        return
    fewest, number = periods.get("minFailingPeriodsToAlert"), periods.get("numberOfEvaluationPeriods")
    for name, value in (("minFailingPeriodsToAlert", fewest), ("numberOfEvaluationPeriods", number)):
        if isinstance(value, (int, float)) and value not in _PERIODS:
            yield Problem(f"{path}.{name}", f"is {value:g}, but must be 1 to 6")
    if isinstance(fewest, (int, float)) and isinstance(number, (int, float)) and fewest > number:
        yield Problem(
            f"{path}.minFailingPeriodsToAlert",
            f"is {fewest:g}, more than numberOfEvaluationPeriods, which is {number:g}",
        )


def query_can_run(inputs: Values) -> Iterator[Problem]:
    """Every query is one, and what the rule reads of its result is a column of it."""
    if inputs.get("skipQueryValidation") is True:
        return
    for path, item in walk.objects(inputs, "criteria.allOf[]"):
        query = item.get("query")
        if not isinstance(query, str):
            continue
        checked = kql.check(query)
        yield from (Problem(f"{path}.query", problem, code="query") for problem in checked.problems)
        if checked.problems:
            continue
        if checked.columns is not None:
            yield from _columns(path, item, checked.columns)
        if seconds(inputs.get("evaluationFrequency")) == seconds("PT1M"):
            yield from _every_minute(f"{path}.query", query)


def _columns(path: str, item: Values, columns: frozenset[str]) -> Iterator[Problem]:
    wanted = [(f"{path}.{name}", item.get(name)) for name in ("metricMeasureColumn", "resourceIdColumn")]
    wanted += [(f"{path}.{where}", name) for where, name in walk.values(item, "dimensions[].name")]
    for where, name in wanted:
        if isinstance(name, str) and name and name not in columns and not name.startswith("_"):
            hint = suggestion(name, columns) or f"; it has {', '.join(sorted(columns)[:8])}"
            yield Problem(where, f"{name!r} is not a column of the query's result{hint}", code="query")


def _every_minute(path: str, query: str) -> Iterator[Problem]:
    try:
        words = {token.text for token in tokens(query) if token.kind == "name"}
    except QueryError:
        return
    for word in sorted(words & _NOT_EVERY_MINUTE):
        yield Problem(
            path, f"{word!r} is not supported in a rule that is evaluated every minute (log alert limits)"
        )


def names_resolve(request: Request) -> None:
    """The query's tables and columns are those of the workspace, where they are known."""
    scopes = request.inputs.get("scopes")
    if request.inputs.get("skipQueryValidation") is True or not isinstance(scopes, list) or not scopes:
        return
    tables = kql.tables_of(str(scopes[0]))
    for _, item in walk.objects(request.inputs, "criteria.allOf[]"):
        query = item.get("query")
        checked = kql.check(query, tables) if isinstance(query, str) and tables else kql.Checked()
        if not checked.problems and checked.columns is not None:
            checked.problems += [problem.message for problem in _columns("", item, checked.columns)]
        if checked.problems:
            raise ArmError(
                400,
                "BadRequest",
                f"The query validation failed: {'; '.join(checked.problems)}.",
            )
