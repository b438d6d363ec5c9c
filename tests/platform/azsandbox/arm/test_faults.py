"""Injected faults, through the provider."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.arm import faults
from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import InitFailedError


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("409", 409, "AnotherOperationInProgress"),
        ("429", 429, "TooManyRequests"),
        ("500", 500, "InternalServerError"),
    ],
)
def test_a_fault_is_injected_as_often_as_asked(azure: Any, kind: str, status: int, code: str) -> None:
    faults.add(azure.subscription, kind, "stone", "create", 1)
    with pytest.raises(ArmError) as caught:
        azure.storage("stone")
    assert (caught.value.status, caught.value.code) == (status, code)
    azure.storage("stone")


def test_a_failed_long_operation_leaves_the_resource_for_the_next_update(azure: Any) -> None:
    faults.add(azure.subscription, "fail", "stone", "create", 1)
    with pytest.raises(InitFailedError) as caught:
        azure.storage("stone")
    state = caught.value.state
    assert azure.subscription.get(state.id) is not None
    azure.update("storage:StorageAccount", state, tags={"a": "b"})
