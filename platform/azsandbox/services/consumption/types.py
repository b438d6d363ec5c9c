"""Cost Management: budgets."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import NameRule, Reference, ResourceType, Service
from azsandbox.services import kinds
from azsandbox.services.consumption import outputs, rules

SERVICE = Service(
    name="consumption",
    types=(
        ResourceType(
            token="azure-native:consumption:Budget",
            path="/{scope}/providers/Microsoft.Consumption/budgets/{budgetName}",
            name=NameRule(r"[a-zA-Z0-9_-]{1,63}", "1 to 63 letters, digits, _ and -"),
            references=(Reference("notifications.*.contactGroups[]", (kinds.ACTION_GROUP,)),),
            laws=(
                laws.Unchangeable(path="timePeriod.startDate"),
                laws.Unchangeable(path="timeGrain"),
                laws.Format(
                    path="notifications.*.contactEmails[]",
                    form="email",
                    source="Consumption REST specification",
                ),
            ),
            early=(
                rules.starts_on_the_first_of_a_month,
                rules.ends_after_its_start,
                rules.filter_is_one_expression,
                rules.action_groups_have_a_scope_of_their_own,
                rules.amount_is_positive,
                rules.notifications_have_thresholds_and_receivers,
            ),
            outputs=outputs.budget,
            claims=(
                documented("starts on the first of a month since June 2017, and ends after it"),
                documented("at most 5 notifications"),
                specified("thresholds of 0 to 1000 percent, each with a receiver"),
                specified("filters by one expression, or by several joined by `and`"),
                specified("action groups are allowed at subscriptions and resource groups only"),
            ),
        ),
    ),
)
