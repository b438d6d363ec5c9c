"""The comment for a pull request."""

from __future__ import annotations

from typing import Any

import pytest

from roastery.policies.evaluate import PolicyReport, evaluate
from roastery.policies.reports import markdown
from roastery.policies.state import parse


@pytest.fixture(scope="session")
def report(state: dict[str, Any]) -> PolicyReport:
    return evaluate(parse(state))


def test_the_comment_starts_with_the_result_and_one_table(report: PolicyReport) -> None:
    text = markdown.markdown(report)
    assert text.startswith(f"## Policies on `bad`: ❌ {len(report.blocking)} blocking\n")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len([row for row in rows if row.startswith("| high | `storage-shared-key` |")]) == 1
    assert all(row.replace("\\|", "").count("|") == 6 for row in rows)
    assert f"and {len(report.blocking) - markdown.MOST} more" in text
    assert len(text) < 65_000
    assert "A" * 86 not in text
