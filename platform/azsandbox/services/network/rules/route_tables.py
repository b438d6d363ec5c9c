"""What Azure refuses about routes."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem
from azsandbox.services.network.addresses import malformed_ranges


def destination_is_a_cidr_range(inputs: Values) -> Iterator[Problem]:
    """A service tag has no slash and is not checked."""
    prefix = inputs.get("addressPrefix")
    if "/" in str(prefix):
        yield from malformed_ranges("addressPrefix", [prefix])


def next_hop_address_only_for_appliances(inputs: Values) -> Iterator[Problem]:
    hop_type = inputs.get("nextHopType")
    if isinstance(hop_type, str) and (hop_type == "VirtualAppliance") != bool(inputs.get("nextHopIpAddress")):
        yield Problem(
            "nextHopIpAddress", "must be set for nextHopType VirtualAppliance, and for no other type"
        )
