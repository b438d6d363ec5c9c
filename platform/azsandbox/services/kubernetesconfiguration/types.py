"""Cluster extensions (Arc and AKS) and Flux configurations."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.evidence import assumed, documented, specified
from azsandbox.arm.model import GROUP, NameRule, Request, ResourceType, Service, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_CLUSTER = GROUP + "/providers/{clusterRp}/{clusterResourceName}/{clusterName}"
_ON_CLUSTER = _CLUSTER + "/providers/Microsoft.KubernetesConfiguration/"
ML = "microsoft.azureml.kubernetes"

# What the Azure CLI adds to the documented settings (k8s-extension, AzureMLKubernetes.py).
ML_SETTINGS = frozenset(
    [
        "cluster_name",
        "clusterId",
        "cluster_name_friendly",
        "domain",
        "location",
        "jobSchedulerLocation",
        "servicebus.enabled",
        "relayserver.enabled",
        "nginxIngress.enabled",
        "prometheus.prometheusSpec.externalLabels.cluster_name",
    ]
)


def _ml_settings(inputs: Values) -> Iterator[Problem]:
    settings = inputs.get("configurationSettings")
    if str(inputs.get("extensionType", "")).lower() != ML or not isinstance(settings, dict):
        return
    missing = sorted(ML_SETTINGS - settings.keys())
    if missing:
        yield Problem(
            "configurationSettings",
            f"lacks {', '.join(missing)}: the Azure CLI adds them, ARM does not",
            code="required",
        )
    if settings.get("enableTraining") != "true" and settings.get("enableInference") != "true":
        yield Problem("configurationSettings", "enables neither training nor inference")
    inference = settings.get("enableInference") == "true"
    secured = settings.get("allowInsecureConnections") == "true" or settings.get("scoringFe.sslSecret")
    protected = inputs.get("configurationProtectedSettings")
    certificate = isinstance(protected, dict) and protected.get("scoringFe.sslCert")
    if inference and not secured and not certificate:
        yield Problem(
            "configurationSettings",
            "enables inference without TLS: set scoringFe.sslSecret, or allowInsecureConnections",
        )


def _only_one(request: Request) -> None:
    kind = str(request.inputs.get("extensionType", "")).lower()
    cluster = request.id.rpartition("/providers/")[0]
    for other in request.subscription.below(cluster):
        same = (
            other.kind.endswith("/extensions") and str(other.inputs.get("extensionType", "")).lower() == kind
        )
        if same and other.id.lower() != request.id.lower():
            raise ArmError(
                409,
                "ExtensionAlreadyExists",
                f"Extension type '{kind}' is already installed in the cluster as '{other.name}'.",
            )


SERVICE = Service(
    name="kubernetesconfiguration",
    types=(
        ResourceType(
            token="azure-native:kubernetesconfiguration:Extension",
            path=_ON_CLUSTER + "extensions/{extensionName}",
            name=NameRule(r"[a-zA-Z0-9][a-zA-Z0-9.-]{0,252}", "letters, digits, . and -"),
            replace=("extensionType", "scope"),
            early=(_ml_settings,),
            rules=(_only_one,),
            outputs=lambda _: {"currentVersion": "1.1.0", "isSystemExtension": False, "statuses": []},
            claims=(
                specified("its cluster exists"),
                documented(
                    "the Azure ML extension's settings: TLS for inference, and the ten that only the CLI adds"
                ),
                assumed("one extension of a type per cluster"),
            ),
        ),
        ResourceType(
            token="azure-native:kubernetesconfiguration:FluxConfiguration",
            path=_ON_CLUSTER + "fluxConfigurations/{fluxConfigurationName}",
            replace=("namespace", "scope"),
            claims=(specified("its cluster exists"),),
        ),
    ),
)
