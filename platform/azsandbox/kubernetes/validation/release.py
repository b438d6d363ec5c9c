"""What differs between Kubernetes' releases: feature gates that change what the API server takes.

Source: kubernetes pkg/features/kube_features.go (1.37.2). Alpha features are off in AKS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_STRICT_ADDRESSES = 36  # StrictIPCIDRValidation
_SERVICE_NAMES = 36  # RelaxedServiceNameValidation
_RESTART_RULES = 35  # ContainerRestartRules
_RESTART_ALL = 36  # RestartAllContainersOnContainerExits
_ENVIRONMENT_FILES = 35  # EnvFiles
_SCALE_TO_ZERO = 37  # HPAScaleToZero
_SAME_ZONE = 34  # PreferSameTrafficDistribution
_MUTABLE_SUSPENDED_JOBS = 36  # MutablePodResourcesForSuspendedJobs
_NEWEST = 99


@dataclass(frozen=True)
class Release:
    """Kubernetes 1.`minor`."""

    minor: int = _NEWEST

    @staticmethod
    def of(version: str) -> Release:
        match = re.match(r"1\.(\d+)", version)
        return Release(int(match[1]) if match else _NEWEST)

    @property
    def strict_addresses(self) -> bool:
        """Whether leading zeros and host bits in a CIDR are refused; before they were warned about."""
        return self.minor >= _STRICT_ADDRESSES

    @property
    def relaxed_service_names(self) -> bool:
        """Whether a service's name may start with a digit."""
        return self.minor >= _SERVICE_NAMES

    @property
    def restart_rules(self) -> bool:
        """Whether ordinary containers may have a restart policy."""
        return self.minor >= _RESTART_RULES

    @property
    def restart_all(self) -> bool:
        return self.minor >= _RESTART_ALL

    @property
    def environment_files(self) -> bool:
        return self.minor >= _ENVIRONMENT_FILES

    @property
    def scale_to_zero(self) -> bool:
        return self.minor >= _SCALE_TO_ZERO

    @property
    def same_zone(self) -> bool:
        return self.minor >= _SAME_ZONE

    @property
    def mutable_suspended_jobs(self) -> bool:
        return self.minor >= _MUTABLE_SUSPENDED_JOBS
