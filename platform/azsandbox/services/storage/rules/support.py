"""Which services an account has, by its kind and SKU; where its blob service keeps its settings.

Sources, 2026-12-01: learn.microsoft.com/azure/storage/common/storage-account-overview (types of accounts) and
terraform-provider-azurerm, internal/services/storage/storage_account_data_plane_helpers.go (tested per kind).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Rule, Values
from azsandbox.errors import ArmError

_ACCOUNT = re.compile(r"^(.*/Microsoft\.Storage/storageAccounts/[^/]+)", re.IGNORECASE)
_ALL = frozenset({"blob", "file", "queue", "table"})
_GEO_OR_LOCAL = ("standard_lrs", "standard_grs", "standard_ragrs")  # where a first-generation account has all


def account_of(request: Request) -> Values:
    """The inputs of the account that a resource belongs to; empty if it is not there."""
    match = _ACCOUNT.match(request.id)
    account = request.subscription.get(match[1]) if match else None
    return account.inputs if account else {}


def blob_service_of(request: Request) -> Values:
    """The inputs of the account's blob service; empty if nobody declared it."""
    match = _ACCOUNT.match(request.id)
    service = request.subscription.get(f"{match[1]}/blobServices/default") if match else None
    return service.inputs if service else {}


def kind_of(account: Values) -> str:
    """The kind in lower case; StorageV2 where it is not known."""
    kind = account.get("kind")
    return kind.lower() if isinstance(kind, str) else "storagev2"


def sku_of(account: Values) -> str:
    """The SKU in lower case, empty where it is not known."""
    sku = walk.value(account, "sku.name")
    return sku.lower() if isinstance(sku, str) else ""


def is_premium(account: Values) -> bool:
    return sku_of(account).startswith("premium")


def services_of(account: Values) -> frozenset[str]:
    """The services that an account of its kind and SKU has."""
    kind, sku = kind_of(account), sku_of(account)
    if kind == "filestorage":
        return frozenset({"file"})
    if kind in ("blobstorage", "blockblobstorage") or is_premium(account):
        return frozenset({"blob"})
    if kind == "storage" and sku not in _GEO_OR_LOCAL:
        return frozenset({"blob"})
    return _ALL


def refused(code: str, message: str, status: int = 400) -> ArmError:
    return ArmError(status, code, message)


def needs_service(service: str) -> Rule:
    """A rule: the account of the resource has the service."""

    def account_has_service(request: Request) -> None:
        account = account_of(request)
        if account and service not in services_of(account):
            sku = walk.value(account, "sku.name")
            raise refused(
                "FeatureNotSupportedForAccount",
                f"{service.capitalize()} is not supported for the account: its kind is "
                f"{account.get('kind')} and its SKU {sku} (storage account overview).",
                409,
            )

    return account_has_service


def with_account(check: Callable[[Request, Values], None]) -> Rule:
    """A rule that reads the account; skipped where the account is not known."""

    def reading_account(request: Request) -> None:
        account = account_of(request)
        if account:
            check(request, account)

    return reading_account


def text(value: Any) -> str:
    """A value in lower case for comparisons; empty if it is not a text."""
    return value.lower() if isinstance(value, str) else ""
