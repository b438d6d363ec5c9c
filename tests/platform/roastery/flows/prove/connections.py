"""Flows of the jump box, and changes of its rules, for the tests of the network's proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from roastery.flows.model import (
    Destination,
    Flow,
    Resource,
    Subnet,
)
from roastery.flows.topology import Topology

Make = Callable[..., Topology]
Listed = dict[str, dict[str, Any]]
AGENTS = Subnet(key="jump_box")
VAULT = Resource(key="vault", group="vault")


def flow(destination: Destination, source: Any = AGENTS, **more: Any) -> Flow:
    return Flow(id="x", source=source, destination=destination, why="tests", page="x", **more)


def rules(listed: Listed, subnet: str) -> list[dict[str, Any]]:
    return listed[f"nsg-{subnet}"]["inputs"]["securityRules"]


def without(subnet: str, name: str) -> Callable[[Listed], None]:
    def edit(listed: Listed) -> None:
        before = rules(listed, subnet)
        listed[f"nsg-{subnet}"]["inputs"]["securityRules"] = [r for r in before if r["name"] != name]
        assert len(rules(listed, subnet)) == len(before) - 1

    return edit


def out(**more: Any) -> Callable[[Listed], None]:
    """Lets the jump box out to an address; the rule is named Out."""
    prefix = {"sourceAddressPrefix": "*", "protocol": "Tcp", "destinationPortRange": "443"}
    opening = {"name": "Out", "direction": "Outbound", "access": "Allow", "priority": 200, **prefix, **more}

    def edit(listed: Listed) -> None:
        rules(listed, "jump-box").append(opening)

    return edit
