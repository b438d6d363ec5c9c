"""Frequencies and windows of alert rules, as the Terraform provider lists them."""

from __future__ import annotations

import re
from typing import Any

from azsandbox.facts.sources import Copy, Source

_MONITOR = "internal/services/monitor/"
TERRAFORM = Source(
    "hashicorp/terraform-provider-azurerm",
    (
        f"{_MONITOR}monitor_metric_alert_resource.go",
        f"{_MONITOR}monitor_scheduled_query_rules_alert_v2_resource.go",
    ),
)
SOURCES = (TERRAFORM,)
# Argument of the Terraform resource → property of the request, by file.
_ARGUMENTS = (
    {"frequency": "evaluationFrequency", "window_size": "windowSize"},
    {
        "evaluation_frequency": "evaluationFrequency",
        "window_duration": "windowSize",
        "mute_actions_after_alert_duration": "muteActionsDuration",
        "query_time_range_override": "overrideQueryTimeRange",
    },
)
_KINDS = ("metricAlerts", "scheduledQueryRules")


def rows(copies: dict[str, Copy]) -> dict[str, Any]:
    """By type and property the ISO 8601 durations.

    Raises:
        FactsError: a file has another form.
    """
    copy = copies[TERRAFORM.repository]
    table: dict[str, dict[str, list[str]]] = {}
    for kind, path, arguments in zip(_KINDS, TERRAFORM.paths, _ARGUMENTS, strict=True):
        code = copy.text(path)
        for argument, name in arguments.items():
            match = re.search(rf'"{argument}": \{{.*?StringInSlice\(\[\]string\{{(.*?)\}}', code, re.DOTALL)
            if match is None:
                raise copy.failure(path, f"values of {argument}")
            table.setdefault(kind, {})[name] = re.findall(r'"(P[\dTDHM]+)"', match[1])
    return table
