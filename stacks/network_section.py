"""The section `network` of a stack file: ranges, the way out, and public network access."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from roastery.domain import Cidr, HostName, StrictSettings

RESERVED = 5  # addresses of every subnet that Azure keeps for itself: the first four and the last
_SMALLEST = {"bastion": 26, "firewall": 26, "private_endpoints": 27, "agents": 28, "jump_box": 29}


class SubnetsSection(StrictSettings):
    """Subnets of the VNet."""

    cluster: Cidr = Field(description="Nodes of AKS; pods get overlay addresses.")
    private_endpoints: Cidr = Field(description="One address per private endpoint and zone record.")
    bastion: Cidr = Field(description="AzureBastionSubnet; /26 or larger.")
    agents: Cidr = Field(description="Build agents that run `pulumi up` against the private API server.")
    jump_box: Cidr = Field(description="The jump box people reach through Bastion.")
    firewall: Cidr | None = Field(
        default=None, description="AzureFirewallSubnet; /26 or larger; for egress firewall."
    )

    def ranges(self) -> dict[str, IPv4Network]:
        """The ranges by name of subnet."""
        ranges = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: range_ for name, range_ in ranges.items() if range_ is not None}

    @model_validator(mode="after")
    def _sizes(self) -> Self:
        for name, network in self.ranges().items():
            least = _SMALLEST.get(name, 32)
            if network.prefixlen > least:
                raise ValueError(f"subnets.{name} {network} is too small: /{least} or larger is needed")
        return self

    @model_validator(mode="after")
    def _apart(self) -> Self:
        ranges = list(self.ranges().items())
        for i, (name, network) in enumerate(ranges):
            for other, range_ in ranges[i + 1 :]:
                if network.overlaps(range_):
                    raise ValueError(f"subnets.{name} {network} overlaps subnets.{other} {range_}")
        return self


PublicService = Literal["vault", "storage", "registry", "workspace", "cluster"]


def _egress(value: object) -> object:
    """Reads the values of the old key `open_egress` too."""
    return {True: "open", False: "tags"}[value] if isinstance(value, bool) else value


class NetworkSection(StrictSettings):
    """The virtual network, and public network access."""

    cidr: Cidr = Field(description="The VNet's range.")
    subnets: SubnetsSection
    public_access: tuple[PublicService, ...] = Field(
        default=(),
        validation_alias=AliasChoices("public_access", "public_doors"),
        description="Services with public network access from the allowed addresses; none in prod.",
    )
    allowed_addresses: tuple[Cidr, ...] = Field(
        default=(), description="Public ranges that may reach the services of public_access."
    )
    egress: Annotated[Literal["firewall", "tags", "open"], BeforeValidator(_egress)] = Field(
        default="tags",
        validation_alias=AliasChoices("egress", "open_egress"),
        description="How traffic leaves. firewall: Azure Firewall, by name of host; needs "
        "subnets.firewall. tags: the cluster by service tags, which opens the whole region's ranges; agents "
        "and jump box to the Internet. open: everything to the Internet, needed while charts and images are "
        "not mirrored.",
    )
    allowed_hosts: tuple[HostName, ...] = Field(
        default=(),
        description="For egress firewall: more hosts that pods may reach on 443, such as those that "
        "Snowflake's SYSTEM$ALLOWLIST() names beside the account's. *.example.com allows every host below "
        "it.",
    )
    forge_ranges: tuple[Cidr, ...] = Field(
        default=(),
        description="For egress tags: public ranges of the repository's host, instead of the published ones "
        "of Azure DevOps and GitHub.",
    )
    callers: tuple[Cidr, ...] = Field(
        default=(),
        description="Ranges of connected networks from which planners call the endpoint and people the API "
        "server.",
    )

    @model_validator(mode="after")
    def _inside(self) -> Self:
        for name, network in self.subnets.ranges().items():
            if not network.subnet_of(self.cidr):
                raise ValueError(f"subnets.{name} {network} lies outside network.cidr {self.cidr}")
        if self.public_access and not self.allowed_addresses:
            raise ValueError(
                "public_access without allowed_addresses: name the public ranges that may reach the services"
            )
        return self

    @model_validator(mode="after")
    def _way_out(self) -> Self:
        behind_firewall = self.egress == "firewall"
        if behind_firewall and not self.subnets.firewall:
            raise ValueError("egress firewall needs subnets.firewall: a free /26 in network.cidr")
        idle = {
            "subnets.firewall": self.subnets.firewall and not behind_firewall,
            "allowed_hosts": self.allowed_hosts and not behind_firewall,
            "forge_ranges": self.forge_ranges and self.egress != "tags",
        }
        for name in (name for name, unused in idle.items() if unused):
            raise ValueError(f"{name} is set, but egress {self.egress} does not use it: remove it")
        return self

    def public_ranges(self, service: PublicService) -> Sequence[IPv4Network]:
        """The public ranges that may reach the service; none if it has no public network access."""
        return self.allowed_addresses if service in self.public_access else ()
