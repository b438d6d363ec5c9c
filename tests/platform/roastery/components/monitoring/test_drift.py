"""The drift check writes the metrics that the alert rules read, with the same limits."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import pytest

from roastery.cli import model
from roastery.components.monitoring.drift import CONNECTION, LIMITS, PSI, RESIDUAL
from roastery.jobs.drift_check import DriftReport, DriftSettings
from roastery.jobs.telemetry import send_metrics

REPORT = DriftReport(
    at="2026-11-01T05:00:00+00:00",
    model="monthly-demand:3",
    deployment="blue",
    data="sales-raw:7",
    drifted=True,
    reasons=(),
    psi=0.4,
    features=({"feature": "Price", "psi": 0.4, "noise": 0.1}, {"feature": "City", "psi": 0.05, "noise": 0.1}),
    recent="",
    residual={"wape": 0.3, "backtest": 0.1, "ratio": 3.0},
)


def as_rows(lines: list[str]) -> list[tuple[str, float]]:
    return [(row["name"], row["value"]) for row in map(json.loads, lines)]


def answer(query: str, rows: list[tuple[str, float]]) -> float | None:
    """What Kusto would say to a rule's query over those rows of AppMetrics."""
    match = re.fullmatch(r"AppMetrics \| where Name == '([^']+)' \| summarize value = max\(Max\)", query)
    assert match, f"this test can't read the query any more: {query}"
    return max((value for name, value in rows if name == match[1]), default=None)


@pytest.mark.parametrize("part", LIMITS)
def test_every_rule_finds_what_was_written_and_fires_above_its_limit(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CONNECTION, raising=False)
    lines: list[str] = []
    send_metrics(REPORT.metrics, None, lines.append)

    value = answer(LIMITS[part].query, as_rows(lines))

    assert value is not None
    assert value == {PSI: 0.4, RESIDUAL: 3.0}[LIMITS[part].metric]
    assert value > LIMITS[part].above


def test_nothing_is_written_that_no_rule_reads() -> None:
    assert {metric.name for metric in REPORT.metrics} == {limit.metric for limit in LIMITS.values()}


def test_the_commands_limits_are_the_rules() -> None:
    options: Any = inspect.signature(model.monitor).parameters
    limits = {limit.metric: limit.above for limit in LIMITS.values()}

    assert {PSI: DriftSettings().psi, RESIDUAL: DriftSettings().residual} == limits
    assert {PSI: options["psi"].default, RESIDUAL: options["residual"].default} == limits
