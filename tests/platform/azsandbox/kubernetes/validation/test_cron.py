"""Schedules are read as the cron library of Kubernetes and Argo reads them."""

from __future__ import annotations

import pytest

from azsandbox.kubernetes.validation import cron


@pytest.mark.parametrize(
    "text",
    [
        "0 2 * * *", "*/15 0,12 1-15/2 JAN,jun ?", "0 0 * * MON-FRI", "@hourly", "@every 1h30m",
        "TZ=UTC 0 0 * * *", "5/10 * * * *",
    ],
)  # fmt: skip
def test_a_valid_schedule_has_no_complaints(text: str) -> None:
    assert list(cron.complaints(text)) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0 0 2 * * *", "expected exactly 5 fields, found 6"),
        ("60 2 * * *", "above maximum (59)"),
        ("0 0 0 * *", "below minimum (1)"),
        ("30-10 * * * *", "beyond end of range"),
        ("*/0 * * * *", "positive number"),
        ("nightly", "expected exactly 5 fields"),
        ("@nightly", "unrecognized descriptor"),
        ("0 0 * * Monday", "failed to parse int"),
        ("0 0 * * 7", "above maximum (6)"),
    ],
)
def test_an_invalid_schedule_is_explained(text: str, words: str) -> None:
    assert any(words in complaint for complaint in cron.complaints(text)), list(cron.complaints(text))
