"""Where logs go: Log Analytics, Application Insights, and the private way to both."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import applicationinsights, monitor, operationalinsights

from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.network.endpoint import Access, private_endpoint
from roastery.components.resource_group import ResourceGroup


@dataclass(frozen=True, kw_only=True)
class LogsArgs:
    """What logs cost and how long they stay.

    Args:
        resource_group: group, names, tags.
        access: where the private endpoint stands.
        retention_days: 30 to 730.
        daily_quota_gb: ingestion stops there for the day; `None` is unlimited.
    """

    resource_group: ResourceGroup
    access: Access
    retention_days: int
    daily_quota_gb: float | None = None


class Logs(pulumi.ComponentResource):
    """Log Analytics workspace, Application Insights, Azure Monitor private link scope."""

    workspace_id: pulumi.Output[str]
    insights_id: pulumi.Output[str]
    insights_address: pulumi.Output[str]
    """Where metrics go, as clients take it; no credential, since only Entra tokens open it."""
    scope_id: pulumi.Output[str]

    def __init__(self, name: str, args: LogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:monitoring:Logs", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        workspace = self._workspace()
        insights = self._insights(workspace)
        self.workspace_id = workspace.id
        self.insights_id = insights.id
        self.insights_address = insights.connection_string
        self.scope_id = self._private_link({"log": workspace.id, "appi": insights.id})
        diagnose("log", workspace.id, workspace.id, self)  # who asked what: its own audit log
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
            # Queries are authorised by Entra ID; reading them from the portal needs the public front.
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

    def _private_link(self, linked: dict[str, pulumi.Output[str]]) -> pulumi.Output[str]:
        args, resource_group = self._args, self._args.resource_group
        scope = monitor.PrivateLinkScope(
            "ampls",
            scope_name=resource_group.names.of("private link scope"),
            resource_group_name=resource_group.name,
            location="global",
            # Azure ML writes to services outside this scope, so private-only would cut it off.
            access_mode_settings=monitor.AccessModeSettingsArgs(
                ingestion_access_mode="Open", query_access_mode="Open"
            ),
            tags=resource_group.tags,
            opts=self._child,
        )
        members = [
            monitor.PrivateLinkScopedResource(
                f"ampls-{part}",
                name=part,
                scope_name=scope.name,
                resource_group_name=resource_group.name,
                kind="Resource",
                linked_resource_id=id_,
                opts=self._child,
            )
            for part, id_ in linked.items()
        ]
        ready = pulumi.Output.all(scope.id, *(member.id for member in members)).apply(lambda ids: str(ids[0]))
        private_endpoint(args.access, "ampls", "azuremonitor", ready, self)
        return scope.id
