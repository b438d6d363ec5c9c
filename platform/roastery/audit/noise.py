"""Changes that Azure and Kubernetes make by themselves: listed by an audit, and counted as nothing.

A reason belongs to each, and nothing is here that a person could change to get in: no access, no rights.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from roastery.audit.model import LiveChange

_AKS = "azure-native:containerservice:ManagedCluster"
_POOL = "azure-native:containerservice:AgentPool"
_VERSION = re.compile(r"v?(\d+)\.(\d+)(\.\d+)?")


@dataclass(frozen=True, kw_only=True)
class Noise:
    """What to expect: `type` and `path` are patterns of the whole text; `patch`: patch versions only."""

    type: str
    path: str
    reason: str
    patch: bool = False

    def covers(self, change: LiveChange) -> bool:
        same = re.fullmatch(self.type, change.type) and re.fullmatch(self.path, change.path)
        return bool(same) and (not self.patch or _only_patch(change.before, change.after))


KNOWN = (
    Noise(type=_AKS, path=r"agentPoolProfiles\[\d+\]\.count", reason="the cluster autoscaler sets it"),
    Noise(type=_POOL, path="count", reason="the cluster autoscaler sets it"),
    Noise(
        type="azure-native:compute:VirtualMachineScaleSet",
        path=r"sku\.capacity",
        reason="the agents scale by themselves",
    ),
    Noise(
        type=f"{_AKS}|{_POOL}",
        path=r"(agentPoolProfiles\[\d+\]\.)?(kubernetesVersion|orchestratorVersion|currentKubernetesVersion"
        r"|currentOrchestratorVersion)",
        reason="the upgrade channel installs patch versions",
        patch=True,
    ),
    Noise(
        type=f"{_AKS}|{_POOL}",
        path=r"(agentPoolProfiles\[\d+\]\.)?nodeImageVersion",
        reason="the node image channel installs new images",
    ),
    Noise(
        type=".*",
        path=r"etag|eTag|provisioningState|systemData(\..*)?|powerState(\..*)?",
        reason="Azure changes it at every operation",
    ),
    Noise(
        type="kubernetes:.*",
        path=r"metadata\.(resourceVersion|generation|managedFields.*|uid|creationTimestamp)|status(\..*)?",
        reason="the API server changes it at every operation",
    ),
    Noise(
        type="kubernetes:apps/.*",
        path=r'metadata\.annotations(\.|\[")deployment\.kubernetes\.io/revision("\])?',
        reason="the controller of deployments counts revisions",
    ),
)


def judged(change: LiveChange) -> LiveChange:
    """The change, with the reason if it is known noise. A resource that is absent is never noise."""
    if not change.path:
        return change
    reason = next((noise.reason for noise in KNOWN if noise.covers(change)), "")
    return replace(change, noise=reason)


def _only_patch(before: str, after: str) -> bool:
    """Whether two versions have the same minor version; `1.35` stands for its patch versions."""
    old, new = _VERSION.fullmatch(before), _VERSION.fullmatch(after)
    return old is not None and new is not None and old.group(1, 2) == new.group(1, 2)
