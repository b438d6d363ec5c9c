"""What a drawing shows, before anything has a place. Names are as in the state, texts are ready to print."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Card:
    """A box with a title, a resource's name and short lines; boxes may lie in it."""

    title: str
    name: str = ""
    details: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()  # what a review must not miss, such as a public door
    marks: tuple[str, ...] = ()  # names in the details' place, set as names
    group: str = ""  # the resource group's name
    id: str = ""  # key of the ARM id: what links and scopes refer to
    count: int = 1  # resources of the state that this card stands for, without those of its inner cards
    inner: tuple[Card, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Group:
    """A resource group; `tag` is the short form that every box of the group carries."""

    name: str
    tag: str
    region: str
    lock: str = ""
    holds: int = 0  # resources of the state in it


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """The private endpoints in one subnet that lead to one target."""

    target: str  # key of the target's ARM id
    target_name: str
    groups: tuple[str, ...]
    number: int
    count: int  # with the zone groups that belong to them


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet and what lies in it."""

    name: str
    cidr: str
    facts: tuple[str, ...]  # NSG, NAT, route table
    count: int = 0  # of the NSG; the subnet itself is part of its network
    sessions: bool = False  # its NSG lets Bastion in
    cards: tuple[Card, ...] = ()
    endpoints: tuple[Endpoints, ...] = ()
    clusters: tuple[Cluster, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """AKS, its node pools, and what lives in it."""

    card: Card
    pools: tuple[Card, ...] = ()
    namespaces: tuple[Card, ...] = ()
    compute_of: str = ""  # key of the workspace that has it attached


@dataclass(frozen=True, kw_only=True)
class Network:
    """A virtual network."""

    card: Card
    subnets: tuple[Subnet, ...]
    exits: tuple[Card, ...] = ()  # NAT gateways
    zones: Card | None = None


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who may do what: identity → role → scope."""

    name: str
    kind: str
    used_by: tuple[str, ...] = ()
    roles: tuple[tuple[str, str], ...] = ()  # role, scopes
    group: str = ""
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """All of it."""

    project: str
    stack: str
    regions: tuple[str, ...]
    groups: tuple[Group, ...]
    people: tuple[str, ...]
    networks: tuple[Network, ...]
    services: tuple[Card, ...]
    clusters: tuple[Cluster, ...]  # in no subnet of this state
    principals: tuple[Principal, ...]
    operations: tuple[Card, ...]
    also: dict[str, int] = field(default_factory=dict[str, int])
    total: int = 0
