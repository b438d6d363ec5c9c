"""The comparison of values that differ in spelling only."""

from __future__ import annotations

from typing import Any


def test_two_spellings_of_the_same_region_are_equivalent(azure: Any) -> None:
    assert azure.provider.equivalent(
        "azure-native:storage:StorageAccount", "location", "West Europe", "westeurope"
    )
    assert not azure.provider.equivalent(
        "azure-native:storage:StorageAccount", "location", "westeurope", "eastus2"
    )
