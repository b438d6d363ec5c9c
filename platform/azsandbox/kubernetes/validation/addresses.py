"""IP addresses and CIDR ranges.

Source: k8s.io/apimachinery pkg/util/validation/ip.go; ValidateEndpointIP of pkg/apis/core/validation.
"""

from __future__ import annotations

import ipaddress
import re

from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.kubernetes.validation.release import Release

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def parse(text: str) -> Address | None:
    """An address, also with leading zeros (which are decimal, as in Go's older parser)."""
    plain = re.sub(r"(?<![\w:])0+(?=\d)", "", text) if ":" not in text else text
    if "%" in plain:
        return None
    try:
        return ipaddress.ip_address(plain)
    except ValueError:
        return None


def parse_range(text: str) -> Network | None:
    address, slash, length = text.partition("/")
    parsed = parse(address)
    if parsed is None or not slash or not re.fullmatch(r"\d{1,3}", length, re.ASCII):
        return None
    try:
        return ipaddress.ip_network(f"{parsed}/{int(length)}", strict=False)
    except ValueError:
        return None


def address(field: Field, release: Release) -> Problems:
    if not field.is_text:
        return
    parsed = parse(field.text)
    if parsed is None:
        yield field.invalid("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")
        return
    if release.strict_addresses:
        yield from _strict(field, parsed)


def _strict(field: Field, parsed: Address) -> Problems:
    if isinstance(parsed, ipaddress.IPv4Address) and str(parsed) != field.text:
        yield field.invalid("must not have leading 0s")
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        yield field.invalid("must not be an IPv4-mapped IPv6 address")


def cidr(field: Field, release: Release) -> Problems:
    if not field.is_text:
        return
    network = parse_range(field.text)
    if network is None:
        yield field.invalid("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")
        return
    written, _, length = field.text.partition("/")
    parsed = parse(written)
    if release.strict_addresses and (
        (isinstance(parsed, ipaddress.IPv4Address) and str(parsed) != written) or str(int(length)) != length
    ):
        yield field.invalid("must not have leading 0s in IP or prefix length")
    elif parsed != network.network_address:
        if release.strict_addresses:
            yield field.invalid("must not have bits set beyond the prefix length")
        else:
            yield field.warning(
                f'CIDR value "{field.text}" is ambiguous in this context (should be "{network}" or '
                f'"{parsed}/{32 if network.version == 4 else 128}"?)'  # noqa: PLR2004 - IPv4
            )


def endpoint(field: Field, release: Release) -> Problems:
    """An address that traffic can be sent to."""
    problems = list(address(field, release))
    yield from problems
    parsed = parse(field.text)
    if problems or parsed is None:
        return
    if parsed.is_unspecified:
        yield field.invalid(f"may not be unspecified ({field.text})")
    if parsed.is_loopback:
        yield field.invalid("may not be in the loopback range (127.0.0.0/8, ::1/128)")
    if parsed.is_link_local:
        yield field.invalid("may not be in the link-local range (169.254.0.0/16, fe80::/10)")
    if parsed in ipaddress.ip_network("224.0.0.0/24") or (
        isinstance(parsed, ipaddress.IPv6Address) and parsed in ipaddress.ip_network("ff02::/16")
    ):
        yield field.invalid("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
