"""Budgets: their period and their notifications."""

from __future__ import annotations

from typing import Any

import pytest

START = {"startDate": "2026-11-01T00:00:00Z"}


def budget(scope: str, **changes: Any) -> dict[str, Any]:
    return {
        "scope": scope,
        "budgetName": "b",
        "amount": 10,
        "category": "Cost",
        "timeGrain": "Monthly",
        "timePeriod": START,
        **changes,
    }


def notification(**changes: Any) -> dict[str, Any]:
    return {
        "enabled": True,
        "operator": "GreaterThan",
        "threshold": 90,
        "contactEmails": ["finance@example.com"],
        **changes,
    }


def test_a_budget_starts_on_the_first_of_a_month(azure: Any, group: str) -> None:
    (problem,) = azure.errors(
        "consumption:Budget", **budget(group, timePeriod={"startDate": "2026-11-02T00:00:00Z"})
    )
    assert "first of a month" in problem
    assert azure.errors("consumption:Budget", **budget(group)) == []


def test_a_budget_with_a_receiver_is_accepted(azure: Any, group: str) -> None:
    state = azure.make("consumption:Budget", **budget(group, notifications={"high": notification()}))
    assert state.outputs["currentSpend"]["amount"] == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"timePeriod": {"startDate": "soon"}}, "timePeriod.startDate 'soon' is not a date"),
        ({"amount": 0}, "amount is 0, but must be more than 0"),
        (
            {"notifications": {"high": notification(threshold=1001)}},
            'notifications["high"].threshold is 1001, but must be 0 to 1000',
        ),
        (
            {"notifications": {"high": notification(contactEmails=[])}},
            'notifications["high"] has no receiver: set one of contactEmails, contactGroups, contactRoles',
        ),
        (
            {"notifications": {str(number): notification() for number in range(6)}},
            "notifications are 6, but a budget has at most 5",
        ),
    ],
)
def test_budgets_that_azure_refuses(azure: Any, group: str, changes: dict[str, Any], words: str) -> None:
    problems = azure.errors("consumption:Budget", **budget(group, **changes))
    assert words in problems
