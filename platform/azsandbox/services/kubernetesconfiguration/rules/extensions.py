"""What Azure refuses about cluster extensions, above all the one of Azure ML.

Sources, read on 2026-12-01: the REST specification; learn.microsoft.com/azure/aks/cluster-extensions and
azure-arc/kubernetes/extensions-release; learn.microsoft.com/azure/machine-learning/
how-to-deploy-kubernetes-extension (configuration settings); the CLI extension k8s-extension
(partner_extensions/AzureMLKubernetes.py); terraform-provider-azurerm, kubernetes_cluster_extension.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.schema.values import UNKNOWN

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
_FLAGS = (
    "enableTraining",
    "enableInference",
    "allowInsecureConnections",
    "inferenceRouterHA",
    "installNvidiaDevicePlugin",
    "installPromOp",
    "installVolcano",
    "installDcgmExporter",
    "servicebus.enabled",
    "relayserver.enabled",
    "nginxIngress.enabled",
)
_SERVICE_TYPES = ("clusterip", "nodeport", "loadbalancer")
_KNOWN_TYPES = (  # for suggestions only: publishers register more
    "microsoft.azureml.kubernetes",
    "microsoft.flux",
    "microsoft.dapr",
    "microsoft.azuremonitor.containers",
    "microsoft.azuremonitor.containers.metrics",
    "microsoft.azuredefender.kubernetes",
    "microsoft.policyinsights",
    "microsoft.azurekeyvaultsecretsprovider",
    "microsoft.openservicemesh",
    "microsoft.azurebackup.kubernetes",
    "microsoft.azure.containerstorage",
    "microsoft.app.environment",
    "microsoft.web.appservice",
    "microsoft.eventgrid",
    "microsoft.apimanagement.gateway",
    "microsoft.appconfiguration",
    "microsoft.extensiondiagnostics",
    "microsoft.arcdataservices",
    "microsoft.iotoperations",
    "microsoft.videoindexer",
    "microsoft.networkfabricserviceextension",
    "microsoft.workloadiam",
)
_CLUSTERS = {  # resource provider → its clusters
    "microsoft.containerservice": "managedclusters",
    "microsoft.kubernetes": "connectedclusters",
    "microsoft.hybridcontainerservice": "provisionedclusters",
}


def cluster_kind_is_valid(inputs: Values) -> Iterator[Problem]:
    """The resource provider and its kind of cluster go together."""
    provider, kind = inputs.get("clusterRp"), inputs.get("clusterResourceName")
    if not isinstance(provider, str) or not isinstance(kind, str):
        return
    wanted = _CLUSTERS.get(provider.lower())
    if wanted is None:
        yield Problem(
            "clusterRp",
            f"{provider!r} has no clusters: use Microsoft.ContainerService, Microsoft.Kubernetes or "
            "Microsoft.HybridContainerService",
        )
    elif kind.lower() != wanted:
        yield Problem("clusterResourceName", f"{kind!r} is not {wanted!r}, the clusters of {provider}")


def extension_type_is_given(inputs: Values) -> Iterator[Problem]:
    kind = inputs.get("extensionType")
    if kind is None:
        yield Problem("extensionType", "is required", code="required")
    elif isinstance(kind, str) and kind.lower() not in _KNOWN_TYPES:
        hint = suggestion(kind.lower(), _KNOWN_TYPES)
        bought = isinstance(inputs.get("plan"), dict)  # a publisher's own type, such as azure-vote
        if ("." not in kind and not bought) or (hint and kind.lower().startswith("microsoft.")):
            yield Problem("extensionType", f"{kind!r} is not a registered extension type{hint}")


def version_is_pinned_or_upgraded(inputs: Values) -> Iterator[Problem]:
    """A version goes without automatic upgrades; a release train beside it is taken (recorded 2022-03-08)."""
    upgrades, version = inputs.get("autoUpgradeMinorVersion"), inputs.get("version")
    if version is not None and upgrades in (None, True):
        yield Problem("version", f"{version!r} needs autoUpgradeMinorVersion false")
    if isinstance(version, str) and not re.fullmatch(r"\d+(\.\d+)*([-.+]\S+)?", version):
        yield Problem("version", f"{version!r} is not a version such as 1.1.39")


def scope_is_cluster_or_namespace(inputs: Values) -> Iterator[Problem]:
    scope = inputs.get("scope")
    if not isinstance(scope, dict):
        return
    if scope.get("cluster") is not None and scope.get("namespace") is not None:
        yield Problem("scope", "has cluster and namespace, but an extension has one scope")
    for kind, name in (("cluster", "releaseNamespace"), ("namespace", "targetNamespace")):
        part = scope.get(kind)
        namespace = part.get(name) if isinstance(part, dict) else None
        if isinstance(namespace, str) and not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", namespace):
            yield Problem(f"scope.{kind}.{name}", f"{namespace!r} is not a valid namespace name")


def extension_type(inputs: Values) -> str:
    return str(inputs.get("extensionType", "")).lower()


def _azure_ml_settings(inputs: Values) -> Values | None:
    """Its settings; UNKNOWN values among them stay."""
    settings = inputs.get("configurationSettings")
    if extension_type(inputs) != AZURE_ML_EXTENSION or settings is UNKNOWN:
        return None
    return settings if isinstance(settings, dict) else {}


def _on(settings: Values, name: str) -> bool | None:
    """Whether a flag is on, in any case of letters; None if that is unknown."""
    value = settings.get(name)
    return None if value is UNKNOWN else isinstance(value, str) and value.lower() == "true"


def azure_ml_settings_are_complete(inputs: Values) -> Iterator[Problem]:
    settings = _azure_ml_settings(inputs)
    if settings is None:
        return
    missing = sorted(AZURE_ML_SETTINGS - settings.keys())
    if missing:
        yield Problem(
            "configurationSettings",
            f"lacks {', '.join(missing)}: ARM takes it, but the charts want them: the CLI adds them",
            warning=True,
        )
    if _on(settings, "enableTraining") is False and _on(settings, "enableInference") is False:
        yield Problem("configurationSettings", "enables neither training nor inference")


def azure_ml_settings_have_valid_values(inputs: Values) -> Iterator[Problem]:
    settings = _azure_ml_settings(inputs) or {}
    for name in _FLAGS:
        value = settings.get(name)
        if isinstance(value, str) and value.lower() not in ("true", "false"):
            yield Problem(f'configurationSettings["{name}"]', f"{value!r} is not 'true' or 'false'")
    service = settings.get("inferenceRouterServiceType")
    if isinstance(service, str) and service.lower() not in _SERVICE_TYPES:
        yield Problem(
            'configurationSettings["inferenceRouterServiceType"]',
            f"{service!r} is not clusterIP, nodePort or loadBalancer",
        )
    balancer = settings.get("internalLoadBalancerProvider")
    if isinstance(balancer, str) and balancer.lower() != "azure":
        yield Problem('configurationSettings["internalLoadBalancerProvider"]', f"{balancer!r} is not azure")


def azure_ml_inference_has_tls(inputs: Values) -> Iterator[Problem]:
    settings = _azure_ml_settings(inputs)
    if settings is None or not _on(settings, "enableInference"):
        return
    protected = inputs.get("configurationProtectedSettings")
    secrets = protected if isinstance(protected, dict) else {}
    unknown = protected is UNKNOWN or _on(settings, "allowInsecureConnections") is None
    secret = settings.get("scoringFe.sslSecret")
    certificate = secrets.get("scoringFe.sslCert")
    if unknown or _on(settings, "allowInsecureConnections"):
        return
    if secret or certificate:
        if not settings.get("sslCname"):  # the CLI refuses it, and the extension's health check too
            yield Problem(
                'configurationSettings["sslCname"]',
                "is required with TLS: the host name in the certificate, by which callers reach the endpoint "
                "(how-to-deploy-kubernetes-extension)",
                code="required",
            )
        return
    if settings.get("sslSecret") or secrets.get("sslCertPemFile"):
        yield Problem(
            "configurationSettings",
            "names TLS as the Azure CLI does: in ARM it is scoringFe.sslSecret, or scoringFe.sslCert and "
            "sslKey",
            warning=True,
        )
        return
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
