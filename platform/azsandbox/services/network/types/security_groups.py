"""Network security groups and their rules."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import Inline, InUse, ResourceType
from azsandbox.services.network import outputs
from azsandbox.services.network.rules import security_groups
from azsandbox.services.network.types.common import NAME, PROVIDER

_GROUP = PROVIDER + "networkSecurityGroups/{networkSecurityGroupName}"

TYPES = (
    ResourceType(
        token="azure-native:network:NetworkSecurityGroup",
        path=_GROUP,
        name=NAME,
        early=(security_groups.inline_rules_are_valid,),
        outputs=outputs.security_group,
        inline=(Inline("securityRules", "azure-native:network:SecurityRule"),),
        in_use=InUse(
            code="InUseNetworkSecurityGroupCannotBeDeleted",
            message="Network security group {id} cannot be deleted because it is in use by {by}.",
        ),
        claims=(
            specified(
                "priorities are 100 to 4096, unique per direction; ports, prefixes and service tags are "
                "well-formed"
            ),
            documented("a service tag is a published one, with a region or without; lists have ranges only"),
            documented("can't be deleted while a subnet or network interface uses it"),
        ),
    ),
    ResourceType(
        token="azure-native:network:SecurityRule",
        path=_GROUP + "/securityRules/{securityRuleName}",
        name=NAME,
        early=(security_groups.rule_is_valid,),
        rules=(security_groups.priority_is_free,),
        claims=(specified("the same as inline; no other rule of its group has its priority"),),
    ),
)
