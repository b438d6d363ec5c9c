"""Addresses that a firewall of a public endpoint takes, and those that it does not."""

from __future__ import annotations

import pytest

from azsandbox.arm.laws.firewall import PublicAddress
from azsandbox.schema.values import UNKNOWN

STORAGE = PublicAddress(path="rules[]", small_ranges=False)
VAULT = PublicAddress(path="rules[]")
REGISTRY = PublicAddress(path="rules[]", private=True)


@pytest.mark.parametrize(
    ("law", "text", "words"),
    [
        (STORAGE, "10.0.0.4", "RFC 1918"),
        (STORAGE, "192.168.0.0/16", "RFC 1918"),
        (STORAGE, "52.174.0.1/32", "without a prefix"),
        (STORAGE, "52.174.0.0/31", "without a prefix"),
        (VAULT, "172.16.1.0/24", "RFC 1918"),
        (VAULT, "2603:1020::1", "is not an IPv4 address"),
        (REGISTRY, "office.example.com", "is not an IPv4 address"),
        (REGISTRY, "2603:1020::/32", "is not an IPv4 address"),
    ],
)
def test_an_address_that_a_firewall_refuses(law: PublicAddress, text: str, words: str) -> None:
    (problem,) = law.problems({"rules": [text]})
    assert problem.path == "rules[0]"
    assert words in problem.message


@pytest.mark.parametrize(
    ("law", "text"),
    [
        (STORAGE, "52.174.0.1"),
        (STORAGE, "52.174.0.0/30"),
        (STORAGE, "172.32.0.0/16"),
        (VAULT, "52.174.0.1/32"),
        (REGISTRY, "10.0.0.0/8"),
        (STORAGE, UNKNOWN),
    ],
)
def test_an_address_that_a_firewall_takes(law: PublicAddress, text: object) -> None:
    assert list(law.problems({"rules": [text]})) == []
