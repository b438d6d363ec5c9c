"""Workspaces and the outbound rules of their managed networks."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import Reference, ResourceType, SoftDelete
from azsandbox.services import kinds
from azsandbox.services.machinelearningservices import outputs
from azsandbox.services.machinelearningservices.rules import workspaces
from azsandbox.services.machinelearningservices.types.common import WORKSPACE, WORKSPACE_NAME

TYPES = (
    ResourceType(
        token="azure-native:machinelearningservices:Workspace",
        path=WORKSPACE,
        name=WORKSPACE_NAME,
        replace=("storageAccount", "keyVault", "hbiWorkspace", "encryption", "kind"),
        references=(
            Reference("storageAccount", (kinds.STORAGE_ACCOUNT,)),
            Reference("keyVault", (kinds.KEY_VAULT,)),
            Reference("applicationInsights", (kinds.APPLICATION_INSIGHTS_COMPONENT,)),
            Reference("containerRegistry", (kinds.CONTAINER_REGISTRY,)),
            Reference("primaryUserAssignedIdentity", (kinds.USER_ASSIGNED_IDENTITY,)),
            Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),
        ),
        early=(workspaces.required_parts_are_set, workspaces.outbound_rules_have_a_managed_network),
        rules=(workspaces.storage_is_standard_and_flat, workspaces.isolation_is_not_removed),
        outputs=outputs.workspace,
        soft_delete=SoftDelete(
            days=14,
            code="Conflict",
            message="Soft-deleted workspace exists. Recover or purge the workspace '{name}', or wait {days} "
            "days (in the sandbox: `roast sandbox reset`).",
        ),
        claims=(
            documented(
                "needs an identity, a storage account, a vault and Application Insights; the storage account "
                "is neither premium nor hierarchical"
            ),
            documented("the isolation of the managed network can't be disabled again"),
            documented("soft-deleted: the name stays reserved for 14 days"),
            specified("storage account, vault and encryption can't change"),
        ),
    ),
    ResourceType(
        token="azure-native:machinelearningservices:ManagedNetworkSettingsRule",
        path=WORKSPACE + "/outboundRules/{ruleName}",
        rules=(workspaces.workspace_has_a_managed_network,),
        claims=(documented("its workspace has a managed network with isolation"),),
    ),
)
