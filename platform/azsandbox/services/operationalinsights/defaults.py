"""What Log Analytics fills in where a request says nothing, as recordings of 2022 answer it."""

from __future__ import annotations

from typing import Any

WORKSPACE: dict[str, Any] = {
    "features.enableLogAccessUsingOnlyResourcePermissions": True,
    "publicNetworkAccessForIngestion": "Enabled",
    "publicNetworkAccessForQuery": "Enabled",
    "retentionInDays": 30,
    "sku.name": "PerGB2018",
    "workspaceCapping.dailyQuotaGb": -1,
    "workspaceCapping.dataIngestionStatus": "RespectQuota",
}
