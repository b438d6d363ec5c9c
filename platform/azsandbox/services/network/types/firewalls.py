"""Azure Firewall, its policies and their groups of rule collections."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented, recorded
from azsandbox.arm.model import Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.network import defaults, outputs
from azsandbox.services.network.rules import firewalls
from azsandbox.services.network.types.common import FIREWALL_POLICY, NAME, PROVIDER, PUBLIC_IP_ADDRESS

_POLICY = PROVIDER + "firewallPolicies/{firewallPolicyName}"
_PREMIUM = "Azure Firewall Premium features"
_RULES = "Azure Firewall Policy rule sets"

TYPES = (
    ResourceType(
        token="azure-native:network:AzureFirewall",
        defaults=defaults.AZURE_FIREWALL,
        path=PROVIDER + "azureFirewalls/{azureFirewallName}",
        name=NAME,
        references=(
            Reference("ipConfigurations[].subnet.id", (kinds.SUBNET,)),
            Reference("ipConfigurations[].publicIPAddress.id", (PUBLIC_IP_ADDRESS,)),
            Reference("managementIpConfiguration.subnet.id", (kinds.SUBNET,)),
            Reference("managementIpConfiguration.publicIPAddress.id", (PUBLIC_IP_ADDRESS,)),
            Reference("firewallPolicy.id", (FIREWALL_POLICY,)),
        ),
        laws=(
            laws.SameRegion(path="ipConfigurations[].subnet.id"),
            laws.SameRegion(path="ipConfigurations[].publicIPAddress.id"),
            laws.Unique(path="ipConfigurations", by=("publicIPAddress.id",)),
        ),
        early=(firewalls.firewall_is_in_its_subnets,),
        rules=(firewalls.management_configuration_is_complete, firewalls.addresses_suit_the_firewall),
        outputs=outputs.azure_firewall,
        claims=(
            documented("is in AzureFirewallSubnet, and its management in AzureFirewallManagementSubnet"),
            recorded("a management configuration has a subnet and a public address"),
            documented("its addresses are of SKU Standard, and in use by nothing else"),
        ),
    ),
    ResourceType(
        token="azure-native:network:FirewallPolicy",
        defaults=defaults.FIREWALL_POLICY,
        path=_POLICY,
        name=NAME,
        references=(Reference("basePolicy.id", (FIREWALL_POLICY,)),),
        laws=(
            *(
                laws.Feature(
                    path=path,
                    only_with="sku.tier",
                    among=("Premium",),
                    default="Standard",
                    source=_PREMIUM,
                )
                for path in ("intrusionDetection", "transportSecurity")
            ),
        ),
    ),
    ResourceType(
        token="azure-native:network:FirewallPolicyRuleCollectionGroup",
        defaults=defaults.RULE_COLLECTION_GROUP,
        path=_POLICY + "/ruleCollectionGroups/{ruleCollectionGroupName}",
        name=NAME,
        laws=(
            laws.Between(path="priority", least=100, most=65000, source=_RULES),
            laws.Between(path="ruleCollections[].priority", least=100, most=65000, source=_RULES),
            laws.Unique(path="ruleCollections"),
            laws.Unique(path="ruleCollections[].rules"),
            laws.Needs(
                within="ruleCollections[]",
                when="ruleCollectionType",
                needs=("priority", "action"),
                source=_RULES,
            ),
        ),
        early=(firewalls.rules_match_their_collection,),
        claims=(documented("a collection holds rules of one type: DNAT, network or application"),),
    ),
)
