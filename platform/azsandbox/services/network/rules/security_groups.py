"""What Azure refuses about network security groups and their rules."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.facts import service_tags
from azsandbox.schema.validate import Problem

_PORTS = range(65536)
RequiredRule = tuple[str, str, str, str]  # direction, source, destination, port


def inline_rules_are_valid(inputs: Values) -> Iterator[Problem]:
    """Each rule that a group declares inline is valid, and has a priority of its own."""
    names: dict[tuple[Any, Any], str] = {}
    rules: Any = inputs.get("securityRules")
    for index, rule in enumerate(rules if isinstance(rules, list) else []):
        if not isinstance(rule, dict):
            continue
        yield from rule_is_valid(rule, f"securityRules[{index}].")
        direction, priority = rule.get("direction"), rule.get("priority")
        if (direction, priority) in names and isinstance(priority, (int, float)):
            yield Problem(
                f"securityRules[{index}].priority",
                f"{priority:g} of {rule.get('name')!r} is taken by {names[direction, priority]!r} in the "
                "same "
                "direction",
                code="SecurityRuleConflict",
            )
        names[direction, priority] = str(rule.get("name"))


def rule_is_valid(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    """Ports and addresses are well-formed."""
    for end in ("source", "destination"):
        for name in (f"{end}PortRange", f"{end}PortRanges"):
            for value in _as_list(inputs.get(name)):
                if isinstance(value, str) and not _is_port_range(value):
                    yield Problem(
                        prefix + name, f"{value!r} is not a port, a range of ports or *", code="port"
                    )
        yield from _addresses_are_valid(inputs, end, prefix)
        if not any(
            inputs.get(f"{end}{kind}")
            for kind in ("AddressPrefix", "AddressPrefixes", "ApplicationSecurityGroups")
        ):
            yield Problem(f"{prefix}{end}AddressPrefix", "is required: use * for any", code="required")


def _addresses_are_valid(inputs: Values, end: str, prefix: str) -> Iterator[Problem]:
    """The prefix is a range, a tag or *; the list of prefixes has ranges only."""
    single, several = f"{end}AddressPrefix", f"{end}AddressPrefixes"
    value = inputs.get(single)
    if isinstance(value, str) and value != "*" and not _is_range(value):
        yield from tag_is_known(value, prefix + single, "an address range, a service tag or *")
    prefixes: Any = inputs.get(several)
    for index, value in enumerate(prefixes if isinstance(prefixes, list) else []):
        if not isinstance(value, str) or _is_range(value):
            continue
        path = f"{prefix}{several}[{index}]"
        if value == "*" or service_tags.tag(value):
            # Azure's own refusal: github.com/hashicorp/terraform-provider-azurerm/issues/5617
            yield Problem(
                path,
                f"{value!r} can't be in a list, which has address ranges only: a tag or * is set as {single} "
                "(SecurityRuleParameterContainsUnsupportedValue)",
                code="address",
            )
        else:
            yield Problem(path, f"{value!r} is not an address range", code="address")


def tag_is_known(value: str, path: str, allowed: str) -> Iterator[Problem]:
    """The text is a service tag, alone or with a region."""
    tag = service_tags.tag(value)
    if tag is None:
        hint = service_tags.similar(value)
        yield Problem(path, f"{value!r} is not {allowed}{hint} (service tags overview)", code="address")
    elif service_tags.region_of(value) and not tag.regional:
        yield Problem(
            path,
            f"{value!r} may be refused: {tag.name} is not listed with regions (service tags overview)",
            warning=True,
            code="address",
        )


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_port_range(value: str) -> bool:
    if value == "*":
        return True
    if not re.fullmatch(r"\d+(-\d+)?", value):
        return False
    low, _, high = value.partition("-")
    return int(low) in _PORTS and int(high or low) in _PORTS and int(low) <= int(high or low)


def _is_range(value: str) -> bool:
    try:
        ipaddress.ip_network(value)
    except ValueError:
        return False
    return True


def priority_is_free(request: Request) -> None:
    group = ids.parent_of(request.id) or ""
    for other in request.subscription.below(group):
        if not other.kind.endswith("/securityrules") or ids.key(other.id) == ids.key(request.id):
            continue
        same = all(other.inputs.get(name) == request.inputs.get(name) for name in ("priority", "direction"))
        both_inline = request.inputs.get("__inline") and other.inputs.get("__inline")
        if same and not both_inline:  # inline rules are compared in Check, and may change places
            raise ArmError(
                400,
                "SecurityRuleConflict",
                f"Security rule {request.name} conflicts with rule {other.name}. Rules cannot have the same "
                "Priority and Direction.",
            )


def missing_rules(rules: list[Values], required: tuple[RequiredRule, ...]) -> list[str]:
    """The required traffic that no rule allows."""
    return [
        f"{direction} {source}→{destination}:{port}"
        for direction, source, destination, port in required
        if not any(
            rule.get("access") == "Allow"
            and rule.get("direction") == direction
            and _covers_address(rule, "source", source)
            and _covers_address(rule, "destination", destination)
            and _covers_port(rule, port)
            for rule in rules
        )
    ]


def _covers_address(rule: Values, end: str, required: str) -> bool:
    values = [*_as_list(rule.get(f"{end}AddressPrefix")), *_as_list(rule.get(f"{end}AddressPrefixes"))]
    if required == "*":
        # Microsoft's own example narrows "any" destination to the network at most.
        return any(value in {"*", "VirtualNetwork", "Internet", "0.0.0.0/0"} for value in values)
    return any(isinstance(value, str) and value.lower() in {"*", required.lower()} for value in values) or (
        required == "Internet" and any(isinstance(value, str) and "/" in value for value in values)
    )


def _covers_port(rule: Values, port: str) -> bool:
    ranges = [*_as_list(rule.get("destinationPortRange")), *_as_list(rule.get("destinationPortRanges"))]
    for value in ranges:
        if value == "*":
            return True
        if isinstance(value, str) and _is_port_range(value):
            low, _, high = value.partition("-")
            if int(low) <= int(port) <= int(high or low):
                return True
    return False
