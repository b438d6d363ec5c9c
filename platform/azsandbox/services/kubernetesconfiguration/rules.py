"""What Azure refuses about cluster extensions, above all the one of Azure ML."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

AZURE_ML_EXTENSION = "microsoft.azureml.kubernetes"

# What the Azure CLI adds to the documented settings (k8s-extension, AzureMLKubernetes.py).
AZURE_ML_SETTINGS = frozenset(
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


def _azure_ml_settings(inputs: Values) -> Values | None:
    settings = inputs.get("configurationSettings")
    return settings if extension_type(inputs) == AZURE_ML_EXTENSION and isinstance(settings, dict) else None


def extension_type(inputs: Values) -> str:
    return str(inputs.get("extensionType", "")).lower()


def azure_ml_settings_are_complete(inputs: Values) -> Iterator[Problem]:
    settings = _azure_ml_settings(inputs)
    if settings is None:
        return
    missing = sorted(AZURE_ML_SETTINGS - settings.keys())
    if missing:
        yield Problem(
            "configurationSettings",
            f"lacks {', '.join(missing)}: the Azure CLI adds them, ARM does not",
            code="required",
        )
    if settings.get("enableTraining") != "true" and settings.get("enableInference") != "true":
        yield Problem("configurationSettings", "enables neither training nor inference")


def azure_ml_inference_has_tls(inputs: Values) -> Iterator[Problem]:
    settings = _azure_ml_settings(inputs)
    if settings is None or settings.get("enableInference") != "true":
        return
    secret = settings.get("scoringFe.sslSecret")
    protected = inputs.get("configurationProtectedSettings")
    certificate = isinstance(protected, dict) and protected.get("scoringFe.sslCert")
    if settings.get("allowInsecureConnections") != "true" and not secret and not certificate:
        yield Problem(
            "configurationSettings",
            "enables inference without TLS: set scoringFe.sslSecret, or allowInsecureConnections",
        )


def one_extension_of_a_type(request: Request) -> None:
    wanted = extension_type(request.inputs)
    cluster = request.id.rpartition("/providers/")[0]
    for other in request.subscription.below(cluster):
        same_type = other.kind.endswith("/extensions") and extension_type(other.inputs) == wanted
        if same_type and ids.key(other.id) != ids.key(request.id):
            raise ArmError(
                409,
                "ExtensionAlreadyExists",
                f"Extension type '{wanted}' is already installed in the cluster as '{other.name}'.",
            )
