"""Metrics that the alert rules read: a JSON line each, and Application Insights where one is named.

Names and limits stand in `monitoring.drift`, where the rules take theirs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from roastery.components.monitoring.drift import CONNECTION, PSI, RESIDUAL
from roastery.jobs.errors import TransientError

__all__ = ["CONNECTION", "PSI", "RESIDUAL", "Metric", "send_metrics"]
_MILLISECONDS = 30_000


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One value."""

    name: str
    value: float
    properties: dict[str, str] = field(default_factory=dict[str, str])


def send_metrics(metrics: Sequence[Metric], credential: Any, on_progress: Callable[[str], None]) -> None:
    """Reports each metric as a JSON line, and sends all to Application Insights if the environment names one.

    Args:
        metrics: what is reported.
        credential: a token credential: what comes with an instrumentation key alone is dropped.
        on_progress: takes each line.

    Raises:
        TransientError: Application Insights does not take them.
    """
    for metric in metrics:
        on_progress(json.dumps(asdict(metric)))
    connection = os.environ.get(CONNECTION)
    if connection:
        _export(metrics, connection, credential)


def _export(metrics: Sequence[Metric], connection: str, credential: Any) -> None:
    # The exporter would report its own use to Microsoft's public endpoints.
    os.environ.setdefault("APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL", "true")
    from azure.monitor.opentelemetry.exporter import AzureMonitorMetricExporter  # noqa: PLC0415 - seconds
    from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader, MetricExportResult  # noqa: PLC0415

    reader = InMemoryMetricReader()
    provider = MeterProvider(metric_readers=[reader], shutdown_on_exit=False)
    meter = provider.get_meter("roastery")
    histograms = {name: meter.create_histogram(name) for name in {metric.name for metric in metrics}}
    for metric in metrics:
        histograms[metric.name].record(metric.value, metric.properties)
    exporter = AzureMonitorMetricExporter(
        connection_string=connection, credential=credential, disable_offline_storage=True
    )
    data = reader.get_metrics_data()
    result = exporter.export(data, timeout_millis=_MILLISECONDS) if data else MetricExportResult.SUCCESS
    exporter.shutdown()
    provider.shutdown()
    if result is not MetricExportResult.SUCCESS:
        raise TransientError(
            "Application Insights did not take the metrics",
            "try again later; if it stays so, the identity lacks Monitoring Metrics Publisher on it, or this "
            "network does not reach its private endpoint",
        )
