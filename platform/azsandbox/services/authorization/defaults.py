"""What Azure fills in for roles and policies where a request says nothing, as recordings answer it."""

from __future__ import annotations

from typing import Any

ROLE_DEFINITION: dict[str, Any] = {
    "description": "",
    **{f"permissions[].{name}": [] for name in ("actions", "dataActions", "notActions", "notDataActions")},
}
POLICY_ASSIGNMENT: dict[str, Any] = {"enforcementMode": "Default", "notScopes": []}
