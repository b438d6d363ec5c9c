"""The profile of the cluster autoscaler: all its values are texts (REST specification of AKS)."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.laws import Law

_SOURCE = "AKS REST specification"
_MINUTES = (
    "maxNodeProvisionTime",
    "scaleDownDelayAfterAdd",
    "scaleDownDelayAfterFailure",
    "scaleDownUnneededTime",
    "scaleDownUnreadyTime",
)
_FLAGS = ("balanceSimilarNodeGroups", "skipNodesWithLocalStorage", "skipNodesWithSystemPods")


def _matches(name: str, pattern: str, description: str) -> Law:
    return laws.Matches(
        path=f"autoScalerProfile.{name}", pattern=pattern, description=description, source=_SOURCE
    )


AUTOSCALER: tuple[Law, ...] = (
    *(_matches(name, r"\d+m", "a number of minutes such as 10m") for name in _MINUTES),
    _matches("scaleDownDelayAfterDelete", r"\d+[ms]", "a number of minutes such as 10m, or of seconds"),
    _matches("newPodScaleUpDelay", r"\d+(ms|s|m|h)", "a number with a unit such as 0s or 5m"),
    _matches("scanInterval", r"\d+[sm]?", "a number of seconds such as 10s"),
    *(_matches(name, "(?i:true|false)", "'true' or 'false'") for name in _FLAGS),
    _matches("maxEmptyBulkDelete", r"0*[1-9]\d*", "a whole number of 1 or more"),
    _matches("maxGracefulTerminationSec", r"\d+", "a whole number of seconds"),
    _matches("maxTotalUnreadyPercentage", r"\d{1,2}(\.\d+)?|100(\.0+)?", "a percentage of 0 to 100"),
    _matches("okTotalUnreadyCount", r"\d+", "a whole number"),
    _matches("scaleDownUtilizationThreshold", r"0(\.\d+)?|1(\.0+)?|\.\d+", "a number of 0 to 1"),
)
