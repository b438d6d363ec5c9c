"""Maintenance windows of AKS clusters."""

from __future__ import annotations

from azsandbox.arm.evidence import Evidence, documented
from azsandbox.arm.model import NameRule, ResourceType
from azsandbox.services.containerservice.rules.maintenance_configurations import window_is_long_enough
from azsandbox.services.containerservice.types.managed_clusters import CLUSTER

TYPES = (
    ResourceType(
        token="azure-native:containerservice:MaintenanceConfiguration",
        path=CLUSTER + "/maintenanceConfigurations/{configName}",
        name=NameRule(
            r"default|aksManagedAutoUpgradeSchedule|aksManagedNodeOSUpgradeSchedule",
            "default, aksManagedAutoUpgradeSchedule or aksManagedNodeOSUpgradeSchedule",
            Evidence.DOCUMENTATION,
        ),
        early=(window_is_long_enough,),
        claims=(documented("one of three names; a window of 4 hours or more"),),
    ),
)
