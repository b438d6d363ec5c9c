"""Diagnostic settings: the logs of a resource, sent to the workspace."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import monitor


def diagnose(
    name: str,
    resource: pulumi.Input[str],
    workspace: pulumi.Input[str],
    parent: pulumi.Resource,
    *,
    groups: Sequence[str] = ("allLogs",),
    categories: Sequence[str] = (),
    metrics: bool = True,
) -> monitor.DiagnosticSetting:
    """Sends logs and metrics of `resource` to the Log Analytics workspace.

    Args:
        name: distinguishes settings, e.g. `kv`.
        resource: ARM id of the resource.
        workspace: ARM id of the Log Analytics workspace.
        parent: the component the resource belongs to.
        groups: category groups; most services know `allLogs` and `audit`.
        categories: single categories, for services or needs without groups.
        metrics: whether the service has platform metrics to send.
    """
    logs = [monitor.DiagnosticsLogSettingsArgs(category_group=group, enabled=True) for group in groups]
    logs += [monitor.DiagnosticsLogSettingsArgs(category=category, enabled=True) for category in categories]
    all_metrics = monitor.DiagnosticsMetricSettingsArgs(category="AllMetrics", enabled=True)
    return monitor.DiagnosticSetting(
        f"diag-{name}",
        name="to-workspace",
        resource_uri=resource,
        workspace_id=workspace,
        log_analytics_destination_type="Dedicated",
        logs=logs,
        metrics=[all_metrics] if metrics else [],
        opts=pulumi.ResourceOptions(parent=parent),
    )
