"""Network security groups and their rules."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented, recorded, specified
from azsandbox.arm.model import Inline, InUse, ResourceType
from azsandbox.services.network import outputs
from azsandbox.services.network.rules import security_groups, security_rules, special_subnets
from azsandbox.services.network.types.common import NAME, PROVIDER

_GROUP = PROVIDER + "networkSecurityGroups/{networkSecurityGroupName}"

TYPES = (
    ResourceType(
        token="azure-native:network:NetworkSecurityGroup",
        path=_GROUP,
        name=NAME,
        laws=(
            laws.Unique(path="securityRules"),
            laws.AtMost(path="securityRules", most=1000, source="networking limits"),
        ),
        early=(security_groups.inline_rules_are_valid, security_rules.inline_fields_are_valid),
        rules=(special_subnets.group_keeps_bastions_rules,),
        outputs=outputs.security_group,
        inline=(Inline("securityRules", "azure-native:network:SecurityRule"),),
        in_use=InUse(
            code="InUseNetworkSecurityGroupCannotBeDeleted",
            message="Network security group {id} cannot be deleted because it is in use by {by}.",
        ),
        claims=(
            specified("priorities are declared, 100 to 4096, and unique per direction"),
            specified("ports and prefixes are well-formed"),
            specified("ports and addresses are each named in one way: a single value, a list or groups"),
            recorded("all addresses of a rule are of one family"),
            specified("a description has at most 140 characters"),
            documented("the group of AzureBastionSubnet keeps the rules that Bastion requires"),
            documented("a service tag is a published one, with a region or without; lists have ranges only"),
            documented("can't be deleted while a subnet or network interface uses it"),
        ),
    ),
    ResourceType(
        token="azure-native:network:SecurityRule",
        path=_GROUP + "/securityRules/{securityRuleName}",
        name=NAME,
        early=(security_groups.rule_is_valid, security_rules.fields_are_valid),
        rules=(security_groups.priority_is_free, special_subnets.rule_keeps_bastions_rules),
        claims=(
            recorded("no other rule of its group has its priority and direction, inline or of its own"),
            specified("its priority is 100 to 4096, its ports and addresses are well-formed"),
            specified("ports and addresses are each named in one way: a single value, a list or groups"),
            recorded("all addresses of a rule are of one family"),
        ),
    ),
)
