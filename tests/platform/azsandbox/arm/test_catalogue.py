"""Types and functions that are not modelled are refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import NotModelledError


def test_a_type_that_is_not_modelled_is_named(azure: Any) -> None:
    with pytest.raises(NotModelledError, match="does not model the resource type azure-native:sql:Server"):
        azure.check("sql:Server", resourceGroupName="rg")


def test_a_function_that_is_not_modelled_is_named(azure: Any) -> None:
    with pytest.raises(NotModelledError, match="azure-native:storage:listStorageAccountSAS"):
        azure.provider.invoke("azure-native:storage:listStorageAccountSAS", {})
