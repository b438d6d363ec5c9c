"""Who is at one end of a connection, as security rules see it: ranges of addresses, or a service tag."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from ipaddress import IPv4Network, ip_network

from roastery.flows.model import Protocol

VNET = "VirtualNetwork"
INTERNET = "Internet"
_ANY = frozenset({"*", "0.0.0.0/0", "any", ""})
# Tags whose addresses are not a service of Azure: what AzureCloud does not contain.
_NOT_AZURE = frozenset({"internet", "virtualnetwork", "azureloadbalancer"})


class Match(IntEnum):
    """How much of one end a prefix of a rule covers."""

    NONE = 0
    PART = 1
    ALL = 2


@dataclass(frozen=True, kw_only=True)
class Party:
    """One end: ranges inside or outside of the VNet, or the addresses of one service tag.

    A host without published prefixes has neither: only a rule for the whole Internet covers it.
    """

    name: str
    ranges: tuple[IPv4Network, ...] = ()
    tag: str = ""

    def match(self, prefix: str, vnet: Sequence[IPv4Network]) -> Match:
        """How much of this end a prefix, range or tag of a rule covers; `vnet` is the address space."""
        if prefix.lower() in _ANY:
            return Match.ALL
        network = _network(prefix)
        if network is not None:
            return self._match_range(network)
        inside = bool(self.ranges) and all(any(r.subnet_of(v) for v in vnet) for r in self.ranges)
        if prefix.lower() == VNET.lower():
            if inside or self.tag.lower() == VNET.lower():
                return Match.ALL
            return Match.PART if any(r.overlaps(v) for r in self.ranges for v in vnet) else Match.NONE
        if prefix.lower() == INTERNET.lower():
            private = inside or self.tag.lower() in (VNET.lower(), "azureloadbalancer")
            return Match.NONE if private or all_private(self.ranges) else Match.ALL
        return self._match_tag(prefix)

    def match_all(self, prefixes: Sequence[str], vnet: Sequence[IPv4Network]) -> Match:
        """How much of this end the prefixes of one rule cover together."""
        each = max((self.match(prefix, vnet) for prefix in prefixes), default=Match.NONE)
        if each is Match.PART and len(self.ranges) > 1:
            parts = [replace(self, ranges=(own,)) for own in self.ranges]
            together = [max(part.match(prefix, vnet) for prefix in prefixes) for part in parts]
            return Match.ALL if all(match is Match.ALL for match in together) else Match.PART
        return each

    def _match_range(self, network: IPv4Network) -> Match:
        if self.ranges and all(own.subnet_of(network) for own in self.ranges):
            return Match.ALL
        return Match.PART if any(own.overlaps(network) for own in self.ranges) else Match.NONE

    def _match_tag(self, tag: str) -> Match:
        own, other = self.tag.lower(), tag.lower()
        if own and (own == other or own.startswith(f"{other}.")):
            return Match.ALL
        if own and other.startswith(f"{own}."):
            return Match.PART
        # AzureCloud holds the public addresses of all services, AzureCloud.<region> those of one region.
        if own and other == "azurecloud" and own not in _NOT_AZURE:
            return Match.ALL
        cloud, _, region = other.partition(".")
        if own and cloud == "azurecloud" and own.partition(".")[2] == region:
            return Match.ALL
        return Match.NONE


@dataclass(frozen=True, kw_only=True)
class Connection:
    """What a rule judges."""

    source: Party
    target: Party
    port: int
    protocol: Protocol

    def __str__(self) -> str:
        return f"{self.source.name} → {self.target.name}, {self.protocol} {self.port}"


def all_private(ranges: Iterable[IPv4Network]) -> bool:
    """Whether these are ranges, and all of them of private networks."""
    listed = list(ranges)
    return bool(listed) and all(network.is_private for network in listed)


def ranges(prefixes: Iterable[str]) -> tuple[IPv4Network, ...]:
    """The valid IPv4 ranges among prefixes."""
    return tuple(network for prefix in prefixes if (network := _network(prefix)) is not None)


def _network(prefix: str) -> IPv4Network | None:
    try:
        network = ip_network(prefix, strict=False)
    except ValueError:
        return None
    return network if isinstance(network, IPv4Network) else None
