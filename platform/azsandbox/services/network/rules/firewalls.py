"""What Azure refuses about firewalls and their policies.

Sources, read 2026-12-01: learn.microsoft.com/azure/firewall (firewall-faq, policy-rule-sets); for the
management configuration Azure/azure-cli issue 32624.
"""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.network.published import FIREWALL_MANAGEMENT_SUBNET, FIREWALL_SUBNET
from azsandbox.services.network.rules.public_ip_addresses import addresses_are_free, targets
from azsandbox.services.network.rules.skus import sku_name

_SUBNETS = {
    "ipConfigurations[].subnet.id": FIREWALL_SUBNET,
    "managementIpConfiguration.subnet.id": FIREWALL_MANAGEMENT_SUBNET,
}
_ADDRESSES = ("ipConfigurations[].publicIPAddress.id", "managementIpConfiguration.publicIPAddress.id")
_NAT = "FirewallPolicyNatRuleCollection"


def firewall_is_in_its_subnets(inputs: Values) -> Iterator[Problem]:
    for path, name in _SUBNETS.items():
        for where, subnet in walk.values(inputs, path):
            if isinstance(subnet, str) and ids.parse(subnet).name != name:
                yield Problem(where, f"must be the subnet {name}, not '{subnet}' (Azure Firewall FAQ)")


def management_configuration_is_complete(request: Request) -> None:
    management = request.inputs.get("managementIpConfiguration")
    if management and not (
        request.at("managementIpConfiguration.subnet.id")
        and request.at("managementIpConfiguration.publicIPAddress.id")
    ):
        raise ArmError(
            400,
            "AzureFirewallManagementIpConfigRequiresSubnetAndPublicIp",
            "AzureFirewall management IP configuration requires both a subnet and a public IP address.",
        )


def addresses_suit_the_firewall(request: Request) -> None:
    for path in _ADDRESSES:
        addresses_are_free(request, path)
        for address in targets(request, path):
            if (sku_name(address.inputs) or "Basic") != "Standard":
                raise ArmError(
                    400,
                    "AzureFirewallPublicIpAddressSkuInvalid",
                    f"Azure Firewall {request.name} needs a static public IP address of SKU Standard, not "
                    f"'{address.id}'.",
                )


def rules_match_their_collection(inputs: Values) -> Iterator[Problem]:
    """DNAT rules only in DNAT collections; network and application rules apart."""
    for path, collection in walk.objects(inputs, "ruleCollections[]"):
        types = {str(value) for _, value in walk.values(collection, "rules[].ruleType")}
        nat = collection.get("ruleCollectionType") == _NAT
        if len(types) > 1 or (types and nat != (types == {"NatRule"})):
            kind = "DNAT rules only" if nat else "network rules or application rules, not both, and no DNAT"
            yield Problem(f"{path}.rules", f"has {', '.join(sorted(types))}, but the collection takes {kind}")
