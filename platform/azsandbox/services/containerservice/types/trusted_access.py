"""Trusted access: roles that AKS gives to other Azure resources in a cluster."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import assumed, documented
from azsandbox.arm.model import NameRule, ResourceType
from azsandbox.services.containerservice.rules.trusted_access import roles_are_those_of_the_source
from azsandbox.services.containerservice.types.managed_clusters import CLUSTER

TYPES = (
    ResourceType(
        token="azure-native:containerservice:TrustedAccessRoleBinding",
        path=CLUSTER + "/trustedAccessRoleBindings/{trustedAccessRoleBindingName}",
        name=NameRule(r"([A-Za-z0-9-]){1,24}", "1 to 24 letters, digits and hyphens"),
        laws=(
            laws.Unchangeable(path="sourceResourceId"),
            laws.NotEmpty(path="roles", source="AKS, trusted-access-feature"),
        ),
        early=(roles_are_those_of_the_source,),
        claims=(
            assumed("its source exists"),
            documented("its roles are roles for the type of its source"),
        ),
    ),
)
