"""What a drawing shows, before it is laid out. Names are as in the state; texts are ready to print."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class DrawnCard:
    """A box with a title, a resource's name and short lines; it may contain other boxes."""

    title: str
    name: str = ""
    details: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()  # what a reviewer must not miss, such as public network access
    marks: tuple[str, ...] = ()  # names shown below the details, in the font of names
    group: str = ""  # the resource group's name
    id: str = ""  # key of the ARM id: what links and scopes refer to
    count: int = 1  # resources of the state that this card stands for, without those of its inner cards
    inner: tuple[DrawnCard, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DrawnGroup:
    """A resource group; `tag` is the short name shown on every box of the group."""

    name: str
    tag: str
    region: str
    lock: str = ""
    resource_count: int = 0  # resources of the state in it


@dataclass(frozen=True, kw_only=True)
class DrawnEndpoints:
    """The private endpoints in one subnet that connect to one target."""

    target: str  # key of the target's ARM id
    target_name: str
    groups: tuple[str, ...]
    number: int
    count: int  # with the DNS zone groups that belong to them


@dataclass(frozen=True, kw_only=True)
class DrawnSubnet:
    """A subnet and what is in it."""

    name: str
    cidr: str
    facts: tuple[str, ...]  # NSG, NAT, route table
    count: int = 0  # resources of its NSG; the subnet itself is counted with its network
    bastion_allowed: bool = False  # its NSG allows traffic from Bastion
    cards: tuple[DrawnCard, ...] = ()
    endpoints: tuple[DrawnEndpoints, ...] = ()
    clusters: tuple[DrawnCluster, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DrawnCluster:
    """AKS, its node pools and its namespaces."""

    card: DrawnCard
    pools: tuple[DrawnCard, ...] = ()
    namespaces: tuple[DrawnCard, ...] = ()
    workspace_id: str = ""  # key of the Azure ML workspace that the cluster is attached to


@dataclass(frozen=True, kw_only=True)
class DrawnNetwork:
    """A virtual network."""

    card: DrawnCard
    subnets: tuple[DrawnSubnet, ...]
    nat_gateways: tuple[DrawnCard, ...] = ()
    dns_zones: DrawnCard | None = None


@dataclass(frozen=True, kw_only=True)
class DrawnPrincipal:
    """Who has which role where: identity → role → scope."""

    name: str
    kind: str
    used_by: tuple[str, ...] = ()
    roles: tuple[tuple[str, str], ...] = ()  # role, scopes
    group: str = ""
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Everything that a drawing shows."""

    project: str
    stack: str
    regions: tuple[str, ...]
    groups: tuple[DrawnGroup, ...]
    people: tuple[str, ...]
    networks: tuple[DrawnNetwork, ...]
    services: tuple[DrawnCard, ...]
    clusters: tuple[DrawnCluster, ...]  # in no subnet of this state
    principals: tuple[DrawnPrincipal, ...]
    operations: tuple[DrawnCard, ...]
    undrawn: dict[str, int] = field(default_factory=dict[str, int])  # resources that are not drawn, by type
    total: int = 0
