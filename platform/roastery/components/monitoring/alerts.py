"""Alerts that page people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import monitor

from roastery.components.monitoring.drift import LIMITS, Limit
from roastery.components.monitoring.workflow_failures import FAILURES
from roastery.components.resource_group import ResourceGroup
from roastery.naming import DISPLAY_NAMES

# Metrics by their names in the REST API: learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/
# microsoft-machinelearningservices-workspaces-metrics. They count every run of the workspace; the log
# AmlComputeJobEvent knows Azure ML's own compute only, and so does the metric Unusable Nodes.
_WORKSPACE = {
    "jobs-failing": ("Failed Runs", "Azure ML jobs fail"),
    "jobs-silent": ("Not Responding Runs", "An Azure ML job does not respond"),
    "deployment-failing": ("Model Deploy Failed", "A model could not be deployed"),
}


@dataclass(frozen=True, kw_only=True)
class AlertsArgs:
    """Whom to page, about what.

    Args:
        resource_group: group, names, tags.
        page: mail addresses.
        log_workspace_id: what log queries are run on.
        cluster_id: AKS.
        vault_id: Key Vault.
        workspace_id: Azure ML.
        subscription: id, the scope of service-health alerts.
    """

    resource_group: ResourceGroup
    page: Sequence[str]
    log_workspace_id: pulumi.Input[str]
    cluster_id: pulumi.Input[str]
    vault_id: pulumi.Input[str]
    workspace_id: pulumi.Input[str]
    subscription: str


class Alerts(pulumi.ComponentResource):
    """The action group and the alerts that use it."""

    action_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: AlertsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:monitoring:Alerts", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self.action_group_id = self._action_group().id
        self._nodes_not_ready()
        self._vault_unavailable()
        self._service_health()
        for part, (metric, why) in _WORKSPACE.items():
            self._workspace(part, metric, why)
        for part, limit in (LIMITS | FAILURES).items():
            self._query(part, limit)
        self.register_outputs({"action_group_id": self.action_group_id})

    def _action_group(self) -> monitor.ActionGroup:
        resource_group = self._args.resource_group
        return monitor.ActionGroup(
            "ag-page",
            action_group_name=resource_group.names.of("action group", "page"),
            resource_group_name=resource_group.name,
            location="global",
            group_short_name=f"{resource_group.names.workload[:6]}-{resource_group.names.environment}"[:12],
            enabled=True,
            email_receivers=[
                monitor.MicrosoftCommonEmailReceiverArgs(
                    name=f"page-{i}", email_address=address, use_common_alert_schema=True
                )
                for i, address in enumerate(self._args.page)
            ],
            tags=resource_group.tags,
            opts=self._child,
        )

    def _nodes_not_ready(self) -> None:
        self._metric(
            "nodes-not-ready",
            self._args.cluster_id,
            monitor.MetricCriteriaArgs(
                criterion_type="StaticThresholdCriterion",
                name="not-ready",
                metric_namespace="Microsoft.ContainerService/managedClusters",
                metric_name="kube_node_status_condition",
                dimensions=[
                    monitor.MetricDimensionArgs(name="status2", operator="Include", values=["NotReady"])
                ],
                operator="GreaterThan",
                threshold=0,
                time_aggregation="Average",
            ),
            "A node of the cluster is not ready",
        )

    def _vault_unavailable(self) -> None:
        self._metric(
            "vault-unavailable",
            self._args.vault_id,
            monitor.MetricCriteriaArgs(
                criterion_type="StaticThresholdCriterion",
                name="availability",
                metric_namespace="Microsoft.KeyVault/vaults",
                metric_name="Availability",
                operator="LessThan",
                threshold=99,
                time_aggregation="Average",
            ),
            "Key Vault does not answer",
        )

    def _workspace(self, part: str, metric: str, why: str) -> None:
        self._metric(
            part,
            self._args.workspace_id,
            monitor.MetricCriteriaArgs(
                criterion_type="StaticThresholdCriterion",
                name=part,
                metric_namespace="Microsoft.MachineLearningServices/workspaces",
                metric_name=metric,
                operator="GreaterThan",
                threshold=0,
                time_aggregation="Total",
            ),
            why,
        )

    def _metric(
        self, part: str, target: pulumi.Input[str], criterion: monitor.MetricCriteriaArgs, why: str
    ) -> None:
        resource_group = self._args.resource_group
        monitor.MetricAlert(
            f"alert-{part}",
            rule_name=resource_group.names.of("metric alert", part),
            resource_group_name=resource_group.name,
            location="global",
            description=why,
            severity=1,
            enabled=True,
            scopes=[target],
            evaluation_frequency="PT5M",
            window_size="PT15M",
            criteria=monitor.MetricAlertSingleResourceMultipleMetricCriteriaArgs(
                odata_type="Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria", all_of=[criterion]
            ),
            actions=[monitor.MetricAlertActionArgs(action_group_id=self.action_group_id)],
            tags=resource_group.tags,
            opts=self._child,
        )

    def _query(self, part: str, limit: Limit) -> None:
        resource_group = self._args.resource_group
        monitor.ScheduledQueryRule(
            f"alert-{part}",
            rule_name=resource_group.names.of("metric alert", part),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            kind="LogAlert",
            description=limit.why,
            display_name=limit.why,
            severity=2,
            enabled=True,
            scopes=[self._args.log_workspace_id],
            evaluation_frequency="PT15M",
            window_size="PT1H",
            # Azure creates the tables with their first row.
            skip_query_validation=True,
            criteria=monitor.ScheduledQueryRuleCriteriaArgs(
                all_of=[
                    monitor.ConditionArgs(
                        query=limit.query,
                        metric_measure_column="value",
                        time_aggregation="Maximum",
                        operator="GreaterThan",
                        threshold=limit.above,
                        dimensions=[
                            monitor.DimensionArgs(name=name, operator="Include", values=["*"])
                            for name in limit.by
                        ]
                        or None,
                        failing_periods=monitor.ConditionFailingPeriodsArgs(
                            number_of_evaluation_periods=1, min_failing_periods_to_alert=1
                        ),
                    )
                ]
            ),
            actions=monitor.ActionsArgs(action_groups=[self.action_group_id]),
            tags=resource_group.tags,
            opts=self._child,
        )

    def _service_health(self) -> None:
        resource_group = self._args.resource_group
        monitor.ActivityLogAlert(
            "alert-service-health",
            activity_log_alert_name=resource_group.names.of("metric alert", "service-health"),
            resource_group_name=resource_group.name,
            location="global",
            description="Azure itself reports trouble",
            enabled=True,
            scopes=[f"/subscriptions/{self._args.subscription}"],
            condition=monitor.AlertRuleAllOfConditionArgs(
                all_of=[
                    monitor.AlertRuleAnyOfOrLeafConditionArgs(field="category", equals="ServiceHealth"),
                    monitor.AlertRuleAnyOfOrLeafConditionArgs(
                        field="properties.impactedServices[*].ImpactedRegions[*].RegionName",
                        # Display names: learn.microsoft.com/azure/service-health/
                        # alerts-activity-log-service-notifications-bicep. The id `eastus2` never matches.
                        contains_any=[DISPLAY_NAMES[resource_group.region], "Global"],
                    ),
                ]
            ),
            actions=monitor.ActionListArgs(
                action_groups=[monitor.ActionGroupArgs(action_group_id=self.action_group_id)]
            ),
            tags=resource_group.tags,
            opts=self._child,
        )
