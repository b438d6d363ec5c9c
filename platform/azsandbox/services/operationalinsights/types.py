"""Log Analytics: workspaces."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import IN_GROUP, Invoke, NameRule, ResourceType, Service
from azsandbox.services.operationalinsights import functions, outputs, rules

SERVICE = Service(
    name="operationalinsights",
    types=(
        ResourceType(
            token="azure-native:operationalinsights:Workspace",
            path=IN_GROUP + "Microsoft.OperationalInsights/workspaces/{workspaceName}",
            name=NameRule(r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]", "4 to 63 letters, digits and hyphens"),
            early=(rules.retention_within_limits, rules.plan_is_offered, rules.daily_quota_within_limits),
            outputs=outputs.workspace,
            claims=(
                specified("the retention is within the plan's limits"),
                documented("its plan is offered; a capacity reservation has one of the levels"),
                documented("a daily quota is -1 or at least 0.023 GB"),
                documented(
                    "a deleted workspace does not reserve its name: a new one of the same name and group "
                    "restores it"
                ),
            ),
        ),
    ),
    invokes=(
        Invoke(
            token="azure-native:operationalinsights:getSharedKeys",
            arguments=("resourceGroupName", "workspaceName"),
            required=("resourceGroupName", "workspaceName"),
            answer=functions.shared_keys,
        ),
    ),
)
