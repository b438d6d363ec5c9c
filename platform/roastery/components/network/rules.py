"""Security rules of each subnet: exactly what its service needs, then a denial of everything else.

Sources: learn.microsoft.com "Working with NSG access and Azure Bastion", "Configure inbound and outbound
network traffic" (Azure Machine Learning), "Outbound network and FQDN rules for AKS".

Ranges instead of the tag VirtualNetwork: where a route sends 0.0.0.0/0 to a firewall, that tag may contain
the whole Internet ("Virtual network service tags").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ANY = "*"
Egress = Literal["firewall", "tags", "open"]
Protocol = Literal["Tcp", "Udp", "*"]


@dataclass(frozen=True, kw_only=True)
class SecurityRule:
    """One rule; its position in the table is its priority."""

    name: str
    direction: Literal["Inbound", "Outbound"]
    source: str | tuple[str, ...]
    target: str | tuple[str, ...]
    ports: tuple[str, ...]
    protocol: Protocol = "Tcp"
    access: Literal["Allow", "Deny"] = "Allow"


def inbound(
    name: str,
    source: str | tuple[str, ...],
    *ports: str,
    target: str | tuple[str, ...] = ANY,
    protocol: Protocol = "Tcp",
) -> SecurityRule:
    """Allows traffic from `source` to these ports."""
    return SecurityRule(
        name=f"In-{name}", direction="Inbound", source=source, target=target, ports=ports, protocol=protocol
    )


def outbound(
    name: str,
    target: str | tuple[str, ...],
    *ports: str,
    source: str | tuple[str, ...] = ANY,
    protocol: Protocol = "Tcp",
) -> SecurityRule:
    """Allows traffic to these ports of `target`."""
    return SecurityRule(
        name=f"Out-{name}", direction="Outbound", source=source, target=target, ports=ports, protocol=protocol
    )


def _deny(direction: Literal["Inbound", "Outbound"], name: str) -> SecurityRule:
    return SecurityRule(
        name=name, direction=direction, source=ANY, target=ANY, ports=(ANY,), protocol="*", access="Deny"
    )


DENY_ALL = (_deny("Inbound", "In-DenyAll"), _deny("Outbound", "Out-DenyAll"))
_VNET = "VirtualNetwork"

# Bastion refuses a group that lacks one of these, with these very tags.
BASTION = (
    inbound("Https", "Internet", "443"),
    inbound("GatewayManager", "GatewayManager", "443"),
    inbound("LoadBalancer", "AzureLoadBalancer", "443"),
    inbound("DataPlane", _VNET, "8080", "5701", target=_VNET, protocol="*"),
    outbound("Targets", _VNET, "22", "3389", protocol="*"),
    outbound("AzureCloud", "AzureCloud", "443"),
    outbound("DataPlane", _VNET, "8080", "5701", source=_VNET, protocol="*"),
    outbound("Certificates", "Internet", "80", protocol="*"),
)


@dataclass(frozen=True, kw_only=True)
class NetworkLayout:
    """What decides the rules of all subnets.

    Args:
        region: for the regional service tags.
        subnets: ranges by name: `cluster`, `private_endpoints`, `bastion`, `agents`, `jump_box`.
        pods: range of the pods' overlay, which nodes talk to without encapsulation.
        egress: how traffic leaves: through a firewall, to service tags, or to the whole Internet.
        forge: public ranges of the repository.
        callers: ranges that call the endpoint from other networks.
        push_senders: public ranges that report pushes.
        private_ports: ports of private endpoints: 5671 beside 443 for an event hub.
    """

    region: str
    subnets: Mapping[str, str]
    pods: str
    egress: Egress
    forge: tuple[str, ...]
    callers: tuple[str, ...] = ()
    push_senders: tuple[str, ...] = ()
    private_ports: tuple[str, ...] = field(default=("443",))


def rules_of(subnet: str, layout: NetworkLayout) -> tuple[SecurityRule, ...]:
    """The rules of a subnet without the denials.

    Args:
        subnet: its name in `layout.subnets`.
        layout: of the network.

    Raises:
        ValueError: no rules are known for that subnet.
    """
    match subnet:
        case "cluster":
            return cluster(layout)
        case "private_endpoints":
            return private_endpoints(layout)
        case "bastion":
            return BASTION
        case "agents":
            return agents(layout)
        case "jump_box":
            return jump_box(layout)
        case _:
            raise ValueError(f"no rules for subnet {subnet}")


def cluster(layout: NetworkLayout) -> tuple[SecurityRule, ...]:
    """Nodes and pods of AKS with Azure ML.

    Azure ML's page also lists BatchNodeManagement and the ports 8787, 18881 and 5831: they are for its own
    compute instances and clusters, and this network has none.
    """
    own = (layout.subnets["cluster"], layout.pods)
    # Of the API server as well, whose private endpoint is in this subnet.
    callers = (layout.subnets["agents"], layout.subnets["jump_box"], *layout.callers)
    return (
        inbound("Own", own, ANY, target=own, protocol="*"),
        inbound("LoadBalancer", "AzureLoadBalancer", ANY, protocol="*"),
        inbound("Scoring", callers, "443"),
        *((inbound("Push", layout.push_senders, "443"),) if layout.push_senders else ()),
        outbound("Own", own, ANY, source=own, protocol="*"),
        _to_private_endpoints(layout),
        *(_tags(layout) if layout.egress == "tags" else (_INTERNET,)),
    )


def _tags(layout: NetworkLayout) -> tuple[SecurityRule, ...]:
    """The cluster's way out without a firewall; what it leaves open is in docs/security.md."""
    region = layout.region
    return (
        outbound("EntraId", "AzureActiveDirectory", "80", "443"),
        outbound("MachineLearning", "AzureMachineLearning", "443"),
        outbound("ResourceManager", "AzureResourceManager", "443"),
        outbound("Storage", f"Storage.{region}", "443"),
        outbound("FrontDoor", "AzureFrontDoor.FrontEnd", "443"),
        outbound("ContainerRegistry", "MicrosoftContainerRegistry", "443"),
        outbound("FrontDoorFirstParty", "AzureFrontDoor.FirstParty", "443"),
        outbound("Monitor", "AzureMonitor", "443"),
        # Without a tag of their own: Snowflake on Azure, the extension's configuration service, Azure Policy,
        # Defender, Azure ML's system logs. They answer from the region's ranges.
        outbound("Region", f"AzureCloud.{region}", "443"),
        outbound("Forge", layout.forge, "443"),
    )


def private_endpoints(layout: NetworkLayout) -> tuple[SecurityRule, ...]:
    """Private endpoints answer the subnets that use them; they start no connection themselves."""
    users = tuple(layout.subnets[name] for name in ("cluster", "agents", "jump_box"))
    return (inbound("Services", users, *layout.private_ports),)


def agents(layout: NetworkLayout) -> tuple[SecurityRule, ...]:
    """Build agents start every connection themselves; nobody signs in to them.

    What they download has no service tag: without a firewall they reach the whole Internet.
    """
    return (_to_private_endpoints(layout), _to_cluster(layout), _INTERNET)


def jump_box(layout: NetworkLayout) -> tuple[SecurityRule, ...]:
    """Only Bastion's subnet may sign in; as for agents, only a firewall can name what it downloads."""
    return (
        inbound("Bastion", layout.subnets["bastion"], "22"),
        _to_private_endpoints(layout),
        _to_cluster(layout),
        _INTERNET,
    )


# 80 for packages of Ubuntu and certificate checks. With egress `firewall`, a route sends all of it there.
_INTERNET = outbound("Internet", "Internet", "80", "443")


def _to_private_endpoints(layout: NetworkLayout) -> SecurityRule:
    """To vault, storage, registry, workspace, the state of Pulumi and its key."""
    return outbound("PrivateEndpoints", layout.subnets["private_endpoints"], *layout.private_ports)


def _to_cluster(layout: NetworkLayout) -> SecurityRule:
    """To the API server, whose endpoint is in the nodes' subnet, and to the endpoint of the model."""
    return outbound("Cluster", layout.subnets["cluster"], "443")
