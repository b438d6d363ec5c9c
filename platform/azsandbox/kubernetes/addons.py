"""Custom types that AKS itself installs, by the feature of the cluster that brings them.

Sources: learn.microsoft.com/azure/aks (KEDA, VPA, Istio, application routing, CSI snapshots, managed
Prometheus) and /azure/azure-arc/kubernetes (Flux, Dapr), read on 2026-12-01.
"""

from __future__ import annotations

from typing import Any

Path = tuple[str, ...]
ALWAYS = frozenset({"snapshot.storage.k8s.io", "metrics.k8s.io"})
_BY_FEATURE: tuple[tuple[Path, Any, frozenset[str]], ...] = (
    (("workloadAutoScalerProfile", "keda", "enabled"), True, frozenset({"keda.sh", "eventing.keda.sh"})),
    (
        ("workloadAutoScalerProfile", "verticalPodAutoscaler", "enabled"),
        True,
        frozenset({"autoscaling.k8s.io"}),
    ),
    (("azureMonitorProfile", "metrics", "enabled"), True, frozenset({"azmonitoring.coreos.com"})),
    (
        ("serviceMeshProfile", "mode"),
        "Istio",
        frozenset({"networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io"}),
    ),
    (("ingressProfile", "webAppRouting", "enabled"), True, frozenset({"approuting.kubernetes.azure.com"})),
    (("ingressProfile", "gatewayAPI", "installation"), "Standard", frozenset({"gateway.networking.k8s.io"})),
    (("networkProfile", "networkDataplane"), "cilium", frozenset({"cilium.io"})),
    (
        ("networkProfile", "networkPolicy"),
        "calico",
        frozenset({"crd.projectcalico.org", "operator.tigera.io"}),
    ),
    (("podIdentityProfile", "enabled"), True, frozenset({"aadpodidentity.k8s.io"})),
    (
        ("addonProfiles", "azurepolicy", "enabled"),
        True,
        frozenset({"constraints.gatekeeper.sh", "templates.gatekeeper.sh"}),
    ),
)
_BY_EXTENSION = {
    "microsoft.flux": frozenset(
        {
            "source.toolkit.fluxcd.io",
            "kustomize.toolkit.fluxcd.io",
            "helm.toolkit.fluxcd.io",
            "image.toolkit.fluxcd.io",
            "notification.toolkit.fluxcd.io",
        }
    ),
    "microsoft.dapr": frozenset({"dapr.io"}),
}
_MODELLED = frozenset({"microsoft.azureml.kubernetes"})


def installs(group: str, cluster: dict[str, Any], extensions: set[str]) -> bool:
    """Whether a feature or an extension of the cluster brings the types of an API group.

    Extensions that the sandbox does not know may bring any type.
    """
    if group in ALWAYS:
        return True
    for path, wanted, groups in _BY_FEATURE:
        value: Any = cluster
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if group in groups and value == wanted:
            return True
    return any(
        group in _BY_EXTENSION[extension] if extension in _BY_EXTENSION else extension not in _MODELLED
        for extension in extensions
    )
