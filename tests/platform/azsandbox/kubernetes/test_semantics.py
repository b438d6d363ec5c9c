"""Amounts of resources in custom resources."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.kubernetes import semantics


def problems(**parts: Any) -> list[str]:
    return [f"{problem.path} {problem.message}" for problem in semantics.check(parts)]


def test_an_invalid_quantity_is_refused_at_any_depth() -> None:
    (error,) = problems(spec={"templates": [{"container": {"resources": {"requests": {"cpu": "forty"}}}}]})
    assert error.startswith(
        'spec.templates[0].container.resources.requests.cpu Invalid value: "forty": quantities must match'
    )


def test_a_request_above_its_limit_is_refused() -> None:
    resources = {"requests": {"cpu": "2", "memory": "1Gi"}, "limits": {"cpu": "1500m", "memory": "1Gi"}}
    assert problems(spec={"resources": resources}) == [
        'spec.resources.requests.cpu Invalid value: "2": must be less than or equal to cpu limit of 1500m'
    ]


@pytest.mark.parametrize("value", ["\0unknown", None, [], {}, True])
def test_a_value_that_is_not_a_known_quantity_is_not_a_problem(value: Any) -> None:
    assert problems(spec={"hard": {"pods": value}}) == []
