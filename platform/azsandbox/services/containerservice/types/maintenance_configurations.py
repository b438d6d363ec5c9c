"""Maintenance windows of AKS clusters."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import Evidence, documented
from azsandbox.arm.model import NameRule, ResourceType
from azsandbox.services.containerservice.rules import maintenance_configurations as rules
from azsandbox.services.containerservice.types.managed_clusters import CLUSTER

_SPECIFICATION = "AKS REST specification"

TYPES = (
    ResourceType(
        token="azure-native:containerservice:MaintenanceConfiguration",
        path=CLUSTER + "/maintenanceConfigurations/{configName}",
        name=NameRule(
            r"default|aksManagedAutoUpgradeSchedule|aksManagedNodeOSUpgradeSchedule",
            "default, aksManagedAutoUpgradeSchedule or aksManagedNodeOSUpgradeSchedule",
            Evidence.DOCUMENTATION,
        ),
        laws=(
            laws.ExactlyOne(
                within="maintenanceWindow.schedule",
                of=("daily", "weekly", "absoluteMonthly", "relativeMonthly"),
                source=_SPECIFICATION,
            ),
            laws.NotEmpty(path="timeInWeek[].hourSlots", source=_SPECIFICATION),
            laws.Format(path="notAllowedTime[].start", form="time", source=_SPECIFICATION),
            laws.Format(path="notAllowedTime[].end", form="time", source=_SPECIFICATION),
            laws.Ordered(within="notAllowedTime[]", low="start", high="end", source=_SPECIFICATION),
        ),
        early=(
            rules.window_is_long_enough,
            rules.window_has_a_time,
            rules.dates_are_dates,
            rules.window_suits_the_configuration,
            rules.hours_are_hours,
        ),
        claims=(
            documented("one of three names; a window of 4 to 24 hours"),
            documented("starts at a time of day, with an offset that there is"),
            documented("dates without maintenance are dates, in order"),
            documented(
                "default has hours of 0 to 23 in a week, or a weekly window; the other two have a window"
            ),
        ),
    ),
)
