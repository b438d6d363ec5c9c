"""Security rules of each subnet: exactly what its service needs, then a denial of everything else.

Sources: learn.microsoft.com "Working with NSG access and Azure Bastion", "Configure inbound and outbound
network traffic" (Azure Machine Learning), "Outbound network and FQDN rules for AKS".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

ANY = "*"


@dataclass(frozen=True, kw_only=True)
class SecurityRule:
    """One rule; its position in the table is its priority."""

    name: str
    direction: Literal["Inbound", "Outbound"]
    source: str | tuple[str, ...]
    target: str | tuple[str, ...]
    ports: tuple[str, ...]
    protocol: Literal["Tcp", "Udp", "*"] = "Tcp"
    access: Literal["Allow", "Deny"] = "Allow"


def inbound(
    name: str,
    source: str | tuple[str, ...],
    *ports: str,
    target: str | tuple[str, ...] = ANY,
    protocol: Literal["Tcp", "Udp", "*"] = "Tcp",
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
    protocol: Literal["Tcp", "Udp", "*"] = "Tcp",
) -> SecurityRule:
    """Allows traffic to these ports of `target`."""
    return SecurityRule(
        name=f"Out-{name}", direction="Outbound", source=source, target=target, ports=ports, protocol=protocol
    )


DENY_ALL = (
    SecurityRule(
        name="In-DenyAll",
        direction="Inbound",
        source=ANY,
        target=ANY,
        ports=(ANY,),
        protocol="*",
        access="Deny",
    ),
    SecurityRule(
        name="Out-DenyAll",
        direction="Outbound",
        source=ANY,
        target=ANY,
        ports=(ANY,),
        protocol="*",
        access="Deny",
    ),
)

_VNET = "VirtualNetwork"
_INTERNET = outbound("Internet", "Internet", "443")

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


def cluster(region: str, ranges: Sequence[str], *, open_egress: bool) -> tuple[SecurityRule, ...]:
    """Nodes and pods of AKS with Azure ML.

    Args:
        region: for the regional service tags.
        ranges: those of nodes and of pods, which talk to each other without encapsulation.
        open_egress: whether images and charts come from the Internet.
    """
    own = tuple(ranges)
    return (
        inbound("Own", own, ANY, target=own, protocol="*"),
        inbound("LoadBalancer", "AzureLoadBalancer", ANY, protocol="*"),
        inbound("Scoring", _VNET, "443"),
        outbound("Own", own, ANY, source=own, protocol="*"),
        outbound("PrivateEndpoints", _VNET, "443"),
        outbound("EntraId", "AzureActiveDirectory", "80", "443"),
        outbound("MachineLearning", "AzureMachineLearning", "443", "8787", "18881"),
        outbound("MachineLearningUdp", "AzureMachineLearning", "5831", protocol="Udp"),
        outbound("BatchNodes", f"BatchNodeManagement.{region}", "443"),
        outbound("ResourceManager", "AzureResourceManager", "443"),
        outbound("Storage", f"Storage.{region}", "443"),
        outbound("FrontDoor", "AzureFrontDoor.FrontEnd", "443"),
        outbound("ContainerRegistry", "MicrosoftContainerRegistry", "443"),
        outbound("FrontDoorFirstParty", "AzureFrontDoor.FirstParty", "443"),
        outbound("Monitor", "AzureMonitor", "443"),
        # Snowflake has no service tag; its Azure deployments answer from the cloud's own ranges.
        outbound("Snowflake", f"AzureCloud.{region}", "443"),
        *((_INTERNET,) if open_egress else ()),
    )


def private_endpoints() -> tuple[SecurityRule, ...]:
    """Private endpoints answer on 443 from inside; they start no connection themselves."""
    return (inbound("Https", _VNET, "443"),)


def agents(*, open_egress: bool) -> tuple[SecurityRule, ...]:
    """Build agents start every connection themselves; nobody signs in to them."""
    return (
        outbound("Inside", _VNET, "443"),
        outbound("EntraId", "AzureActiveDirectory", "443"),
        outbound("ResourceManager", "AzureResourceManager", "443"),
        outbound("ContainerRegistry", "MicrosoftContainerRegistry", "443"),
        outbound("FrontDoorFirstParty", "AzureFrontDoor.FirstParty", "443"),
        outbound("Monitor", "AzureMonitor", "443"),
        outbound("AzureDevOps", "AzureDevOps", "443"),
        *((_INTERNET,) if open_egress else ()),
    )


def jump_box(bastion: str) -> tuple[SecurityRule, ...]:
    """Only Bastion's subnet may sign in."""
    return (
        inbound("Bastion", bastion, "22"),
        outbound("Inside", _VNET, "443"),
        outbound("EntraId", "AzureActiveDirectory", "443"),
        outbound("ResourceManager", "AzureResourceManager", "443"),
        outbound("Monitor", "AzureMonitor", "443"),
        outbound("MachineLearning", "AzureMachineLearning", "443"),
    )
