"""What a budget reports: nothing is spent in the sandbox."""

from __future__ import annotations

from azsandbox.arm.model import Request, Values


def budget(_: Request) -> Values:
    return {"currentSpend": {"amount": 0, "unit": "EUR"}}
