"""Security rules: port ranges and open sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource
from roastery.policies.ranges import covers
from roastery.policies.values import UNKNOWN

Make = Callable[..., DeclaredResource]
Problems = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("ranges", "open_"),
    [(["22"], True), (["20-25"], True), (["*"], True), (["23-80"], False), (["80", "22"], True), ([], False)],
)
def test_a_port_range_covers_ssh(ranges: list[str], open_: bool) -> None:
    assert covers(ranges, 22) is open_


@pytest.mark.parametrize(
    ("change", "caught"),
    [
        ({}, True),
        ({"sourceAddressPrefix": "0.0.0.0/0"}, True),
        ({"sourceAddressPrefix": "INTERNET"}, True),
        ({"sourceAddressPrefix": "10.0.0.0/8"}, False),
        ({"sourceAddressPrefix": None, "sourceAddressPrefixes": ["10.0.0.0/8", "*"]}, True),
        ({"access": "Deny"}, False),
        ({"direction": "Outbound"}, False),
        ({"destinationPortRange": None, "destinationPortRanges": ["80", "3389"]}, True),
        ({"destinationPortRange": "443"}, False),
    ],
)
def test_management_ports_are_closed_to_the_internet_however_it_is_written(
    problems: Problems, resource: Make, change: dict[str, Any], caught: bool
) -> None:
    rule = {
        "access": "Allow",
        "direction": "Inbound",
        "sourceAddressPrefix": "*",
        "destinationPortRange": "22",
        **change,
    }
    assert bool(problems("nsg-management-port", resource(t.SECURITY_RULE, **rule))) is caught
    inline = resource(t.SECURITY_GROUP, securityRules=[rule])
    assert bool(problems("nsg-management-port", inline)) is caught


def test_violations_before_an_unknown_value_are_reported(
    problems: Problems,
) -> None:
    rules = {"securityRules": [{"access": "Allow", "direction": "Inbound", "sourceAddressPrefix": "*",
                                "destinationPortRange": "22"}, {"access": UNKNOWN}]}  # fmt: skip
    group = DeclaredResource(urn="urn:pulumi:prod::p::x::it", type=t.SECURITY_GROUP, inputs=rules)
    assert problems("nsg-management-port", group) == [
        "securityRules[0] opens SSH (22) to the Internet",
        "securityRules[1].access is unknown before an update (unproven)",
    ]
