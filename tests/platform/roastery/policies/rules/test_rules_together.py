"""Security rules that open a group only together, however the addresses are cut."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource
from roastery.policies.ranges import is_internet, union
from tests.platform.roastery.policies.rules.declared import declare, findings_of


def group(*rules: dict[str, Any]) -> DeclaredResource:
    base = {"access": "Allow", "direction": "Inbound", "protocol": "Tcp", "destinationPortRange": "22"}
    return declare(
        t.SECURITY_GROUP,
        "nsg",
        networkSecurityGroupName="nsg",
        securityRules=[{**base, "priority": 100 + number, **rule} for number, rule in enumerate(rules)],
    )


HALVES = ({"sourceAddressPrefix": "0.0.0.0/1"}, {"sourceAddressPrefix": "128.0.0.0/1"})


def test_two_halves_of_the_address_space_are_the_internet() -> None:
    assert "nsg-management-port" in findings_of(group(*HALVES))
    split = {
        "sourceAddressPrefixes": ["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/1"],
        "destinationPortRange": "20-24",
    }
    assert "nsg-management-port" in findings_of(group(split))


def test_small_ranges_of_inline_and_separate_rules_are_added_up() -> None:
    inline = group(*({"sourceAddressPrefix": f"20.0.{part}.0/18"} for part in (0, 64)))
    apart = [
        declare(
            t.SECURITY_RULE,
            f"rule-{part}",
            networkSecurityGroupName="nsg",
            access="Allow",
            direction="Inbound",
            protocol="Tcp",
            priority=200,
            destinationPortRange="20-25",
            sourceAddressPrefix=f"20.0.{part}.0/18",
        )
        for part in (128, 192)
    ]
    assert "nsg-rules-together" not in findings_of(inline)
    assert "nsg-rules-together" in findings_of(inline, *apart)


def test_a_denial_before_the_rules_takes_their_addresses_away() -> None:
    deny = {"access": "Deny", "protocol": "*", "destinationAddressPrefix": "*", "destinationPortRange": "*",
            "sourceAddressPrefix": "20.0.0.0/17"}  # fmt: skip
    parts = [{"sourceAddressPrefix": f"20.0.{part}.0/18"} for part in (0, 64, 128, 192)]
    assert "nsg-rules-together" in findings_of(group(*parts))
    assert "nsg-rules-together" not in findings_of(group({**deny, "priority": 90}, *parts))
    assert "nsg-rules-together" in findings_of(group(*parts, {**deny, "priority": 4000}))


@given(st.lists(st.integers(0, 31), max_size=40), st.randoms(use_true_random=False))
def test_the_internet_in_any_pieces_is_the_internet(bits: list[int], random: Any) -> None:
    """Splits 0.0.0.0/0 at random; every split covers the same addresses."""
    pieces = [(0, 0)]
    for _ in bits:
        base, length = pieces.pop(random.randrange(len(pieces)))
        if length < 8:
            pieces += [(base, length + 1), (base | 1 << (31 - length), length + 1)]
        else:
            pieces.append((base, length))
    prefixes = [
        f"{base >> 24}.{base >> 16 & 255}.{base >> 8 & 255}.{base & 255}/{size}" for base, size in pieces
    ]
    assert is_internet(prefixes)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=12))
def test_the_union_has_the_same_addresses(pairs: list[tuple[int, int]]) -> None:
    spans = [(low, low + size) for low, size in pairs]
    merged = union(spans)
    assert {n for low, high in merged for n in range(low, high + 1)} == {
        n for low, high in spans for n in range(low, high + 1)
    }
    assert all(left[1] + 1 < right[0] for left, right in itertools.pairwise(merged))
