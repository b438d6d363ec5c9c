"""Where logs and metrics go: Log Analytics and Application Insights."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import applicationinsights, operationalinsights

from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.resource_group import ResourceGroup


@dataclass(frozen=True, kw_only=True)
class LogsArgs:
    """How long logs are kept, and what they may cost.

    Args:
        resource_group: group, names, tags.
        retention_days: 30 to 730.
        daily_quota_gb: ingestion stops for the day once it is reached; `None` is unlimited.
    """

    resource_group: ResourceGroup
    retention_days: int
    daily_quota_gb: float | None = None


class Logs(pulumi.ComponentResource):
    """Log Analytics workspace and Application Insights; `private_link_scope` connects both to a VNet."""

    workspace_id: pulumi.Output[str]
    insights_id: pulumi.Output[str]
    insights_connection_string: pulumi.Output[str]
    """Connection string for clients; not a credential, since only tokens of Entra ID are accepted."""

    def __init__(self, name: str, args: LogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:monitoring:Logs", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        workspace = self._workspace()
        insights = self._insights(workspace)
        self.workspace_id = workspace.id
        self.insights_id = insights.id
        self.insights_connection_string = insights.connection_string
        diagnose("log", workspace.id, workspace.id, self)  # its own audit log: who queried what
        self.register_outputs({"workspace_id": self.workspace_id, "insights_id": self.insights_id})

    def _workspace(self) -> operationalinsights.Workspace:
        args, resource_group = self._args, self._args.resource_group
        quota = args.daily_quota_gb
        return operationalinsights.Workspace(
            "log",
            workspace_name=resource_group.names.of("log analytics workspace"),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            sku=operationalinsights.WorkspaceSkuArgs(name="PerGB2018"),
            retention_in_days=args.retention_days,
            workspace_capping=operationalinsights.WorkspaceCappingArgs(daily_quota_gb=quota)
            if quota
            else None,
            features=operationalinsights.WorkspaceFeaturesArgs(disable_local_auth=True),
            public_network_access_for_ingestion="Disabled",
            # Queries are authorised by Entra ID; the portal sends them over the public network.
            public_network_access_for_query="Enabled",
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=resource_group.protect),
        )

    def _insights(self, workspace: operationalinsights.Workspace) -> applicationinsights.Component:
        resource_group = self._args.resource_group
        return applicationinsights.Component(
            "appi",
            resource_name_=resource_group.names.of("application insights"),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            kind="web",
            application_type="web",
            ingestion_mode="LogAnalytics",
            workspace_resource_id=workspace.id,
            disable_local_auth=True,
            public_network_access_for_ingestion="Disabled",
            public_network_access_for_query="Enabled",
            tags=resource_group.tags,
            opts=self._child,
        )
