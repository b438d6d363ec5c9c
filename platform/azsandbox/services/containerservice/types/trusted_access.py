"""Trusted access: roles that AKS gives to other Azure resources in a cluster."""

from __future__ import annotations

from azsandbox.arm.evidence import specified
from azsandbox.arm.model import NameRule, ResourceType
from azsandbox.services.containerservice.types.managed_clusters import CLUSTER

TYPES = (
    ResourceType(
        token="azure-native:containerservice:TrustedAccessRoleBinding",
        path=CLUSTER + "/trustedAccessRoleBindings/{trustedAccessRoleBindingName}",
        name=NameRule(r"([A-Za-z0-9-]){1,24}", "1 to 24 letters, digits and hyphens"),
        replace=("sourceResourceId",),
        claims=(specified("its source exists"),),
    ),
)
