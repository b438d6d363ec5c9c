"""Azure Monitor: diagnostic settings, alerts, action groups, private link scopes."""

from __future__ import annotations

from azsandbox.arm.evidence import Evidence, assumed, documented, specified
from azsandbox.arm.model import IN_GROUP, InUse, NameRule, Reference, ResourceType, Service
from azsandbox.services import kinds
from azsandbox.services.monitor import outputs
from azsandbox.services.monitor.rules import action_groups, alerts, diagnostic_settings

_INSIGHTS = IN_GROUP + "Microsoft.Insights/"
_DATA_COLLECTION_RULE = "Microsoft.Insights/dataCollectionRules"
_DATA_COLLECTION_ENDPOINT = "Microsoft.Insights/dataCollectionEndpoints"
_NAME = NameRule(
    r"[^:<>+/&%\\?|#*{}@]{1,259}[^:<>+/&%\\?|#*{}@. ]",
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
            early=(diagnostic_settings.destination_is_set, diagnostic_settings.logs_or_metrics_are_set),
            rules=(
                diagnostic_settings.log_categories_supported_by_target,
                diagnostic_settings.target_has_room_for_setting,
                diagnostic_settings.category_sent_to_destination_once,
            ),
            claims=(
                documented(
                    "has a destination, and logs or metrics; at most 5 per resource; no two send the same "
                    "category to the same destination"
                ),
                documented("log categories and groups are those of the target's type, where known"),
            ),
            deviations=("log categories are known only for the types that the platform uses",),
        ),
        ResourceType(
            token="azure-native:monitor:ActionGroup",
            path=_INSIGHTS + "actionGroups/{actionGroupName}",
            name=_NAME,
            early=(action_groups.short_name_within_limit,),
            claims=(specified("its short name has 1 to 12 characters"),),
        ),
        ResourceType(
            token="azure-native:monitor:MetricAlert",
            path=_INSIGHTS + "metricAlerts/{ruleName}",
            name=_NAME,
            references=(Reference("actions[].actionGroupId", (kinds.ACTION_GROUP,)),),
            early=(alerts.severity_within_limits, alerts.window_covers_evaluation_frequency),
            rules=(alerts.metrics_exist,),
            claims=(
                specified("severity is 0 to 4; the window is at least the frequency; the scopes exist"),
                documented("its targets emit the metrics, with the dimensions, where they are tabulated"),
            ),
            deviations=("metrics of other types are not checked",),
        ),
        ResourceType(
            token="azure-native:monitor:ScheduledQueryRule",
            path=_INSIGHTS + "scheduledQueryRules/{ruleName}",
            name=_NAME,
            references=(Reference("actions.actionGroups[]", (kinds.ACTION_GROUP,)),),
            early=(alerts.severity_within_limits, alerts.window_covers_evaluation_frequency),
            claims=(specified("severity is 0 to 4; the window is at least the frequency; the scopes exist"),),
            deviations=("the query's text is not parsed",),
        ),
        ResourceType(
            token="azure-native:monitor:ActivityLogAlert",
            path=_INSIGHTS + "activityLogAlerts/{activityLogAlertName}",
            name=_NAME,
            references=(Reference("actions.actionGroups[].actionGroupId", (kinds.ACTION_GROUP,)),),
            claims=(specified("scopes and action groups exist"),),
        ),
        ResourceType(
            token="azure-native:monitor:PrivateLinkScope",
            path=_INSIGHTS + "privateLinkScopes/{scopeName}",
            name=_RESOURCE_NAME,
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
            replace=("linkedResourceId",),
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
            claims=(specified("its name is well-formed; what it refers to exists"),),
        ),
        ResourceType(
            token="azure-native:monitor:DataCollectionRule",
            path=_INSIGHTS + "dataCollectionRules/{dataCollectionRuleName}",
            name=_RESOURCE_NAME,
            references=(
                Reference(
                    "destinations.logAnalytics[].workspaceResourceId", (kinds.LOG_ANALYTICS_WORKSPACE,)
                ),
            ),
            claims=(specified("its name is well-formed; what it refers to exists"),),
        ),
        ResourceType(
            token="azure-native:monitor:DataCollectionRuleAssociation",
            path="/{resourceUri}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{associationName}",
            references=(
                Reference("dataCollectionRuleId", (_DATA_COLLECTION_RULE,)),
                Reference("dataCollectionEndpointId", (_DATA_COLLECTION_ENDPOINT,)),
            ),
            claims=(specified("its name is well-formed; what it refers to exists"),),
        ),
    ),
)
