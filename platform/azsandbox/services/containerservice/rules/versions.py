"""Which Kubernetes versions AKS creates clusters with, and warnings before the support of one ends.

Source: learn.microsoft.com/azure/aks/supported-kubernetes-versions, as tabulated in azsandbox.facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.facts import aks_versions
from azsandbox.schema.validate import Problem

_LONG_TERM = "AKSLongTermSupport"
_PAGE = "supported Kubernetes versions in AKS"
_WARNING = dt.timedelta(days=60)


def today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def version_is_well_formed(inputs: Values) -> Iterator[Problem]:
    version = inputs.get("kubernetesVersion")
    if isinstance(version, str) and version and aks_versions.minor(version) is None:
        yield Problem(
            "kubernetesVersion", f"{version!r} must be a version such as 1.{aks_versions.newest()} ({_PAGE})"
        )


def version_is_not_about_to_end(inputs: Values) -> Iterator[Problem]:
    """A warning from 60 days before support ends; no other cluster can be made with the version then."""
    version = inputs.get("kubernetesVersion")
    dates = aks_versions.support(version) if isinstance(version, str) else None
    if dates is None:
        return
    end = dates.until(long_term=inputs.get("supportPlan") == _LONG_TERM)
    if end - _WARNING <= today():
        yield Problem(
            "kubernetesVersion",
            f"{version!r} {'is' if today() <= end else 'was'} supported until {end}: upgrade to a newer "
            f"minor version ({_PAGE})",
            warning=True,
        )


def version_of_new_cluster_is_supported(inputs: Values) -> Iterator[Problem]:
    version = inputs.get("kubernetesVersion")
    minor = aks_versions.minor(version)
    if not isinstance(version, str) or minor is None:
        return
    long_term = inputs.get("supportPlan") == _LONG_TERM
    supported = ", ".join(aks_versions.supported(today(), long_term=long_term))
    dates = aks_versions.support(version)
    if dates is None and minor == aks_versions.newest() + 1:
        yield Problem(
            "kubernetesVersion", f"{version!r} is newer than the versions listed ({_PAGE})", warning=True
        )
    elif dates is None:
        yield Problem(
            "kubernetesVersion", f"{version!r} is not a supported version: {supported} are ({_PAGE})"
        )
    elif today() > dates.until(long_term=long_term):
        extended = dates.long_term_end
        plan = f", or set supportPlan {_LONG_TERM}" if extended and today() <= extended else ""
        yield Problem(
            "kubernetesVersion",
            f"{version!r} was supported until {dates.until(long_term=long_term)}, so that no new cluster can "
            f"have it: use one of {supported}{plan} ({_PAGE})",
        )
