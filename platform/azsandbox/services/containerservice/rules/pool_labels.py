"""What AKS refuses about labels and taints of node pools (learn.microsoft.com/azure/aks/use-labels)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_RESERVED_PREFIXES = ("kubernetes.azure.com", "kubernetes.io")
_RESERVED = frozenset(  # node labels of Kubernetes itself in the page's table
    ["node.kubernetes.io/instance-type", "topology.kubernetes.io/region", "topology.kubernetes.io/zone"]
)
_OWN = {  # what AKS sets itself: repeating it changes nothing (page: spot-node-pool)
    "kubernetes.azure.com/scalesetpriority": "spot",
    "kubernetes.azure.com/priority": "spot",
}
_PREFIX = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]")
_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?")
_LONGEST_PREFIX = 253
_SYSTEM_TAINT = "CriticalAddonsOnly"


def labels_are_valid(pool: Values, prefix: str) -> Iterator[Problem]:
    labels = pool.get("nodeLabels")
    for key, value in labels.items() if isinstance(labels, dict) else ():
        path = f'{prefix}nodeLabels["{key}"]'
        domain, slash, name = key.rpartition("/")
        if not _NAME.fullmatch(name) or (slash and not _is_domain(domain)):
            yield Problem(
                path, f"{key!r} is not a valid label key: [domain/]name, the name up to 63 characters"
            )
        elif (domain in _RESERVED_PREFIXES or key in _RESERVED) and _OWN.get(key) != value:
            yield Problem(path, f"{key!r} is reserved: AKS sets the labels of {domain} itself")
        if isinstance(value, str) and not _VALUE.fullmatch(value):
            yield Problem(
                path,
                f"{value!r} is not a valid label value: up to 63 letters, digits, - _ and ., which begins "
                "and "
                "ends with a letter or a digit",
            )


def _is_domain(text: str) -> bool:
    return len(text) <= _LONGEST_PREFIX and _PREFIX.fullmatch(text) is not None


def system_pool_takes_system_pods(pool: Values, prefix: str) -> Iterator[Problem]:
    """Only the taint for add-ons, or a soft one (github.com/Azure/AKS/issues/2578)."""
    taints = pool.get("nodeTaints")
    if pool.get("mode") != "System" or not isinstance(taints, list):
        return
    for index, taint in enumerate(taints):
        if not isinstance(taint, str):
            continue
        key, effect = taint.partition("=")[0].partition(":")[0], taint.rpartition(":")[2]
        if key != _SYSTEM_TAINT and effect != "PreferNoSchedule":
            yield Problem(
                f"{prefix}nodeTaints[{index}]",
                f"{taint!r} is on a system pool, which takes only the taint {_SYSTEM_TAINT} or the effect "
                "PreferNoSchedule (SystemPoolHasRestrictedTaint)",
            )
