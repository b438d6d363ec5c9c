"""Portal dashboards."""

from __future__ import annotations

from azsandbox.arm.model import IN_GROUP, NameRule, ResourceType, Service

SERVICE = Service(
    name="portal",
    types=(
        ResourceType(
            token="azure-native:portal:Dashboard",
            path=IN_GROUP + "Microsoft.Portal/dashboards/{dashboardName}",
            name=NameRule(r"[a-zA-Z0-9-]{3,160}", "3 to 160 letters, digits and hyphens"),
        ),
    ),
)
