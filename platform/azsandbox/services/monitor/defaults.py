"""What Azure Monitor fills in where a request says nothing, as recordings of 2019 to 2025 answer it."""

from __future__ import annotations

from typing import Any

_RECEIVERS = (
    "armRoleReceivers",
    "automationRunbookReceivers",
    "azureAppPushReceivers",
    "azureFunctionReceivers",
    "emailReceivers",
    "eventHubReceivers",
    "itsmReceivers",
    "logicAppReceivers",
    "smsReceivers",
    "voiceReceivers",
    "webhookReceivers",
)
ACTION_GROUP: dict[str, Any] = {
    **{name: [] for name in _RECEIVERS},
    "emailReceivers[].status": "Enabled",
    "smsReceivers[].status": "Enabled",
    "webhookReceivers[].useAadAuth": False,
    "webhookReceivers[].useCommonAlertSchema": False,
}
ENABLED: dict[str, Any] = {"enabled": True}
