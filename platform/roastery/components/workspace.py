"""The Azure ML workspace: private, identity-based, with the network of its own compute as a setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_azure_native import machinelearningservices as ml

from roastery import roles
from roastery.components.identity.roles import assign
from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.network.endpoint import Access, private_endpoint
from roastery.components.resource_group import ResourceGroup, computed

ManagedNetwork = Literal["Disabled", "AllowInternetOutbound", "AllowOnlyApprovedOutbound"]


@dataclass(frozen=True, kw_only=True)
class WorkspaceArgs:
    """One workspace and what it stands on.

    Args:
        resource_group: group, names, tags.
        access: where its private endpoint stands.
        log_workspace_id: where its logs go.
        storage_id: default account; not hierarchical.
        storage_endpoint_ids: private endpoints of that account, which the workspace's identity must read.
        vault_id: Key Vault.
        registry_id: container registry.
        insights_id: Application Insights.
        managed_network: isolation of Azure ML's own compute; turning it on can't be undone.
        public: whether the public front answers, for a development door.
    """

    resource_group: ResourceGroup
    access: Access
    log_workspace_id: pulumi.Input[str]
    storage_id: pulumi.Input[str]
    storage_endpoint_ids: Mapping[str, pulumi.Input[str]]
    vault_id: pulumi.Input[str]
    registry_id: pulumi.Input[str]
    insights_id: pulumi.Input[str]
    managed_network: ManagedNetwork = "Disabled"
    public: bool = False


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
        self.principal_id = computed(
            workspace, workspace.identity, lambda identity: identity.principal_id if identity else None
        )
        private_endpoint(args.access, "mlw", "amlworkspace", workspace.id, self)
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
            public_network_access="Enabled" if args.public else "Disabled",
            v1_legacy_mode=False,
            managed_network=ml.ManagedNetworkSettingsArgs(isolation_mode=args.managed_network),
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=resource_group.protect),
        )

    def _roles(self) -> None:
        args, names = self._args, self._args.resource_group.names
        for group, endpoint in args.storage_endpoint_ids.items():
            assign(
                f"workspace-reader-{group}",
                names=names,
                role=roles.READER,
                principal=self.principal_id,
                scope=endpoint,
                parent=self,
                why="The workspace reads its storage's private endpoints to reach data through them",
            )
        if args.managed_network != "Disabled":
            assign(
                "workspace-approver",
                names=names,
                role=roles.NETWORK_CONNECTION_APPROVER,
                principal=self.principal_id,
                scope=_group_of(args.storage_id),
                parent=self,
                why="The managed network approves its own private endpoints",
            )


def _group_of(resource_id: pulumi.Input[str]) -> pulumi.Output[str]:
    return pulumi.Output.from_input(resource_id).apply(lambda id_: id_.split("/providers/")[0])
