"""What Azure refuses about the fields of security rules, beyond the form of ports and addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm.laws import walk
from azsandbox.arm.laws.formats import address, network
from azsandbox.arm.model import Values
from azsandbox.facts import service_tags
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN
from azsandbox.services.network.published import DEFAULT_RULES

_PRIORITIES = (100, 4096)
_WITHOUT_PORTS = frozenset({"icmp", "esp", "ah"})
_GROUPS = 10  # application security groups per side: networking limits
_DESCRIPTION = 140


def fields_are_valid(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    """A rule has a priority, ports and addresses, each said in one way, of one address family."""
    yield from _priority(inputs, prefix)
    description = inputs.get("description")
    if isinstance(description, str) and len(description) > _DESCRIPTION:
        yield Problem(
            f"{prefix}description",
            f"has {len(description)} characters, but at most {_DESCRIPTION} are allowed",
        )
    for end in ("source", "destination"):
        yield from _ports_and_addresses(inputs, end, prefix)
    yield from _family(inputs, prefix)
    yield from _protocol(inputs, prefix)
    yield from _tags_of_its_direction(inputs, prefix)
    name = inputs.get("securityRuleName") or inputs.get("name")
    if isinstance(name, str) and name.lower() in {rule.lower() for rule in DEFAULT_RULES}:
        yield Problem(
            f"{prefix}name", f"{name!r} is the name of a default rule of every security group", warning=True
        )


def inline_fields_are_valid(inputs: Values) -> Iterator[Problem]:
    for path, rule in walk.objects(inputs, "securityRules[]"):
        if rule.get("name") in (None, ""):
            yield Problem(f"{path}.name", "is required", code="required")
        yield from fields_are_valid(rule, f"{path}.")


def _priority(inputs: Values, prefix: str) -> Iterator[Problem]:
    priority = inputs.get("priority")
    least, most = _PRIORITIES
    if priority is None:
        yield Problem(f"{prefix}priority", f"is required: a number of {least} to {most}", code="required")
    elif isinstance(priority, (int, float)) and not least <= priority <= most:
        yield Problem(f"{prefix}priority", f"is {priority:g}, but must be {least} to {most}", code="priority")


def _ports_and_addresses(inputs: Values, end: str, prefix: str) -> Iterator[Problem]:
    """One of the ways to name ports, and one of the ways to name addresses."""
    port, ports = f"{end}PortRange", f"{end}PortRanges"
    if inputs.get(port) in (None, "") and inputs.get(ports) in (None, []):
        yield Problem(f"{prefix}{port}", f"is required, or {ports}: use * for any", code="required")
    yield from _exclusive(inputs, (port, ports), prefix)
    groups = f"{end}ApplicationSecurityGroups"
    yield from _exclusive(inputs, (f"{end}AddressPrefix", f"{end}AddressPrefixes", groups), prefix)
    members: Any = inputs.get(groups)
    if isinstance(members, list) and len(members) > _GROUPS:
        yield Problem(
            f"{prefix}{groups}",
            f"has {len(members)} members, but at most {_GROUPS} are allowed (networking limits)",
        )


def _exclusive(inputs: Values, names: tuple[str, ...], prefix: str) -> Iterator[Problem]:
    present = [name for name in names if inputs.get(name) not in (None, "", [])]
    if len(present) > 1:
        yield Problem(
            f"{prefix}{present[1]}",
            f"can't be combined with {present[0]}: use one of the two (Microsoft.Network/securityRules)",
            code="SecurityRuleParameterConflict",
        )


def _family(inputs: Values, prefix: str) -> Iterator[Problem]:
    """All addresses of a rule are IPv4, or all are IPv6.

    Azure's own refusal: github.com/hashicorp/terraform-provider-azurerm/issues/12534.
    """
    versions: dict[int, str] = {}
    for end in ("source", "destination"):
        prefixes: Any = inputs.get(f"{end}AddressPrefixes")
        for value in (inputs.get(f"{end}AddressPrefix"), *(prefixes if isinstance(prefixes, list) else [])):
            if value is None or value is UNKNOWN:
                continue
            item = network(value)
            item = address(value) if item is None else item
            if item is not None:
                versions.setdefault(item.version, str(value))
    if len(versions) > 1:
        yield Problem(
            f"{prefix}destinationAddressPrefix",
            f"mixes {versions[4]!r} and {versions[6]!r}: all addresses of a rule are of one family, so "
            "write one rule "
            "for IPv4 and one for IPv6 (ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies)",
        )


def _tags_of_its_direction(inputs: Values, prefix: str) -> Iterator[Problem]:
    """A tag that the overview recommends for the other direction names addresses that do not answer there."""
    outbound = str(inputs.get("direction")).lower() == "outbound"
    if str(inputs.get("access")).lower() != "allow":
        return
    end, unfit, use = ("destination", "in", "inbound") if outbound else ("source", "out", "outbound")
    single, several = f"{end}AddressPrefix", f"{end}AddressPrefixes"
    prefixes: Any = inputs.get(several)
    values = {single: [inputs.get(single)], several: prefixes if isinstance(prefixes, list) else []}
    for name, tags in values.items():
        for value in tags:
            tag = service_tags.tag(value) if isinstance(value, str) else None
            if tag is not None and tag.direction == unfit:
                yield Problem(
                    f"{prefix}{name}",
                    f"{value!r} is for {use} rules only: name the service's ranges (service tags overview)",
                    warning=True,
                )


def _protocol(inputs: Values, prefix: str) -> Iterator[Problem]:
    protocol = inputs.get("protocol")
    if not isinstance(protocol, str) or protocol.lower() not in _WITHOUT_PORTS:
        return
    for name in ("sourcePortRange", "destinationPortRange", "sourcePortRanges", "destinationPortRanges"):
        value = inputs.get(name)
        if isinstance(value, (str, list)) and value not in ("*", [], ["*"]):
            yield Problem(f"{prefix}{name}", f"{value!r}: {protocol} has no ports, use *", warning=True)
