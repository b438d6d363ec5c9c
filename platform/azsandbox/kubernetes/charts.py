"""What a Helm release installs in a cluster, for the charts that the sandbox models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from azsandbox.errors import NotModelledError
from azsandbox.kubernetes.argo import API, EVENTS, WORKFLOWS


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One chart: the custom resource types that it installs and the values that it accepts."""

    types: tuple[tuple[str, str], ...]  # (apiVersion, kind)
    values: frozenset[str]  # the names of its top-level values


_WORKFLOWS_VALUES = frozenset(
    [
        "apiVersionOverrides",
        "artifactRepository",
        "artifactRepositoryRef",
        "commonLabels",
        "controller",
        "crds",
        "createAggregateRoles",
        "customArtifactRepository",
        "executor",
        "extraObjects",
        "fullnameOverride",
        "images",
        "kubeVersionOverride",
        "mainContainer",
        "nameOverride",
        "namespaceOverride",
        "server",
        "singleNamespace",
        "useDefaultArtifactRepo",
        "useStaticCredentials",
        "workflow",
        "emissary",
    ]
)
_EVENTS_VALUES = frozenset(
    [
        "configs",
        "controller",
        "crds",
        "createAggregateRoles",
        "extraObjects",
        "fullnameOverride",
        "global",
        "nameOverride",
        "namespaceOverride",
        "openshift",
        "webhook",
    ]
)

CHARTS = {
    "argo-workflows": Chart(types=tuple((API, kind) for kind in WORKFLOWS), values=_WORKFLOWS_VALUES),
    "argo-events": Chart(types=tuple((API, kind) for kind in EVENTS), values=_EVENTS_VALUES),
}


def name_of(chart: str) -> str:
    """The chart's name: `argo-workflows` of `oci://mirror/helm/argo-workflows` or `argo/argo-workflows`."""
    return chart.rstrip("/").rpartition("/")[2].partition(":")[0]


def find(inputs: dict[str, Any]) -> Chart:
    name = name_of(str(inputs.get("chart", "")))
    if name not in CHARTS:
        raise NotModelledError(
            f"the sandbox does not model the Helm chart {name!r}, only {', '.join(sorted(CHARTS))}"
        )
    return CHARTS[name]


def installs_types(inputs: dict[str, Any]) -> bool:
    """Whether the release installs its custom resource definitions; Argo's charts can leave them out."""
    values = inputs.get("values")
    crds = values.get("crds") if isinstance(values, dict) else None
    return not (inputs.get("skipCrds") or (isinstance(crds, dict) and crds.get("install") is False))
