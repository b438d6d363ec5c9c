"""Firewalls of services: ranges of public addresses, and subnets with the endpoint of the service."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from azsandbox.arm.laws import walk
from azsandbox.arm.laws.formats import address, network
from azsandbox.arm.laws.law import Law, Put, Values, words
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_PRIVATE = tuple(ipaddress.IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_LONGEST_PREFIX = 30  # where a service takes no smaller range: single addresses are written without a prefix


@dataclass(frozen=True, kw_only=True)
class PublicAddress(Law):
    """The addresses and ranges at a path are IPv4, and public unless `private` allows others."""

    path: str
    private: bool = False
    small_ranges: bool = True  # whether /31 and /32 are taken

    @property
    def text(self) -> str:
        kind = "an" if self.private else "a public"
        small = "" if self.small_ranges else " of /30 or larger"
        return f"`{self.path}` is {kind} IPv4 address or range{small}"

    def problems(self, inputs: Values) -> Iterator[Problem]:
        for path, text in walk.values(inputs, self.path):
            if isinstance(text, str):
                reason = self._reason(text)
                if reason:
                    yield self.problem(path, f"{text!r} {reason}")

    def _reason(self, text: str) -> str:
        """Why the service refuses it; empty if it does not."""
        span = network(text) if "/" in text else address(text)
        if span is None or not isinstance(span, (ipaddress.IPv4Address, ipaddress.IPv4Network)):
            return "is not an IPv4 address such as 52.174.0.1 or a range such as 52.174.0.0/24"
        block = span if isinstance(span, ipaddress.IPv4Network) else ipaddress.IPv4Network(str(span))
        if not self.private and any(block.subnet_of(private) for private in _PRIVATE):
            return (
                "is a private address (RFC 1918): a firewall of the public endpoint takes public ones only; "
                "let a private network in through a private endpoint or a virtual network rule"
            )
        if not self.small_ranges and "/" in text and block.prefixlen > _LONGEST_PREFIX:
            return "is smaller than /30: write single addresses without a prefix"
        return ""


@dataclass(frozen=True, kw_only=True)
class ServiceEndpoint(Law):
    """The subnets that a firewall lets in have an endpoint of the service."""

    within: str  # the rules
    subnet: str  # of a rule, the subnet's id
    services: tuple[str, ...]  # one of them is needed
    unless: str = ""  # a flag of a rule that turns the check off
    code: str = "NetworkAclsValidationFailure"

    @property
    def text(self) -> str:
        return f"the subnets of `{self.within}` have a service endpoint {words(self.services)}"

    def check(self, request: Put) -> None:
        for _, rule in walk.objects(request.inputs, self.within):
            target = walk.value(rule, self.subnet)
            if not isinstance(target, str) or (self.unless and walk.value(rule, self.unless) is True):
                continue
            subnet = request.subscription.get(target)
            if subnet is None:
                continue
            endpoints = {
                str(name).lower() for _, name in walk.values(subnet.inputs, "serviceEndpoints[].service")
            }
            if not endpoints & {service.lower() for service in self.services}:
                raise ArmError(
                    400,
                    self.code,
                    "Validation of network acls failure: SubnetsHaveNoServiceEndpointsConfigured: subnet "
                    f"'{target}' has no service endpoint {words(self.services)}. Add one to its "
                    "serviceEndpoints before a rule names it.",
                )
