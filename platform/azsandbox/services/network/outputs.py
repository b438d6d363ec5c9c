"""What Azure adds to network resources: ids, addresses and host names."""

from __future__ import annotations

import ipaddress
from typing import Any

from azsandbox.arm import identities, ids, regions
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.services import kinds
from azsandbox.services.network.addresses import allocate
from azsandbox.services.network.default_rules import default_rules
from azsandbox.services.network.private_link import MANUAL, host_names_of, target_and_group, zones_of

_AUTOMATIC = "privateLinkServiceConnections"


def virtual_network(request: Request) -> Values:
    return {
        "resourceGuid": identities.made_up("network", request.id),
        "enableDdosProtection": bool(request.inputs.get("enableDdosProtection")),
    }


def virtual_network_peering(request: Request) -> Values:
    remote = request.at("remoteVirtualNetwork.id")
    network = request.subscription.get(remote) if isinstance(remote, str) else None
    space = network.inputs.get("addressSpace") if network else None
    prefixes = walk.value(space, "addressPrefixes")
    addresses = {"addressPrefixes": prefixes} if isinstance(prefixes, list) else None
    return {"peeringState": "Connected", **({"remoteAddressSpace": addresses} if addresses else {})}


def security_group(request: Request) -> Values:
    return {
        "resourceGuid": identities.made_up("security group", request.id),
        "defaultSecurityRules": list(default_rules(request.id)),
    }


def public_ip_address(request: Request) -> Values:
    number = int(identities.made_up("address", request.id)[:4], 16)
    # 203.0.113.0/24 is reserved for documentation: nobody's address is shown by accident.
    outputs: Values = {
        "ipAddress": str(ipaddress.ip_address("203.0.113.0") + number % 256),
        "resourceGuid": identities.made_up("public address", request.id),
    }
    label = request.at("dnsSettings.domainNameLabel")
    if label:
        region = regions.canonical(str(request.inputs.get("location", "")))
        outputs["dnsSettings"] = {"domainNameLabel": label, "fqdn": f"{label}.{region}.cloudapp.azure.com"}
    return outputs


def bastion_host(request: Request) -> Values:
    return {"dnsName": f"bst-{identities.made_up('bastion', request.id)}.bastion.azure.com"}


def azure_firewall(request: Request) -> Values:
    """Its private address is the first free one of its subnet."""
    configurations: list[Values] = []
    for _, configuration in walk.objects(request.inputs, "ipConfigurations[]"):
        subnet = walk.value(configuration, "subnet.id")
        free = allocate(request.subscription, subnet, request.id) if isinstance(subnet, str) else []
        configurations.append(
            {
                **configuration,
                "id": f"{request.id}/azureFirewallIpConfigurations/{configuration.get('name')}",
                "provisioningState": "Succeeded",
                "privateIPAllocationMethod": "Dynamic",
                **({"privateIPAddress": free[0]} if free else {}),
            }
        )
    return {"ipConfigurations": configurations} if configurations else {}


def network_interface(request: Request) -> Values:
    configurations: list[Any] = []
    for _, configuration in walk.objects(request.inputs, "ipConfigurations[]"):
        subnet = walk.value(configuration, "subnet.id")
        address = configuration.get("privateIPAddress")
        if not address:
            free = allocate(request.subscription, str(subnet), request.id) if subnet else []
            address = free[0] if free else None
        configurations.append(
            {
                **configuration,
                "id": f"{request.id}/ipConfigurations/{configuration.get('name')}",
                "privateIPAddress": address,
                "primary": configuration.get("primary", not configurations),
                "privateIPAllocationMethod": configuration.get("privateIPAllocationMethod", "Dynamic"),
                "provisioningState": "Succeeded",
            }
        )
    return {
        "ipConfigurations": configurations,
        "resourceGuid": identities.made_up("interface", request.id),
        "hostedWorkloads": [],
    }


def private_endpoint(request: Request) -> Values:
    target, group = target_and_group(request.inputs)
    subnet, hosts = request.at("subnet.id"), host_names_of(group)
    static = [str(value) for _, value in walk.values(request.inputs, "ipConfigurations[].privateIPAddress")]
    addresses = static
    if not static and isinstance(subnet, str):
        addresses = allocate(request.subscription, subnet, request.id, hosts)
    interface = request.inputs.get("customNetworkInterfaceName") or f"{request.name}.nic"
    interface_id = f"{ids.group_of(request.id)}/providers/{kinds.NETWORK_INTERFACE}/{interface}"
    name = ids.parse(target).name.lower()
    zones = [zone.removeprefix("privatelink.") for zone in zones_of(request.inputs) * hosts]
    dns_configurations = [
        {"fqdn": f"{name}.{zone}", "ipAddresses": [address]}
        for zone, address in zip(zones, addresses, strict=False)
    ]
    return {
        **{name: _connections(request, name) for name in (MANUAL, _AUTOMATIC) if request.inputs.get(name)},
        "networkInterfaces": [{"id": interface_id}],
        "customDnsConfigs": dns_configurations,
    }


def _connections(request: Request, name: str) -> list[Values]:
    """The connections as Azure reports them: one that is approved by hand waits for its owner."""
    status = (
        {"status": "Pending", "description": "Awaiting approval", "actionsRequired": "None"}
        if name == MANUAL
        else {"status": "Approved", "description": "Auto-Approved", "actionsRequired": "None"}
    )
    return [
        {
            **connection,
            "id": f"{request.id}/{name}/{connection.get('name')}",
            "privateLinkServiceConnectionState": status,
            "provisioningState": "Succeeded",
        }
        for _, connection in walk.objects(request.inputs, f"{name}[]")
    ]
