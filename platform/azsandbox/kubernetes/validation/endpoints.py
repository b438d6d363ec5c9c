"""Endpoint slices.

Source: kubernetes pkg/apis/discovery/validation/validation.go.
"""

from __future__ import annotations

import ipaddress

from azsandbox.kubernetes.validation import addresses, names
from azsandbox.kubernetes.validation.field import Field, Problems, distinct, duplicates
from azsandbox.kubernetes.validation.release import Release

_TYPES = ("FQDN", "IPv4", "IPv6")
_PROTOCOLS = ("SCTP", "TCP", "UDP")
_ENDPOINTS, _ADDRESSES, _PORTS, _HINTS = 1000, 100, 20000, 8


def slices(manifest: Field, release: Release) -> Problems:
    kind = manifest["addressType"]
    yield from kind.choice(_TYPES)
    yield from manifest["endpoints"].fewer_than(_ENDPOINTS)
    for endpoint in manifest["endpoints"].items():
        listed = endpoint["addresses"]
        yield from listed.need("must contain at least 1 address")
        yield from listed.fewer_than(_ADDRESSES)
        for address in listed.items():
            yield from _address(address, kind.text, release)
        yield from endpoint["hostname"].matches(names.dns_label)
        yield from endpoint["nodeName"].matches(names.dns_subdomain)
        zones = endpoint["hints"]["forZones"]
        yield from zones.fewer_than(_HINTS)
        for zone in zones.items():
            yield from zone["name"].matches(names.label_value)
        yield from distinct(zone["name"] for zone in zones.items())
    yield from _ports(manifest["ports"])


def _address(field: Field, kind: str, release: Release) -> Problems:
    if kind == "FQDN":
        yield from Field(field.text.removesuffix("."), field.path).matches(names.dns_subdomain)
        return
    if kind not in {"IPv4", "IPv6"}:
        return
    problems = list(addresses.endpoint(field, release))
    yield from problems
    parsed = addresses.parse(field.text)
    if parsed is not None and not problems and isinstance(parsed, ipaddress.IPv4Address) != (kind == "IPv4"):
        yield field.invalid(f"must be an {kind} address")


def _ports(field: Field) -> Problems:
    yield from field.fewer_than(_PORTS)
    for port in field.items():
        if port["name"].text:
            yield from port["name"].matches(names.dns_label)
        yield from port["protocol"].listed(_PROTOCOLS)
        yield from port["appProtocol"].matches(names.qualified_name)
    unnamed = [port["name"] for port in field.items() if port["name"].empty]
    for name in [*duplicates(port["name"] for port in field.items()), *unnamed[1:]]:
        yield name.duplicate(name.text)
