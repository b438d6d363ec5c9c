"""What Application Insights fills in where a request says nothing, as recordings of 2023 answer it."""

from __future__ import annotations

from typing import Any

COMPONENT: dict[str, Any] = {
    "ingestionMode": "LogAnalytics",
    "publicNetworkAccessForIngestion": "Enabled",
    "publicNetworkAccessForQuery": "Enabled",
    "retentionInDays": 90,
}
