"""Azure Monitor: diagnostic settings, alerts, action groups, private link scopes."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import Evidence, assumed, documented, specified
from azsandbox.arm.model import IN_GROUP, InUse, NameRule, Reference, ResourceType, Service
from azsandbox.services import kinds
from azsandbox.services.monitor import defaults, outputs
from azsandbox.services.monitor.rules import (
    action_groups,
    activity_log_alerts,
    data_collection,
    diagnostic_settings,
    intervals,
    locations,
    metric_alerts,
    scheduled_queries,
)

_INSIGHTS = IN_GROUP + "Microsoft.Insights/"
_DATA_COLLECTION_RULE = "Microsoft.Insights/dataCollectionRules"
_DATA_COLLECTION_ENDPOINT = "Microsoft.Insights/dataCollectionEndpoints"
_NAME = NameRule(
    r"[^:<>+/&%\\?|#*{}@]{0,259}[^:<>+/&%\\?|#*{}@. ]",
    "1 to 260 characters without : < > + / & % \\ ?",
    Evidence.DOCUMENTATION,
)
_RESOURCE_NAME = NameRule(
    r"[a-zA-Z0-9][\w.-]{0,253}\w", "1 to 255 letters, digits, _ . -", Evidence.DOCUMENTATION
)

SERVICE = Service(
    name="monitor",
    types=(
        ResourceType(
            token="azure-native:monitor:DiagnosticSetting",
            path="/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
            name=_NAME,
            references=(
                Reference("workspaceId", (kinds.LOG_ANALYTICS_WORKSPACE,)),
                Reference("storageAccountId", (kinds.STORAGE_ACCOUNT,)),
            ),
            early=(
                diagnostic_settings.destination_is_set,
                diagnostic_settings.logs_or_metrics_are_set,
                diagnostic_settings.categories_are_distinct,
                diagnostic_settings.hub_has_a_rule,
            ),
            rules=(
                diagnostic_settings.log_categories_supported_by_target,
                diagnostic_settings.metric_categories_supported_by_target,
                diagnostic_settings.destination_in_region,
                diagnostic_settings.target_has_room_for_setting,
                diagnostic_settings.category_sent_to_destination_once,
            ),
            claims=(
                documented(
                    "has a destination (without logs and metrics: a warning); at most 5 per resource; no two "
                    "send the same category to the same destination"
                ),
                documented("log categories and groups are those of the target's type, where known"),
                documented("each category is set once, and none has a retention of its own"),
                documented("an event hub is named with an authorization rule of its namespace"),
                documented("metric categories are those of the target's type"),
                documented("a storage account as destination is in the region of the target"),
            ),
            deviations=("categories are checked for the types that are tabulated",),
        ),
        ResourceType(
            token="azure-native:monitor:ActionGroup",
            defaults=defaults.ACTION_GROUP,
            path=_INSIGHTS + "actionGroups/{actionGroupName}",
            spelling="Microsoft.Insights/ActionGroups",
            name=_NAME,
            global_location=True,
            laws=(
                laws.Format(path="emailReceivers[].emailAddress", form="email"),
                laws.Format(path="azureAppPushReceivers[].emailAddress", form="email"),
                laws.Format(path="webhookReceivers[].serviceUri", form="url"),
            ),
            early=(
                action_groups.short_name_within_limit,
                action_groups.receivers_are_distinct,
                action_groups.receivers_can_be_reached,
                action_groups.receivers_can_sign_in,
                locations.one_of("action groups", locations.ACTION_GROUPS),
            ),
            claims=(
                specified("its short name has 1 to 12 characters"),
                documented(
                    "the names of its receivers differ, and there are at most 10 (1000 mail) of a kind"
                ),
                documented("phone numbers, roles and sign-ins of its receivers are complete"),
                documented("is global, or in a region that processes notices"),
            ),
        ),
        ResourceType(
            token="azure-native:monitor:MetricAlert",
            path=_INSIGHTS + "metricAlerts/{ruleName}",
            name=_NAME,
            references=(Reference("actions[].actionGroupId", (kinds.ACTION_GROUP,)),),
            global_location=True,
            laws=(
                laws.Unique(path="criteria.allOf"),
                laws.Ordered(
                    within="criteria.allOf[].failingPeriods",
                    low="minFailingPeriodsToAlert",
                    high="numberOfEvaluationPeriods",
                ),
                laws.NotEmpty(path="criteria.allOf[].dimensions[].values"),
                laws.Format(path="criteria.allOf[].ignoreDataBefore", form="time"),
            ),
            early=(
                metric_alerts.severity_within_limits,
                intervals.listed("metricAlerts"),
                intervals.window_covers_evaluation_frequency,
                metric_alerts.criteria_are_complete,
                metric_alerts.scopes_fit_criteria,
                locations.one_of("metric alerts", locations.METRIC_ALERTS),
            ),
            rules=(metric_alerts.metrics_exist,),
            claims=(
                specified("severity is 0 to 4"),
                documented(
                    "frequency and window are ones that metric alerts offer; the window is not shorter"
                ),
                documented("has one to five criteria; one with a dynamic threshold stands alone"),
                documented("several scopes are of one type and region, with criteria for several resources"),
                documented("is global, or in one of two regions"),
                documented("its targets emit the metrics, with the dimensions, where they are tabulated"),
            ),
            deviations=("metrics of other types are not checked",),
        ),
        ResourceType(
            token="azure-native:monitor:ScheduledQueryRule",
            defaults=defaults.ENABLED,
            path=_INSIGHTS + "scheduledQueryRules/{ruleName}",
            name=_NAME,
            references=(Reference("actions.actionGroups[]", (kinds.ACTION_GROUP,)),),
            laws=(laws.NotEmpty(path="criteria.allOf[].dimensions[].values"),),
            early=(
                intervals.listed("scheduledQueryRules"),
                intervals.window_covers_evaluation_frequency,
                scheduled_queries.rule_is_complete,
                scheduled_queries.criterion_is_complete,
                scheduled_queries.query_can_run,
            ),
            rules=(scheduled_queries.names_resolve,),
            claims=(
                documented("frequency, window and mute duration are offered ones; the window is not shorter"),
                documented("has one scope, one criterion and a severity of 0 to 4"),
                documented("a measured column goes with every aggregation but Count; 1 to 6 periods"),
                documented("its query is Kusto: syntax, operators and functions"),
                documented("tables of the query, and columns that the rule reads, exist"),
                documented("a rule that is evaluated every minute has no search, union or take"),
            ),
        ),
        ResourceType(
            token="azure-native:monitor:ActivityLogAlert",
            defaults=defaults.ENABLED,
            path=_INSIGHTS + "activityLogAlerts/{activityLogAlertName}",
            spelling="Microsoft.Insights/ActivityLogAlerts",
            name=_NAME,
            references=(Reference("actions.actionGroups[].actionGroupId", (kinds.ACTION_GROUP,)),),
            global_location=True,
            laws=(laws.NotEmpty(path="scopes"),),
            early=(
                activity_log_alerts.conditions_are_complete,
                activity_log_alerts.scopes_fit_category,
                locations.one_of("activity log alerts", locations.ACTIVITY_LOG_ALERTS),
            ),
            claims=(
                documented("has one condition on the category; every field is one of activity log events"),
                documented("events of service health are those of a subscription"),
                documented("a warning where a region of service health is not a display name"),
                documented("is global, or in one of two regions"),
            ),
        ),
        ResourceType(
            token="azure-native:monitor:PrivateLinkScope",
            path=_INSIGHTS + "privateLinkScopes/{scopeName}",
            name=_RESOURCE_NAME,
            global_location=True,
            early=(locations.one_of("private link scopes", locations.PRIVATE_LINK_SCOPES),),
            outputs=outputs.private_link_scope,
            keeps_children=InUse(
                code="Conflict",
                message="Scope '{id}' still contains '{by}': remove its scoped resources first.",
            ),
            in_use=InUse(
                code="Conflict",
                message="Scope '{id}' has the private endpoint '{by}': delete that first.",
                by=frozenset({kinds.PRIVATE_ENDPOINT}),
            ),
            claims=(assumed("can't be deleted while it holds resources or has private endpoints"),),
        ),
        ResourceType(
            token="azure-native:monitor:PrivateLinkScopedResource",
            path=_INSIGHTS + "privateLinkScopes/{scopeName}/scopedResources/{name}",
            name=_RESOURCE_NAME,
            laws=(laws.Unchangeable(path="linkedResourceId"),),
            references=(
                Reference(
                    "linkedResourceId",
                    (
                        kinds.LOG_ANALYTICS_WORKSPACE,
                        kinds.APPLICATION_INSIGHTS_COMPONENT,
                        _DATA_COLLECTION_ENDPOINT,
                    ),
                ),
            ),
            claims=(documented("links a workspace, a component or a data collection endpoint"),),
        ),
        ResourceType(
            token="azure-native:monitor:DataCollectionEndpoint",
            path=_INSIGHTS + "dataCollectionEndpoints/{dataCollectionEndpointName}",
            name=NameRule(r"[a-zA-Z0-9][\w.-]{1,42}\w", "3 to 44 letters, digits, _ . -"),
        ),
        ResourceType(
            token="azure-native:monitor:DataCollectionRule",
            path=_INSIGHTS + "dataCollectionRules/{dataCollectionRuleName}",
            name=_RESOURCE_NAME,
            references=(
                Reference(
                    "destinations.logAnalytics[].workspaceResourceId", (kinds.LOG_ANALYTICS_WORKSPACE,)
                ),
                Reference("dataCollectionEndpointId", (_DATA_COLLECTION_ENDPOINT,)),
            ),
            laws=(
                laws.RefersTo(
                    path="dataFlows[].destinations[]",
                    among=("destinations.*[].name", "destinations.azureMonitorMetrics.name"),
                ),
                laws.SameRegion(path="destinations.logAnalytics[].workspaceResourceId"),
                laws.AtMost(path="dataFlows", most=10),
            ),
            early=(
                data_collection.sources_fit_kind,
                data_collection.sources_are_complete,
                data_collection.flows_are_connected,
                data_collection.streams_are_declared,
                data_collection.destinations_are_distinct,
            ),
            claims=(
                documented("collects only what its kind of operating system has"),
                documented("data sources are complete, with names and frequencies that are allowed"),
                documented("flows take streams that a source gives; transformations are Kusto over `source`"),
                documented("custom streams are declared, with typed columns"),
                documented("names of destinations differ"),
            ),
        ),
        ResourceType(
            token="azure-native:monitor:DataCollectionRuleAssociation",
            path="/{resourceUri}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{associationName}",
            references=(
                Reference("dataCollectionRuleId", (_DATA_COLLECTION_RULE,)),
                Reference("dataCollectionEndpointId", (_DATA_COLLECTION_ENDPOINT,)),
            ),
            early=(data_collection.association_names_one,),
            claims=(documented("is with a rule, or under its fixed name with an endpoint"),),
        ),
    ),
)
