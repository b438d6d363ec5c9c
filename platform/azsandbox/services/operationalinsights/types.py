"""Log Analytics: workspaces."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import IN_GROUP, Invoke, NameRule, ResourceType, Service, SoftDelete
from azsandbox.services.operationalinsights import defaults, functions, outputs, rules

SERVICE = Service(
    name="operationalinsights",
    types=(
        ResourceType(
            token="azure-native:operationalinsights:Workspace",
            defaults=defaults.WORKSPACE,
            path=IN_GROUP + "Microsoft.OperationalInsights/workspaces/{workspaceName}",
            name=NameRule(r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]", "4 to 63 letters, digits and hyphens"),
            early=(rules.retention_within_limits, rules.plan_is_offered, rules.daily_quota_within_limits),
            outputs=outputs.workspace,
            soft_delete=SoftDelete(
                days=14,
                code="Conflict",
                message="The workspace name '{name}' is not unique: a deleted workspace keeps its name for "
                "{days} days, and is restored in its own group and location only (in the sandbox: "
                "`roast sandbox reset`).",  # wording recorded on 2020-01-21
                recovers_in_place=True,
            ),
            claims=(
                specified("the retention is within the plan's limits"),
                documented("its plan is offered; a capacity reservation has one of the levels"),
                documented("a daily quota is -1 or at least 0.023 GB"),
                documented(
                    "a deleted workspace keeps its name in its group: a new one restores it, in the same "
                    "location only"
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
