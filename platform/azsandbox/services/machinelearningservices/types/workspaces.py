"""Workspaces and the outbound rules of their managed networks."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented
from azsandbox.arm.model import Reference, ResourceType, SoftDelete
from azsandbox.services import kinds
from azsandbox.services.machinelearningservices import outputs
from azsandbox.services.machinelearningservices.rules import outbound_rules, workspaces
from azsandbox.services.machinelearningservices.types.common import WORKSPACE, WORKSPACE_NAME

TYPES = (
    ResourceType(
        token="azure-native:machinelearningservices:Workspace",
        path=WORKSPACE,
        name=WORKSPACE_NAME,
        laws=tuple(
            laws.Unchangeable(path=path, source="Azure provider of Terraform, machine_learning_workspace")
            for path in ("storageAccount", "keyVault", "hbiWorkspace", "encryption.status")
        ),
        references=(
            Reference("storageAccount", (kinds.STORAGE_ACCOUNT,)),
            Reference("keyVault", (kinds.KEY_VAULT,)),
            Reference("applicationInsights", (kinds.APPLICATION_INSIGHTS_COMPONENT,)),
            Reference("containerRegistry", (kinds.CONTAINER_REGISTRY,)),
            Reference("primaryUserAssignedIdentity", (kinds.USER_ASSIGNED_IDENTITY,)),
            Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),
            Reference("encryption.identity.userAssignedIdentity", (kinds.USER_ASSIGNED_IDENTITY,)),
            Reference("serverlessComputeSettings.serverlessComputeCustomSubnet", (kinds.SUBNET,)),
        ),
        early=(
            workspaces.required_parts_are_set,
            workspaces.kind_is_known,
            workspaces.primary_identity_is_assigned,
            workspaces.encryption_names_a_key,
            workspaces.network_is_declared_once,
            outbound_rules.rules_of_workspace_are_valid,
        ),
        rules=(
            workspaces.storage_is_standard_and_flat,
            workspaces.isolation_is_not_loosened,
            workspaces.encryption_key_is_protected,
            workspaces.hub_fits,
        ),
        outputs=outputs.workspace,
        defaults={"kind": "Default", "sku.name": "Basic", "sku.tier": "Basic", "hbiWorkspace": False},
        soft_delete=SoftDelete(
            days=14,
            code="Conflict",
            message="Soft-deleted workspace exists. Recover or purge the workspace '{name}', or wait {days} "
            "days (in the sandbox: `roast sandbox reset`).",
        ),
        claims=(
            documented(
                "needs an identity, a storage account and a vault (without Application Insights: a warning); "
                "the storage account is neither premium nor hierarchical"
            ),
            documented(
                "the kind is Default, Hub, Project or FeatureStore; a project has a hub in its region"
            ),
            documented("the primary identity is one of the assigned ones"),
            documented("the encryption key has its address, in a vault with purge protection"),
            documented("keys as the system datastores' access need an account that allows shared keys"),
            documented("outbound rules have a destination of their type and go with the isolation mode"),
            documented("the isolation of the managed network can't be disabled or loosened again"),
            documented("soft-deleted: the name stays reserved for 14 days"),
        ),
    ),
    ResourceType(
        token="azure-native:machinelearningservices:ManagedNetworkSettingsRule",
        path=WORKSPACE + "/outboundRules/{ruleName}",
        early=(outbound_rules.rule_is_valid,),
        rules=(outbound_rules.workspace_has_a_managed_network, outbound_rules.destinations_differ),
        claims=(
            documented("its workspace has a managed network with isolation"),
            documented("a host, a service tag with protocol and ports, or a sub-resource is its destination"),
            documented("hosts and service tags go with isolation mode AllowOnlyApprovedOutbound only"),
            documented("two rules do not lead to one private endpoint"),
        ),
    ),
)
