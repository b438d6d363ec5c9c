"""Azure Monitor: diagnostic settings, alerts, action groups, private link scopes."""

from __future__ import annotations

from azsandbox.arm.evidence import Evidence, assumed, documented, specified
from azsandbox.arm.model import IN_GROUP, InUse, NameRule, Reference, ResourceType, Service
from azsandbox.services.monitor import rules

_INSIGHTS = IN_GROUP + "Microsoft.Insights/"
_WORKSPACE = ("Microsoft.OperationalInsights/workspaces",)
_GROUP = ("Microsoft.Insights/actionGroups",)
_NAME = NameRule(
    r"[^:<>+/&%\\?|#*{}@]{1,259}[^:<>+/&%\\?|#*{}@. ]",
    "1 to 260 characters without : < > + / & % \\ ?",
    Evidence.DOCUMENTATION,
)
_PLAIN = NameRule(r"[a-zA-Z0-9][\w.-]{0,253}\w", "1 to 255 letters, digits, _ . -", Evidence.DOCUMENTATION)

SERVICE = Service(
    name="monitor",
    types=(
        ResourceType(
            token="azure-native:monitor:DiagnosticSetting",
            path="/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
            name=_NAME,
            references=(
                Reference("workspaceId", _WORKSPACE),
                Reference("storageAccountId", ("Microsoft.Storage/storageAccounts",)),
            ),
            early=(rules.has_a_sink,),
            rules=(rules.categories_fit, rules.at_most_five),
            claims=(
                documented(
                    "sends something somewhere; at most 5 per resource; no two with the same categories "
                    "and sink"
                ),
                documented("category groups and metrics that the target's type has, where known"),
            ),
            deviations=("log categories are known for the types that the platform uses",),
        ),
        ResourceType(
            token="azure-native:monitor:ActionGroup",
            path=_INSIGHTS + "actionGroups/{actionGroupName}",
            name=_NAME,
            early=(rules.short_name,),
            claims=(specified("short name of 1 to 12 characters"),),
        ),
        ResourceType(
            token="azure-native:monitor:MetricAlert",
            path=_INSIGHTS + "metricAlerts/{ruleName}",
            name=_NAME,
            references=(Reference("actions[].actionGroupId", _GROUP),),
            early=(rules.alert_timing,),
            rules=(rules.metrics_exist,),
            claims=(
                specified("severity 0 to 4; window at least the frequency; the scopes exist"),
                documented("an Azure ML workspace has the metric"),
            ),
            deviations=("metrics of other types are not known",),
        ),
        ResourceType(
            token="azure-native:monitor:ScheduledQueryRule",
            path=_INSIGHTS + "scheduledQueryRules/{ruleName}",
            name=_NAME,
            references=(Reference("actions.actionGroups[]", _GROUP),),
            early=(rules.alert_timing,),
            claims=(specified("severity 0 to 4; window at least the frequency; the scopes exist"),),
            deviations=("the query's text is not parsed",),
        ),
        ResourceType(
            token="azure-native:monitor:ActivityLogAlert",
            path=_INSIGHTS + "activityLogAlerts/{activityLogAlertName}",
            name=_NAME,
            references=(Reference("actions.actionGroups[].actionGroupId", _GROUP),),
            claims=(specified("scopes and action groups exist"),),
        ),
        ResourceType(
            token="azure-native:monitor:PrivateLinkScope",
            path=_INSIGHTS + "privateLinkScopes/{scopeName}",
            name=_PLAIN,
            outputs=lambda _: {"privateEndpointConnections": []},
            keeps_children=InUse(
                code="Conflict",
                message="Scope '{id}' still contains '{by}': remove its scoped resources first.",
            ),
            in_use=InUse(
                code="Conflict",
                message="Scope '{id}' has the private endpoint '{by}': delete that first.",
                by=frozenset({"Microsoft.Network/privateEndpoints"}),
            ),
            claims=(assumed("can't be deleted while it holds resources or has private endpoints"),),
        ),
        ResourceType(
            token="azure-native:monitor:PrivateLinkScopedResource",
            path=_INSIGHTS + "privateLinkScopes/{scopeName}/scopedResources/{name}",
            name=_PLAIN,
            replace=("linkedResourceId",),
            references=(
                Reference(
                    "linkedResourceId",
                    (
                        "Microsoft.OperationalInsights/workspaces",
                        "Microsoft.Insights/components",
                        "Microsoft.Insights/dataCollectionEndpoints",
                    ),
                ),
            ),
            claims=(documented("links a workspace, a component or a data collection endpoint"),),
        ),
        ResourceType(
            token="azure-native:monitor:DataCollectionEndpoint",
            path=_INSIGHTS + "dataCollectionEndpoints/{dataCollectionEndpointName}",
            name=NameRule(r"[a-zA-Z0-9][\w.-]{1,42}\w", "3 to 44 letters, digits, _ . -"),
            claims=(specified("names and references"),),
        ),
        ResourceType(
            token="azure-native:monitor:DataCollectionRule",
            path=_INSIGHTS + "dataCollectionRules/{dataCollectionRuleName}",
            name=_PLAIN,
            references=(Reference("destinations.logAnalytics[].workspaceResourceId", _WORKSPACE),),
            claims=(specified("names and references"),),
        ),
        ResourceType(
            token="azure-native:monitor:DataCollectionRuleAssociation",
            path="/{resourceUri}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{associationName}",
            references=(
                Reference("dataCollectionRuleId", ("Microsoft.Insights/dataCollectionRules",)),
                Reference("dataCollectionEndpointId", ("Microsoft.Insights/dataCollectionEndpoints",)),
            ),
            claims=(specified("names and references"),),
        ),
    ),
)
