"""Application Insights: components and workbooks."""

from __future__ import annotations

from azsandbox.arm.evidence import Evidence, documented, specified
from azsandbox.arm.model import IN_GROUP, NameRule, Reference, ResourceType, Service
from azsandbox.services import kinds
from azsandbox.services.applicationinsights import defaults, outputs, rules

SERVICE = Service(
    name="applicationinsights",
    types=(
        ResourceType(
            token="azure-native:applicationinsights:Component",
            defaults=defaults.COMPONENT,
            path=IN_GROUP + "Microsoft.Insights/components/{resourceName}",
            name=NameRule(
                r"[^%&\\?/]{1,259}[^%&\\?/. ]",
                "1 to 260 characters, not ending in a period or space",
                Evidence.DOCUMENTATION,
            ),
            references=(Reference("workspaceResourceId", (kinds.LOG_ANALYTICS_WORKSPACE,)),),
            early=(rules.workspace_is_set, rules.retention_is_a_step, rules.sampling_is_a_percentage),
            outputs=outputs.component,
            claims=(
                documented("needs a Log Analytics workspace"),
                specified("retention is one of nine steps"),
                specified("sampling is a percentage above 0"),
            ),
        ),
        ResourceType(
            token="azure-native:applicationinsights:Workbook",
            path=IN_GROUP + "Microsoft.Insights/workbooks/{resourceName}",
            name=NameRule(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "a GUID"),
            autoname="uuid",
        ),
    ),
)
