"""Security groups: well-formed rules, and the ones that Bastion asks for."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import identities, ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem, suggestion

PRIORITIES = range(100, 4097)
PORTS = range(65536)

# learn.microsoft.com/azure/virtual-network/service-tags-overview; some take a region: Storage.westeurope
SERVICE_TAGS = frozenset(
    [
        "ActionGroup",
        "ApiManagement",
        "AppConfiguration",
        "AppService",
        "AzureActiveDirectory",
        "AzureAdvancedThreatProtection",
        "AzureArcInfrastructure",
        "AzureAttestation",
        "AzureBackup",
        "AzureCloud",
        "AzureContainerRegistry",
        "AzureCosmosDB",
        "AzureDataLake",
        "AzureDevOps",
        "AzureDigitalTwins",
        "AzureEventGrid",
        "AzureFrontDoor.Backend",
        "AzureFrontDoor.FirstParty",
        "AzureFrontDoor.Frontend",
        "AzureFrontDoor.FrontEnd",
        "AzureInformationProtection",
        "AzureKeyVault",
        "AzureLoadBalancer",
        "AzureMachineLearning",
        "AzureMachineLearningInference",
        "AzureManagedGrafana",
        "AzureMonitor",
        "AzureOpenDatasets",
        "AzurePlatformDNS",
        "AzurePlatformIMDS",
        "AzurePlatformLKM",
        "AzureResourceManager",
        "AzureSentinel",
        "AzureSignalR",
        "AzureSiteRecovery",
        "AzureTrafficManager",
        "AzureUpdateDelivery",
        "BatchNodeManagement",
        "CognitiveServicesManagement",
        "DataFactory",
        "DataFactoryManagement",
        "EventHub",
        "GatewayManager",
        "GuestAndHybridManagement",
        "Internet",
        "LogicApps",
        "LogicAppsManagement",
        "M365ManagementActivityApi",
        "MicrosoftCloudAppSecurity",
        "MicrosoftContainerRegistry",
        "MicrosoftDefenderForEndpoint",
        "PowerBI",
        "ServiceBus",
        "ServiceFabric",
        "Sql",
        "SqlManagement",
        "Storage",
        "StorageSyncService",
        "VirtualNetwork",
        "WindowsAdminCenter",
        "WindowsVirtualDesktop",
    ]
)
_TAGS = {tag.lower(): tag for tag in SERVICE_TAGS}


def rules_fit(inputs: Values) -> Iterator[Problem]:
    """The rules that a group declares inline."""
    taken: dict[tuple[Any, Any], str] = {}
    declared: Any = inputs.get("securityRules")
    for index, rule in enumerate(declared if isinstance(declared, list) else []):
        if not isinstance(rule, dict):
            continue
        yield from rule_fits(rule, f"securityRules[{index}].")
        place = (rule.get("direction"), rule.get("priority"))
        if place in taken and isinstance(place[1], int):
            yield Problem(
                f"securityRules[{index}].priority",
                f"{place[1]} of {rule.get('name')!r} is taken by {taken[place]!r} in the same direction",
                code="SecurityRuleConflict",
            )
        taken[place] = str(rule.get("name"))


def rule_fits(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    priority = inputs.get("priority")
    if isinstance(priority, int) and priority not in PRIORITIES:
        yield Problem(f"{prefix}priority", f"is {priority}, but must be 100 to 4096", code="priority")
    for end in ("source", "destination"):
        for name in (f"{end}PortRange", f"{end}PortRanges"):
            for value in _listed(inputs.get(name)):
                if isinstance(value, str) and not _port(value):
                    yield Problem(prefix + name, f"{value!r} is no port, range of ports or *", code="port")
        for name in (f"{end}AddressPrefix", f"{end}AddressPrefixes"):
            for value in _listed(inputs.get(name)):
                if isinstance(value, str) and not _address(value):
                    hint = suggestion(value, SERVICE_TAGS)
                    yield Problem(
                        prefix + name,
                        f"{value!r} is no address range, service tag or *{hint}",
                        code="address",
                    )
        if not any(
            inputs.get(f"{end}{kind}")
            for kind in ("AddressPrefix", "AddressPrefixes", "ApplicationSecurityGroups")
        ):
            yield Problem(f"{prefix}{end}AddressPrefix", "is required: say * for any", code="required")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _port(value: str) -> bool:
    if value == "*":
        return True
    if not re.fullmatch(r"\d+(-\d+)?", value):
        return False
    low, _, high = value.partition("-")
    return int(low) in PORTS and int(high or low) in PORTS and int(low) <= int(high or low)


def _address(value: str) -> bool:
    if value == "*" or value.lower() in _TAGS or value.partition(".")[0].lower() in _TAGS:
        return True
    try:
        ipaddress.ip_network(value)
    except ValueError:
        return False
    return True


def priority_is_free(request: Request) -> None:
    above = ids.parent_of(request.id) or ""
    for other in request.subscription.below(above):
        if not other.kind.endswith("/securityrules") or ids.key(other.id) == ids.key(request.id):
            continue
        same = all(other.inputs.get(name) == request.inputs.get(name) for name in ("priority", "direction"))
        if same and request.inputs.get("__inline") is None:
            raise ArmError(
                400,
                "SecurityRuleConflict",
                f"Security rule {request.name} conflicts with rule {other.name}. Rules cannot have the "
                "same Priority and "
                "Direction.",
            )


def group_outputs(request: Request) -> Values:
    return {"resourceGuid": identities.made_up("security group", request.id)}


Wanted = tuple[str, str, str, str]  # direction, source, destination, port

# learn.microsoft.com/azure/bastion/bastion-nsg
BASTION_RULES: tuple[Wanted, ...] = (
    ("Inbound", "Internet", "*", "443"),
    ("Inbound", "GatewayManager", "*", "443"),
    ("Inbound", "AzureLoadBalancer", "*", "443"),
    ("Inbound", "VirtualNetwork", "VirtualNetwork", "8080"),
    ("Inbound", "VirtualNetwork", "VirtualNetwork", "5701"),
    ("Outbound", "*", "VirtualNetwork", "22"),
    ("Outbound", "*", "VirtualNetwork", "3389"),
    ("Outbound", "*", "AzureCloud", "443"),
    ("Outbound", "VirtualNetwork", "VirtualNetwork", "8080"),
    ("Outbound", "VirtualNetwork", "VirtualNetwork", "5701"),
    ("Outbound", "*", "Internet", "80"),
)


def missing_rules(rules: list[Values], wanted: tuple[Wanted, ...]) -> list[str]:
    """The wanted openings that no allowing rule makes."""
    return [
        f"{direction} {source}→{destination}:{port}"
        for direction, source, destination, port in wanted
        if not any(
            rule.get("access") == "Allow"
            and rule.get("direction") == direction
            and _covers(rule, "source", source)
            and _covers(rule, "destination", destination)
            and _opens(rule, port)
            for rule in rules
        )
    ]


def _covers(rule: Values, end: str, wanted: str) -> bool:
    values = [*_listed(rule.get(f"{end}AddressPrefix")), *_listed(rule.get(f"{end}AddressPrefixes"))]
    if wanted == "*":
        # Microsoft's own example narrows "any" destination to the network at most.
        return any(value in {"*", "VirtualNetwork", "Internet", "0.0.0.0/0"} for value in values)
    return any(isinstance(value, str) and value.lower() in {"*", wanted.lower()} for value in values) or (
        wanted == "Internet" and any(isinstance(value, str) and "/" in value for value in values)
    )


def _opens(rule: Values, port: str) -> bool:
    ranges = [*_listed(rule.get("destinationPortRange")), *_listed(rule.get("destinationPortRanges"))]
    for value in ranges:
        if value == "*":
            return True
        if isinstance(value, str) and _port(value):
            low, _, high = value.partition("-")
            if int(low) <= int(port) <= int(high or low):
                return True
    return False
