"""One value against one constraint."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.schema.specifications.check import violations


@pytest.mark.parametrize(
    ("constraint", "good", "bad", "message"),
    [
        ({"minimum": 1, "maximum": 30}, 30, 31, "is 31, but must be between 1 and 30"),
        ({"minimum": 0}, 0, -1, "is -1, but must be at least 0"),
        ({"maximum": 5}, 5, 6, "is 6, but must be at most 5"),
        ({"multipleOf": 24}, 48, 25, "is 25, but must be a multiple of 24"),
        ({"minLength": 3, "maxLength": 5}, "abc", "ab", "2 characters long, but must have 3 to 5"),
        ({"minLength": 1}, "/", "", "0 characters long, but must have at least 1"),
        ({"pattern": "^[a-z]+$"}, "ab", "a1", "must match the pattern ^[a-z]+$"),
        ({"minItems": 1, "maxItems": 2}, [1], [1, 2, 3], "has 3 items, but must have 1 to 2"),
        ({"uniqueItems": True}, ["a", "b"], ["a", "a"], "has an item twice"),
    ],
)
def test_each_kind_accepts_and_refuses(constraint: dict[str, Any], good: Any, bad: Any, message: str) -> None:
    assert list(violations(constraint, good)) == []
    (violation,) = violations(constraint, bad)
    assert message in violation


@pytest.mark.parametrize("value", [None, True, {}, object()])
def test_a_value_of_another_type_is_the_types_own_problem(value: Any) -> None:
    assert list(violations({"minimum": 1, "minLength": 1, "minItems": 1}, value)) == []


def test_digits_are_those_of_ecma_script() -> None:
    r"""In Python `\d` also means Arabic-Indic digits, in the specifications' dialect it does not."""
    assert list(violations({"pattern": r"^\d+$"}, "٣")) != []
