"""The Azure ML workspace: private, identity-based, with the network of its own compute as a setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_azure_native import machinelearningservices as ml

from roastery import roles
from roastery.components.identity.roles import RoleGrant, assign_all
from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.network.endpoint import PrivateAccess, private_endpoint
from roastery.components.outputs import value_from_azure
from roastery.components.resource_group import ResourceGroup
from roastery.naming import Names

ManagedNetwork = Literal["Disabled", "AllowInternetOutbound", "AllowOnlyApprovedOutbound"]


@dataclass(frozen=True, kw_only=True)
class WorkspaceArgs:
    """One workspace and the resources that it uses.

    Args:
        resource_group: group, names, tags.
        private_access: subnet and DNS zones of its private endpoint.
        log_workspace_id: where its logs go.
        storage_id: default account; not hierarchical.
        storage_endpoint_ids: private endpoints of that account, which the workspace's identity must read.
        vault_id: Key Vault.
        registry_id: container registry.
        insights_id: Application Insights.
        managed_network: isolation of Azure ML's own compute; turning it on can't be undone.
        public_access: whether it answers on the public network; for development only.
    """

    resource_group: ResourceGroup
    private_access: PrivateAccess
    log_workspace_id: pulumi.Input[str]
    storage_id: pulumi.Input[str]
    storage_endpoint_ids: Mapping[str, pulumi.Input[str]]
    vault_id: pulumi.Input[str]
    registry_id: pulumi.Input[str]
    insights_id: pulumi.Input[str]
    managed_network: ManagedNetwork = "Disabled"
    public_access: bool = False


def workspace_id(names: Names, part: str, subscription: str) -> str:
    """ARM id of the workspace, known before the workspace exists.

    Args:
        names: of the stack.
        part: of the workspace's resource group.
        subscription: id.
    """
    return (
        f"/subscriptions/{subscription}/resourceGroups/{names.of('resource group', part)}"
        f"/providers/Microsoft.MachineLearningServices/workspaces/{names.of('machine learning workspace')}"
    )


class Workspace(pulumi.ComponentResource):
    """The workspace with its private endpoint, logs and the roles of its own identity."""

    resource: ml.Workspace
    id: pulumi.Output[str]
    name: pulumi.Output[str]
    principal_id: pulumi.Output[str]

    def __init__(self, name: str, args: WorkspaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:workspace:Workspace", name, None, opts)
        self._args = args
        workspace = self._workspace()
        self.resource = workspace
        self.id, self.name = workspace.id, workspace.name
        self.principal_id = value_from_azure(
            workspace, workspace.identity, lambda identity: identity.principal_id if identity else None
        )
        private_endpoint(args.private_access, "mlw", "amlworkspace", workspace.id, self)
        diagnose("mlw", workspace.id, args.log_workspace_id, self)
        self._roles()
        self.register_outputs({"id": self.id, "name": self.name})

    def _workspace(self) -> ml.Workspace:
        args, resource_group = self._args, self._args.resource_group
        return ml.Workspace(
            "mlw",
            workspace_name=resource_group.names.of("machine learning workspace"),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            friendly_name=f"{resource_group.names.workload} {resource_group.names.environment}",
            kind="Default",
            sku=ml.SkuArgs(name="Basic", tier=ml.SkuTier.BASIC),
            # Only a system-assigned identity passes storage's rule for trusted services.
            identity=ml.ManagedServiceIdentityArgs(type=ml.ManagedServiceIdentityType.SYSTEM_ASSIGNED),
            storage_account=args.storage_id,
            key_vault=args.vault_id,
            container_registry=args.registry_id,
            application_insights=args.insights_id,
            system_datastores_auth_mode="Identity",
            public_network_access="Enabled" if args.public_access else "Disabled",
            v1_legacy_mode=False,
            managed_network=ml.ManagedNetworkSettingsArgs(isolation_mode=args.managed_network),
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=resource_group.protect),
        )

    def _roles(self) -> None:
        args = self._args
        grants = [
            RoleGrant(
                name=f"workspace-reader-{service}",
                role=roles.READER,
                principal=self.principal_id,
                scope=endpoint,
                why="The workspace reads its storage's private endpoints to reach data through them",
            )
            for service, endpoint in args.storage_endpoint_ids.items()
        ]
        if args.managed_network != "Disabled":
            grants.append(
                RoleGrant(
                    name="workspace-approver",
                    role=roles.NETWORK_CONNECTION_APPROVER,
                    principal=self.principal_id,
                    scope=_group_of(args.storage_id),
                    why="The managed network approves its own private endpoints",
                )
            )
        assign_all(grants, names=args.resource_group.names, parent=self)


def _group_of(resource_id: pulumi.Input[str]) -> pulumi.Output[str]:
    return pulumi.Output.from_input(resource_id).apply(lambda id_: id_.split("/providers/")[0])
