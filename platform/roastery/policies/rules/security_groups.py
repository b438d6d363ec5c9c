"""Network security groups: what their rules let in, one by one and together."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from roastery.policies import tokens as t
from roastery.policies.checks import elements, in_each, whole_resource
from roastery.policies.model import (
    DeclaredResource,
    DeclaredStack,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.ranges import PublicRanges, covers, is_internet, port_span, public_ranges, values_of
from roastery.policies.values import PropertyNode, UnprovenError

MANAGEMENT_PORTS = {22: "SSH", 3389: "RDP", 5985: "WinRM", 5986: "WinRM"}
_SHOWN = 5
"""How many ports a message names."""
_RULES = {t.SECURITY_GROUP: elements("securityRules"), t.SECURITY_RULE: whole_resource}


def open_to_the_internet(rule: PropertyNode) -> bool:
    """Whether a security rule allows inbound traffic from anywhere, however it is written."""
    return _allows_inbound(rule) and is_internet(_sources(rule))


def ports_of(rule: PropertyNode) -> list[str]:
    """The port ranges of a security rule."""
    return values_of(rule, "destinationPortRange", "destinationPortRanges")


def _sources(rule: PropertyNode) -> list[str]:
    return values_of(rule, "sourceAddressPrefix", "sourceAddressPrefixes")


def _allows_inbound(rule: PropertyNode) -> bool:
    return rule.lower_text("access") == "allow" and rule.lower_text("direction") == "inbound"


def _management_port(rule: PropertyNode, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if not open_to_the_internet(rule):
        return
    for port, name in MANAGEMENT_PORTS.items():
        if covers(ports_of(rule), port):
            where = rule.path or "destinationPortRange"
            yield Violation(where, f"opens {name} ({port}) to the Internet")


def _open_inbound(rule: PropertyNode, settings: PolicySettings) -> Iterator[Violation]:
    if not open_to_the_internet(rule):
        return
    allowed = {int(port) for port in settings["ports"]}
    where = rule.path or "destinationPortRange"
    for ports in ports_of(rule):
        bounds = port_span(ports)
        if bounds is None or not set(range(bounds[0], bounds[1] + 1)) <= allowed:
            listed = ", ".join(map(str, sorted(allowed)))
            yield Violation(where, f"allows the Internet on port {ports}, must be one of {listed}")
    if rule.lower_text("protocol") in {"udp", "*"}:
        yield Violation(where, f"allows the Internet with protocol {rule.get('protocol')}, must be Tcp")


def _together(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
    """Rules of one group that are the Internet only together; what one of them opens alone is reported on it.

    A denial of a smaller priority number takes its addresses away, if it covers the port and every protocol.
    """
    allowed = {int(port) for port in settings["ports"]}
    for group, name in _groups(stack):
        own = list(group.each("securityRules")) if group is not None else []
        apart = [
            (rule.urn, rule.properties)
            for rule in stack.of(t.SECURITY_RULE)
            if rule.lower_text("networkSecurityGroupName") == name
            or (group is not None and group.urn in rule.sources_of("networkSecurityGroupName"))
        ]
        urn = group.urn if group is not None else apart[0][0]
        rules = [*own, *(rule for _, rule in apart)]
        rules.sort(key=lambda rule: int(rule.get("priority", 4096)))
        opened = [port for port in _probes(rules) if port not in allowed and _opens(rules, port)]
        if opened:
            shown = ", ".join(map(str, opened[:_SHOWN])) + (" ..." if len(opened) > _SHOWN else "")
            yield Violation("securityRules", f"allow the Internet together, on port {shown}", urn)


def _groups(stack: DeclaredStack) -> Iterator[tuple[DeclaredResource | None, str]]:
    """The groups of a stack by name, and those of other stacks that its rules name."""
    named: set[str] = set()
    for group in stack.of(t.SECURITY_GROUP):
        with contextlib.suppress(UnprovenError):
            name = group.lower_text("networkSecurityGroupName")
            named.add(name)
            yield group, name
    others = {rule.lower_text("networkSecurityGroupName") for rule in stack.of(t.SECURITY_RULE)}
    yield from ((None, name) for name in sorted(others - named))


def _probes(rules: Sequence[PropertyNode]) -> list[int]:
    """Ports at which what is allowed can change: the first of each range, and the management ports."""
    spans = (port_span(ports) for rule in rules for ports in ports_of(rule))
    return sorted({*MANAGEMENT_PORTS, *(bounds[0] for bounds in spans if bounds is not None)})


def _opens(rules: Sequence[PropertyNode], port: int) -> bool:
    opened = PublicRanges()
    denied: list[str] = []
    for rule in rules:  # by priority: a denial takes away from what comes after it
        if rule.lower_text("direction") != "inbound" or not covers(ports_of(rule), port):
            continue
        if rule.lower_text("access") == "deny":
            everything = rule.lower_text("protocol") == "*" and rule.get("destinationAddressPrefix") == "*"
            denied += _sources(rule) if everything else []
        elif is_internet(own := _sources(rule)):
            return False  # reported on the rule itself
        else:
            opened |= public_ranges(own, denied)
    return opened.wide


def _last_deny(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    rules = list(resource.each("securityRules"))
    for direction in ("Inbound", "Outbound"):
        closing = [rule for rule in rules if _denies_all(rule, direction.lower())]
        if not closing:
            yield Violation("securityRules", f"has no rule that denies all other {direction.lower()} traffic")


def _denies_all(rule: PropertyNode, direction: str) -> bool:
    wanted: dict[str, Any] = {
        "direction": direction,
        "access": "deny",
        "protocol": "*",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "*",
    }
    return all(rule.lower_text(path) == value for path, value in wanted.items())


_PORTS: dict[str, dict[str, Any]] = {
    "ports": {"type": "array", "items": {"type": "integer"}, "default": [443]}
}

POLICIES = (
    Policy(
        id="nsg-management-port",
        title="No management port is open to the Internet",
        reason="Open SSH, RDP and WinRM ports are attacked within minutes.",
        fix="Remove the rule; people connect through Bastion.",
        severity=Severity.CRITICAL,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_9", "CKV_AZURE_10", "CIS Azure 3.0.0: 7.1", "CIS Azure 3.0.0: 7.2", "MCSB NS-1"),
        types=(t.SECURITY_GROUP, t.SECURITY_RULE),
        check=in_each(_RULES, _management_port),
    ),
    Policy(
        id="nsg-open-inbound",
        title="Inbound traffic from the Internet is limited to listed ports",
        reason="Only Bastion needs inbound Internet traffic, on port 443.",
        fix="Restrict the sources, or add the port to this policy's `ports` in a reviewed change.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_77", "CKV_AZURE_160", "CIS Azure 3.0.0: 7.3", "CIS Azure 3.0.0: 7.4", "MCSB NS-1"),
        types=(t.SECURITY_GROUP, t.SECURITY_RULE),
        check=in_each(_RULES, _open_inbound),
        config=_PORTS,
    ),
    Policy(
        id="nsg-rules-together",
        title="Security rules of one group do not open it to the Internet together",
        reason="Two halves of the address space are the Internet; the rules of a group are one rule.",
        fix="Restrict the sources, or add the port to this policy's `ports` in a reviewed change.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS Azure 3.0.0: 7.1", "CIS Azure 3.0.0: 7.2", "MCSB NS-1"),
        types=(t.SECURITY_GROUP, t.SECURITY_RULE),
        check_stack=_together,
        config=_PORTS,
    ),
    Policy(
        id="nsg-last-deny",
        title="Security groups deny all other traffic, inbound and outbound",
        reason="Azure's default rules allow all inbound traffic of the network and all outbound traffic.",
        fix="Add a rule of priority 4096 in each direction that denies everything.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-1",),
        types=(t.SECURITY_GROUP,),
        check=_last_deny,
    ),
)
