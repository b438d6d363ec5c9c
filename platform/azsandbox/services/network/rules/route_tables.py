"""What Azure refuses about routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm.model import Values
from azsandbox.facts import service_tags
from azsandbox.schema.validate import Problem
from azsandbox.services.network.addresses import malformed_ranges
from azsandbox.services.network.rules.security_groups import tag_is_known


def inline_routes_are_valid(inputs: Values) -> Iterator[Problem]:
    """Each route that a table declares inline is valid."""
    routes: Any = inputs.get("routes")
    for index, route in enumerate(routes if isinstance(routes, list) else []):
        if isinstance(route, dict):
            yield from destination_is_a_range_or_tag(route, f"routes[{index}].")
            yield from next_hop_address_only_for_appliances(route, f"routes[{index}].")


def destination_is_a_range_or_tag(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    destination, path = inputs.get("addressPrefix"), f"{prefix}addressPrefix"
    if not isinstance(destination, str):
        return
    if "/" in destination:
        yield from malformed_ranges(path, [destination])
    elif destination.lower() in service_tags.NOT_IN_ROUTES:
        yield Problem(path, f"{destination!r} can't be the destination of a route (service tags overview)")
    else:
        yield from tag_is_known(destination, path, "a CIDR range or a service tag")


def next_hop_address_only_for_appliances(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    hop_type = inputs.get("nextHopType")
    if isinstance(hop_type, str) and (hop_type == "VirtualAppliance") != bool(inputs.get("nextHopIpAddress")):
        yield Problem(
            f"{prefix}nextHopIpAddress",
            "must be set for nextHopType VirtualAppliance, and for no other type",
        )
