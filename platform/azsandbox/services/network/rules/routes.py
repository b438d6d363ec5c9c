"""What Azure refuses about the routes of a table together, and about their next hops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.laws.formats import address, network
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem


def next_hop_is_an_address(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    hop, destination = inputs.get("nextHopIpAddress"), inputs.get("addressPrefix")
    if destination in (None, ""):
        yield Problem(f"{prefix}addressPrefix", "is required: a CIDR range or a service tag", code="required")
    if not isinstance(hop, str) or not hop:
        return
    parsed, whole = address(hop), network(destination)
    if parsed is None:
        yield Problem(
            f"{prefix}nextHopIpAddress", f"{hop!r} is not an IP address such as 10.0.0.4", code="address"
        )
    elif whole is not None and whole.version != parsed.version:
        yield Problem(
            f"{prefix}nextHopIpAddress",
            f"{hop!r} and {destination!r} are of different families: traffic can't take this route",
            warning=True,
        )


def inline_next_hops_are_addresses(inputs: Values) -> Iterator[Problem]:
    for path, route in walk.objects(inputs, "routes[]"):
        if route.get("name") in (None, ""):
            yield Problem(f"{path}.name", "is required", code="required")
        yield from next_hop_is_an_address(route, f"{path}.")


def destination_is_free(request: Request) -> None:
    """No other route of the table has the same destination; inline ones are compared in Check."""
    table, destination = ids.parent_of(request.id) or "", request.inputs.get("addressPrefix")
    if not isinstance(destination, str):
        return
    inline: Any = request.inputs.get("__inline")
    for other in request.subscription.below(table):
        if not other.kind.endswith("/routes") or ids.key(other.id) == ids.key(request.id):
            continue
        same = str(other.inputs.get("addressPrefix")).lower() == destination.lower()
        if same and not (inline and other.inputs.get("__inline")):
            raise ArmError(
                400,
                "RouteConflict",
                f"Route: {request.name} conflicts with Route: {other.name}. Routes cannot have the same "
                "AddressPrefix "
                f"({destination}).",
            )
