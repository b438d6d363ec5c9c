"""ARM resource ids."""

from __future__ import annotations

from typing import Any

from azsandbox.arm import ids


def test_ids_are_taken_apart_at_their_last_provider() -> None:
    parsed = ids.parse("/subscriptions/s/resourceGroups/g/providers/A.B/cs/c/providers/D.E/fs/f/gs/g")
    assert (parsed.scope, parsed.kind, parsed.names) == (
        "/subscriptions/s/resourceGroups/g/providers/A.B/cs/c",
        "D.E/fs/gs",
        ("f", "g"),
    )


def test_ids_compare_without_case(azure: Any, group: str) -> None:
    azure.storage("stone")
    account = azure.subscription.get(f"{group}/providers/microsoft.storage/STORAGEACCOUNTS/Stone".upper())
    assert account is not None
    assert account.id.endswith("/Microsoft.Storage/storageAccounts/stone")
