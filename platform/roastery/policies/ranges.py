"""Address ranges and ports together: what several rules allow that no single one of them seems to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from roastery.policies.values import PropertyNode

Span = tuple[int, int]
ANYWHERE = frozenset({"*", "internet", "any", "0.0.0.0/0", "::/0"})
# Tags of everybody's machines in Azure: learn.microsoft.com/azure/virtual-network/service-tags-overview.
_EVERYBODYS = ("azurecloud",)
WIDE_4, WIDE_6 = 2**16, 2**96
"""From so many public addresses on it is the Internet: a /16, or a /32 of IPv6."""

# What is not public: the registries of IANA for special-purpose addresses.
_PRIVATE_4 = (
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
)
_PRIVATE_6 = ("::1/128", "fc00::/7", "fe80::/10")


def span(prefix: str) -> tuple[int, Span] | None:
    """IP version, first and last address of a prefix, an address or a range `a-b`; None for a tag."""
    first, dash, last = prefix.partition("-")
    try:
        if dash:
            low, high = ip_address(first.strip()), ip_address(last.strip())
            return (low.version, (int(low), int(high))) if low.version == high.version else None
        network = ip_network(prefix.strip(), strict=False)
    except ValueError:
        return None
    return network.version, (int(network[0]), int(network[-1]))


def _spans(prefixes: Iterable[str], version: int) -> list[Span]:
    spans = (span(prefix) for prefix in prefixes)
    return [entry[1] for entry in spans if entry is not None and entry[0] == version]


def union(spans: Iterable[Span]) -> list[Span]:
    """The same addresses as ranges that neither overlap nor touch."""
    merged: list[Span] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def without(spans: Iterable[Span], removed: Iterable[Span]) -> list[Span]:
    """What is left of ranges without others."""
    left = union(spans)
    for low, high in union(removed):
        parts: list[Span] = []
        for start, end in left:
            if high < start or low > end:
                parts.append((start, end))
                continue
            if start < low:
                parts.append((start, low - 1))
            if end > high:
                parts.append((high + 1, end))
        left = parts
    return left


@dataclass(frozen=True)
class PublicRanges:
    """Public addresses of IPv4 and of IPv6."""

    four: tuple[Span, ...] = ()
    six: tuple[Span, ...] = ()

    def __or__(self, other: PublicRanges) -> PublicRanges:
        return PublicRanges(tuple(union(self.four + other.four)), tuple(union(self.six + other.six)))

    @property
    def wide(self) -> bool:
        """Whether they are so many that it is the Internet."""
        return _count(self.four) >= WIDE_4 or _count(self.six) >= WIDE_6


def public_ranges(prefixes: Sequence[str], denied: Sequence[str] = ()) -> PublicRanges:
    """The public addresses of prefixes and tags together, without denied ones."""
    lowered = [prefix.strip().lower() for prefix in prefixes]
    if any(prefix in ANYWHERE or prefix.startswith(_EVERYBODYS) for prefix in lowered):
        lowered += ["0.0.0.0/0", "::/0"]
    refused = [
        wide
        for prefix in denied
        for wide in (("0.0.0.0/0", "::/0") if prefix.strip().lower() in ANYWHERE else (prefix,))
    ]
    four, six = (
        tuple(without(_spans(lowered, version), _spans([*private, *refused], version)))
        for version, private in ((4, _PRIVATE_4), (6, _PRIVATE_6))
    )
    return PublicRanges(four, six)


def is_internet(prefixes: Sequence[str], denied: Sequence[str] = ()) -> bool:
    """Whether prefixes together are the Internet, however it is written: `*`, a tag, or many ranges."""
    return public_ranges(prefixes, denied).wide


def _count(spans: Sequence[Span]) -> int:
    return sum(high - low + 1 for low, high in spans)


def port_span(text: str) -> Span | None:
    """First and last port of one of Azure's ranges: `22`, `20-25`, `*`; None if it is something else."""
    text = text.strip()
    if text == "*":
        return 0, 65535
    first, _, last = text.partition("-")
    if not first.strip().isdigit() or not (last or first).strip().isdigit():
        return None
    return int(first), int(last or first)


def covers(texts: Sequence[str], port: int) -> bool:
    """Whether a port lies in one of the ranges; a list in one text counts too."""
    spans = (port_span(part) for text in texts for part in text.split(","))
    return any(entry is not None and entry[0] <= port <= entry[1] for entry in spans)


def values_of(node: PropertyNode, single: str, several: str) -> list[str]:
    """The values of a property of a security rule that exists in the singular and in the plural."""
    value = node.get(single)
    return [*([str(value)] if value else []), *node.texts(several)]
