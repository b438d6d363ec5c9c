"""Metrics reach Application Insights in the form that the alert rules read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from azure.core.credentials import AccessToken

from roastery.jobs.errors import TransientError
from roastery.jobs.telemetry import CONNECTION, PSI, Metric, send_metrics

pytestmark = pytest.mark.xdist_group("api")


def test_metrics_arrive_in_application_insights_as_the_rule_reads_them(
    listen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    insights = listen(200)
    key = "11111111-2222-4333-8444-555555555555"
    monkeypatch.setenv(CONNECTION, f"InstrumentationKey={key};IngestionEndpoint={insights.url}")
    lines: list[str] = []
    send_metrics(
        [Metric(name=PSI, value=0.5, properties={"feature": "Price"}), Metric(name=PSI, value=0.1)],
        None,
        lines.append,
    )
    assert len(lines) == 2
    envelopes = [envelope for _, _, body in insights.requests for envelope in json.loads(body)]
    metrics = [envelope["data"]["baseData"]["metrics"][0] for envelope in envelopes]
    assert {(metric["name"], metric["max"], metric["count"]) for metric in metrics} == {
        (PSI, 0.5, 1),
        (PSI, 0.1, 1),
    }


class Identity:
    """The identity of the workflow's pod."""

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        assert scopes == ("https://monitor.azure.com//.default",)
        return AccessToken("a-token-of-the-identity", 4_000_000_000)


def test_metrics_are_sent_with_a_token_of_the_identity(
    ingestion: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CONNECTION, ingestion.connection_string)
    send_metrics([Metric(name=PSI, value=0.5)], Identity(), lambda _: None)
    assert [envelope["data"]["baseType"] for envelope in ingestion.accepted] == ["MetricData"]


def test_metrics_that_are_refused_for_want_of_a_token_are_not_taken_for_sent(
    ingestion: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With local authentication off, an instrumentation key alone is dropped."""
    monkeypatch.setenv(CONNECTION, ingestion.connection_string)
    with pytest.raises(TransientError, match="Monitoring Metrics Publisher"):
        send_metrics([Metric(name=PSI, value=0.5)], None, lambda _: None)
    assert ingestion.accepted == []
