"""What Azure ML refuses about datastores."""

from __future__ import annotations

from typing import Any

from azsandbox.arm.model import Request
from azsandbox.errors import ArmError
from azsandbox.services import kinds


def storage_account_exists(request: Request) -> None:
    """An account is named by its name, not by its id, so that ARM's check of references misses it."""
    properties: Any = request.inputs["properties"]
    name = properties.get("accountName")
    accounts = request.subscription.of_kind(kinds.STORAGE_ACCOUNT)
    if name and not any(account.name == name for account in accounts):
        raise ArmError(
            404,
            "ValidationError",
            f"Storage account '{name}' of datastore '{request.name}' was not found.",
        )
