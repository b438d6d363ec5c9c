"""What private DNS refuses about record sets.

Sources, read 2026-12-01: "Overview of DNS zones and records", "Azure DNS limits", terraform-provider-azurerm
(internal/services/privatedns), RFC 1035.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.laws.formats import address
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.schema.values import UNKNOWN

_FIELDS = {
    "A": "aRecords",
    "AAAA": "aaaaRecords",
    "CNAME": "cnameRecord",
    "MX": "mxRecords",
    "PTR": "ptrRecords",
    "SOA": "soaRecord",
    "SRV": "srvRecords",
    "TXT": "txtRecords",
}
_APEX = "@"
_TEXT = 1024
_NAME = (
    r"(\*|[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*"
)
_HOST = (
    r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?"
)
_HOSTS = ("cnameRecord.cname", "mxRecords[].exchange", "ptrRecords[].ptrdname", "srvRecords[].target")


def fields_match_the_type(inputs: Values) -> Iterator[Problem]:
    """A set holds the records of its type and no others."""
    kind = inputs.get("recordType")
    if not isinstance(kind, str):
        return
    if kind.upper() not in _FIELDS:
        hint = suggestion(kind.upper(), _FIELDS)
        yield Problem(
            "recordType", f"{kind!r} is none of {', '.join(_FIELDS)}{hint} (private zones have no NS records)"
        )
        return
    own = _FIELDS[kind.upper()]
    for other in _FIELDS.values():
        if other != own and inputs.get(other):
            yield Problem(other, f"can't be set with recordType {kind!r}, whose records are {own}")
    if inputs.get("ttl") is None:
        yield Problem("ttl", "is missing: a record set has a time to live", warning=True)


def name_is_valid(inputs: Values) -> Iterator[Problem]:
    """The name is @ or labels; a wildcard is the first label; SOA is at the apex, CNAME is not."""
    name, kind = inputs.get("relativeRecordSetName"), str(inputs.get("recordType")).upper()
    if not isinstance(name, str):
        return
    path = "relativeRecordSetName"
    if name == _APEX:
        if kind == "CNAME":
            yield Problem(path, "'@' is the apex of the zone, where no CNAME record can be")
        return
    if kind == "SOA":
        yield Problem(path, f"{name!r}: the SOA record is at the apex, '@'")
    if re.fullmatch(_NAME, name) is None:
        yield Problem(path, f"{name!r} is not labels of at most 63 letters, digits, _ and -, joined by dots")
    zone = inputs.get("privateZoneName")
    if isinstance(zone, str) and name.lower().endswith(f".{zone.lower()}"):
        yield Problem(
            path, f"{name!r} is relative to the zone {zone!r}: leave the zone's name out", warning=True
        )


def values_are_valid(inputs: Values) -> Iterator[Problem]:
    """Addresses, hosts and texts have the form of their type."""
    yield from _addresses(
        inputs, "aRecords[].ipv4Address", ipaddress.IPv4Address, "an IPv4 address such as 10.0.0.4"
    )
    yield from _addresses(
        inputs, "aaaaRecords[].ipv6Address", ipaddress.IPv6Address, "an IPv6 address such as fd00::4"
    )
    for pattern in _HOSTS:
        for path, host in walk.values(inputs, pattern):
            if isinstance(host, str) and (re.fullmatch(_HOST, host) is None or len(host) > 254):  # noqa: PLR2004
                yield Problem(path, f"{host!r:.80} is not a domain name such as app.contoso.com")
            elif address(host) is not None:
                yield Problem(path, f"{host!r} is an IP address, but the record names a host", warning=True)
    for path, texts in walk.lists(inputs, "txtRecords[].value"):
        length = sum(len(text) for text in texts if isinstance(text, str))
        if length > _TEXT:
            yield Problem(path, f"has {length} characters, but a TXT record has at most {_TEXT}")


def _addresses(inputs: Values, pattern: str, version: type, form: str) -> Iterator[Problem]:
    for path, text in walk.values(inputs, pattern):
        if text is not UNKNOWN and isinstance(text, str) and not isinstance(address(text), version):
            yield Problem(path, f"{text!r} is not {form}")


def alias_stands_alone(request: Request) -> None:
    """Where a CNAME record is, no other record of the same name can be."""
    kind, name = ids.parse(request.id).kind.rpartition("/")[2].upper(), request.name.lower()
    zone = ids.parent_of(request.id) or ""
    for other in request.subscription.below(zone):
        other_kind = ids.parse(other.id).kind.rpartition("/")[2].upper()
        if (
            other_kind not in _FIELDS
            or ids.key(other.id) == ids.key(request.id)
            or other.name.lower() != name
        ):
            continue
        if "CNAME" in (kind, other_kind):
            raise ArmError(
                409,
                "Conflict",
                f"The {kind} record could not be created because another record with the same name already "
                "exists in "
                f"this zone: {other_kind} '{other.name}'. A CNAME record is the only one of its name.",
            )
