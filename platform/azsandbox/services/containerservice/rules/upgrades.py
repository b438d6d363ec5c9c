"""What AKS refuses about upgrades, and about versions of pools beside the control plane's.

Sources, read on 2026-12-01: learn.microsoft.com/azure/aks (upgrade-aks-control-plane, create-node-pools).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from azsandbox.arm.laws import Law
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.containerservice.rules.agent_pools import inline_pools

_POOL_SKEW = 3
_LONG_TERM_STEP = 3


def parsed(version: Any) -> tuple[int, int | None] | None:
    """(minor, patch) of a version 1.NN or 1.NN.P."""
    match = re.fullmatch(r"1\.(\d+)(?:\.(\d+))?", str(version or ""))
    return (int(match[1]), int(match[2]) if match[2] else None) if match else None


def _step_refused(old: Values, new: Values) -> str | None:
    before, after = parsed(old.get("kubernetesVersion")), parsed(new.get("kubernetesVersion"))
    if before is None or after is None:
        return None
    long_term = new.get("supportPlan") == "AKSLongTermSupport"
    step = _LONG_TERM_STEP if long_term else 1
    older_patch = (
        before[0] == after[0] and before[1] is not None and after[1] is not None and after[1] < before[1]
    )
    if after[0] < before[0] or older_patch:  # wording recorded on 2019-11-13
        return (
            f"Downgrading Kubernetes version {old['kubernetesVersion']} to {new['kubernetesVersion']} is not "
            "allowed."
        )
    if after[0] > before[0] + step:  # wording recorded on 2024-09-11
        return (
            f"Upgrading Kubernetes version {old['kubernetesVersion']} to {new['kubernetesVersion']} is not "
            f"allowed: versions go up by {step} minor at a time. Please see "
            "https://aka.ms/aks-supported-k8s-ver for version details."
        )
    return None


@dataclass(frozen=True, kw_only=True)
class UpgradesInOrder(Law):
    """Versions go up, one minor at a time; with long-term support up to three."""

    @property
    def text(self) -> str:
        return "versions go up by at most one minor, with long-term support by three"

    def changes(self, old: Values, new: Values) -> Iterator[Problem]:
        message = _step_refused(old, new)
        if message:
            yield self.problem("kubernetesVersion", message)


def version_upgraded_by_one_minor(request: Request) -> None:
    message = _step_refused(request.existing.inputs, request.inputs) if request.existing else None
    if message:
        raise ArmError(400, "OperationNotAllowed", message)


def new_pools_have_the_clusters_version(request: Request) -> None:
    """At creation; later, pools may stay behind the control plane (create-node-pools, limitations)."""
    wanted = parsed(request.inputs.get("kubernetesVersion"))
    for pool in inline_pools(request.inputs) if request.existing is None and wanted else []:
        version = parsed(pool.get("orchestratorVersion"))
        if version and wanted and not _same(version, wanted):
            raise ArmError(
                400,
                "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged",
                f"Pool '{pool.get('name')}' has orchestratorVersion {pool.get('orchestratorVersion')}, but "
                "a new "
                "cluster's pools have the version of its control plane, "
                f"{request.inputs['kubernetesVersion']}.",
            )


def _same(first: tuple[int, int | None], second: tuple[int, int | None]) -> bool:
    return first[0] == second[0] and (None in (first[1], second[1]) or first[1] == second[1])


def pool_follows_control_plane(request: Request) -> None:
    """A pool is at most as new as its cluster, and at most three minors older."""
    cluster = request.parent.inputs.get("kubernetesVersion") if request.parent else None
    own, wanted = parsed(request.inputs.get("orchestratorVersion")), parsed(cluster)
    if own is None or wanted is None or request.inputs.get("__inline"):
        return
    newer = own[0] > wanted[0] or (
        own[0] == wanted[0] and own[1] is not None and wanted[1] is not None and own[1] > wanted[1]
    )
    if newer or own[0] < wanted[0] - _POOL_SKEW:
        raise ArmError(
            400,
            "NodePoolMcVersionIncompatible",
            f"Node pool version {request.inputs['orchestratorVersion']} and control plane version "
            f"{cluster} are "
            "incompatible: a pool is not newer than the control plane, nor more than three minors older.",
        )
