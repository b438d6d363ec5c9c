"""What Compute refuses about scale sets as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.laws import walk
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_SINGLE_GROUP = 100  # machines in one placement group


def mode_has_what_it_needs(inputs: Values) -> Iterator[Problem]:
    """Uniform ones have a size, a profile and an upgrade mode (scale sets, orchestration modes)."""
    if inputs.get("orchestrationMode", "Uniform") != "Uniform":
        if inputs.get("platformFaultDomainCount") is None:
            yield Problem(
                "platformFaultDomainCount", "is required with orchestrationMode Flexible", code="required"
            )
        return
    for name in ("sku", "virtualMachineProfile"):
        if inputs.get(name) is None:
            yield Problem(name, "is required with orchestrationMode Uniform", code="required")
    if walk.value(inputs, "upgradePolicy.mode") is None:
        yield Problem("upgradePolicy.mode", "is required with orchestrationMode Uniform", code="required")


def zones_and_groups_are_consistent(inputs: Values) -> Iterator[Problem]:
    zones, capacity = inputs.get("zones"), walk.value(inputs, "sku.capacity")
    balanced = zones is None or (isinstance(zones, list) and len(zones) <= 1)
    if inputs.get("zoneBalance") is not None and balanced:
        yield Problem("zoneBalance", "needs more than one zone")
    if (
        inputs.get("singlePlacementGroup") is True
        and isinstance(capacity, (int, float))
        and capacity > _SINGLE_GROUP
    ):
        yield Problem(
            "sku.capacity",
            f"is {capacity:g}, but a single placement group has at most {_SINGLE_GROUP} machines",
        )
