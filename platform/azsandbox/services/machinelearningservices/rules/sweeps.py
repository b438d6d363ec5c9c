"""What a sweep searches, how it samples, and when it stops.

Source: azure-ai-ml 1.35, `_schema/_sweep`; learn.microsoft.com, "Hyperparameter tuning a model (v2)" and "CLI
(v2) sweep job YAML schema" (2026-12-01).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services.machinelearningservices.rules import commands
from azsandbox.services.machinelearningservices.rules.reading import at, named, number, section, text

# expression → number of arguments
_DISTRIBUTIONS = {
    "choice": 1,
    "randint": 1,
    "uniform": 2,
    "loguniform": 2,
    "normal": 2,
    "lognormal": 2,
    "quniform": 3,
    "qloguniform": 3,
    "qnormal": 3,
    "qlognormal": 3,
}
_BAYESIAN = frozenset({"choice", "uniform", "quniform"})
_TRIALS = 1000


def problems(job: Values, path: str) -> Iterator[Problem]:
    yield from _search_space(job, path)
    yield from _limits(section(job.get("limits")), f"{path}.limits")
    yield from _early_termination(section(job.get("earlyTermination")), f"{path}.earlyTermination")


def _search_space(job: Values, path: str) -> Iterator[Problem]:
    space, sampling = job.get("searchSpace"), at(job, "samplingAlgorithm.samplingAlgorithmType")
    if space is not None and isinstance(space, dict) and not space:
        yield Problem(f"{path}.searchSpace", "has no hyperparameters: a sweep needs at least one")
    for name, expression in named(space):
        where = f"{path}.searchSpace.{name}"
        if not isinstance(expression, list) or not expression or text(expression[0]) is None:
            yield Problem(
                where,
                f"is {expression!r:.60}, but must be a distribution with its arguments: ['uniform', [0, 1]]",
            )
            continue
        kind = str(expression[0])
        if kind not in _DISTRIBUTIONS:
            hint = suggestion(kind, _DISTRIBUTIONS)
            yield Problem(where, f"{kind!r} is none of {', '.join(_DISTRIBUTIONS)}{hint}")
            continue
        yield from _arguments(kind, expression[1:], where)
        if sampling == "Grid" and kind != "choice":
            yield Problem(where, f"is {kind}, but grid sampling takes choice only")
        if sampling == "Bayesian" and kind not in _BAYESIAN:
            yield Problem(
                where, f"is {kind}, but Bayesian sampling takes {', '.join(sorted(_BAYESIAN))} only"
            )


def _arguments(kind: str, rest: list[Any], where: str) -> Iterator[Problem]:
    arguments: list[Any] = rest[0] if len(rest) == 1 and isinstance(rest[0], list) else rest
    if kind == "choice":
        values = arguments[0] if len(arguments) == 1 and isinstance(arguments[0], list) else arguments
        if not values:
            yield Problem(where, "has no values to choose from")
        return
    if len(arguments) != _DISTRIBUTIONS[kind]:
        yield Problem(where, f"{kind} takes {_DISTRIBUTIONS[kind]} arguments, but there are {len(arguments)}")
        return
    numbers = [number(argument) for argument in arguments]
    if any(value is None for value in numbers):
        return
    low, high = numbers[0] or 0, numbers[min(1, len(numbers) - 1)] or 0
    if kind.endswith("uniform") and low >= high:
        yield Problem(where, f"{kind} runs from {low:g} to {high:g}: the first must be below the second")


def _limits(limits: Values, path: str) -> Iterator[Problem]:
    for name in ("maxTotalTrials", "maxConcurrentTrials"):
        yield from commands.whole_number(limits, path, name, 1, _TRIALS)
    total, at_once = number(limits.get("maxTotalTrials")), number(limits.get("maxConcurrentTrials"))
    if total is not None and at_once is not None and at_once > total:
        yield Problem(f"{path}.maxConcurrentTrials", f"is {at_once:g}, above maxTotalTrials {total:g}")


def _early_termination(policy: Values, path: str) -> Iterator[Problem]:
    yield from commands.whole_number(policy, path, "evaluationInterval", 0)
    yield from commands.whole_number(policy, path, "delayEvaluation", 0)
    yield from commands.whole_number(policy, path, "truncationPercentage", 1, 99)
    if policy.get("policyType") != "Bandit":
        return
    slack = [name for name in ("slackFactor", "slackAmount") if policy.get(name)]
    if not slack:
        yield Problem(f"{path}.slackFactor", "is required for a bandit policy, unless there is a slackAmount")
    elif len(slack) == 2:  # noqa: PLR2004
        yield Problem(f"{path}.slackAmount", "excludes slackFactor: set one of them")
    for name in slack:
        value = number(policy.get(name))
        if value is not None and value < 0:
            yield Problem(f"{path}.{name}", f"is {value:g}, but can't be negative")
