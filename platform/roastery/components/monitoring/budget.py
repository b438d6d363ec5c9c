"""A budget that sends notices before it is exceeded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pulumi
from pulumi_azure_native import consumption

from roastery.components.resource_group import ResourceGroup

# Share of the budget in percent, and whether it is spent or forecast.
_THRESHOLDS = ((80, "Actual"), (100, "Actual"), (110, "Forecasted"))


def budget(
    resource_group: ResourceGroup,
    scope: pulumi.Input[str],
    *,
    amount: int,
    start: dt.date,
    contacts: Sequence[str],
    action_group_id: pulumi.Input[str],
) -> consumption.Budget:
    """Declares a monthly budget on `scope`.

    Args:
        resource_group: names.
        scope: ARM id of the resource group or subscription.
        amount: per month, in the billing currency.
        start: first of a month; Azure does not let it change.
        contacts: who gets mail.
        action_group_id: action group that is notified too.
    """
    return consumption.Budget(
        "budget",
        budget_name=resource_group.names.of("budget"),
        scope=scope,
        amount=amount,
        category="Cost",
        time_grain="Monthly",
        time_period=consumption.BudgetTimePeriodArgs(start_date=f"{start.isoformat()}T00:00:00Z"),
        notifications={
            f"{kind.lower()}-{percent}": consumption.NotificationArgs(
                enabled=True,
                operator="GreaterThanOrEqualTo",
                threshold=percent,
                threshold_type=kind,
                contact_emails=list(contacts),
                contact_groups=[action_group_id],
            )
            for percent, kind in _THRESHOLDS
        },
    )
