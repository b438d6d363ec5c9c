"""Log Analytics."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import identities, ids
from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import IN_GROUP, Invoke, NameRule, Request, ResourceType, Service, Values
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_RETENTION = range(4, 731)


def _retention(inputs: Values) -> Iterator[Problem]:
    days = inputs.get("retentionInDays")
    if isinstance(days, int) and days != -1 and days not in _RETENTION:
        yield Problem("retentionInDays", f"is {days}, but must be 4 to 730")


def _outputs(request: Request) -> Values:
    return {"customerId": identities.made_up("customer", request.id), "createdDate": "2026-01-01T00:00:00Z"}


def _keys(subscription: Subscription, arguments: Values, scope: str) -> Values:
    identifier = (
        f"{scope}/resourceGroups/{arguments['resourceGroupName']}/providers/Microsoft.OperationalInsights/workspaces/"
        f"{arguments['workspaceName']}"
    )
    if subscription.get(identifier) is None:
        raise ArmError(404, "ResourceNotFound", f"The Resource '{identifier}' was not found.")
    made = [subscription.redactor.derive(f"{ids.key(identifier)}:{number}", 32).hex() for number in (1, 2)]
    return {"primarySharedKey": made[0], "secondarySharedKey": made[1]}


SERVICE = Service(
    name="operationalinsights",
    types=(
        ResourceType(
            token="azure-native:operationalinsights:Workspace",
            path=IN_GROUP + "Microsoft.OperationalInsights/workspaces/{workspaceName}",
            name=NameRule(r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]", "4 to 63 letters, digits and hyphens"),
            early=(_retention,),
            outputs=_outputs,
            claims=(
                specified("retention within the plan's bounds"),
                documented(
                    "a deleted workspace is brought back by one of the same name and group: no conflict"
                ),
            ),
        ),
    ),
    invokes=(
        Invoke(
            token="azure-native:operationalinsights:getSharedKeys",
            arguments=("resourceGroupName", "workspaceName"),
            required=("resourceGroupName", "workspaceName"),
            answer=_keys,
        ),
    ),
)
