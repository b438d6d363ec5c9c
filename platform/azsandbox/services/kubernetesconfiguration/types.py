"""Cluster extensions (Arc and AKS) and Flux configurations."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import assumed, documented, specified
from azsandbox.arm.model import GROUP, NameRule, ResourceType, Service
from azsandbox.services.kubernetesconfiguration import outputs
from azsandbox.services.kubernetesconfiguration.rules import extensions, flux, router_tls

_CLUSTER = GROUP + "/providers/{clusterRp}/{clusterResourceName}/{clusterName}"
_ON_CLUSTER = _CLUSTER + "/providers/Microsoft.KubernetesConfiguration/"
_LONGEST_INTERVAL = 35791394  # seconds; azurerm, kubernetes_flux_configuration
_INTERVALS = ("timeoutInSeconds", "syncIntervalInSeconds", "retryIntervalInSeconds")
_AZURERM = "azurerm, kubernetes_flux_configuration"

SERVICE = Service(
    name="kubernetesconfiguration",
    types=(
        ResourceType(
            token="azure-native:kubernetesconfiguration:Extension",
            path=_ON_CLUSTER + "extensions/{extensionName}",
            name=NameRule(r"[a-zA-Z0-9][a-zA-Z0-9.-]{0,252}", "letters, digits, . and -"),
            replace=("extensionType", "scope"),
            early=(
                extensions.cluster_kind_is_valid,
                extensions.extension_type_is_given,
                extensions.version_is_pinned_or_upgraded,
                extensions.scope_is_cluster_or_namespace,
                extensions.azure_ml_settings_are_complete,
                extensions.azure_ml_settings_have_valid_values,
                extensions.azure_ml_inference_has_tls,
            ),
            rules=(extensions.one_extension_of_a_type, router_tls.secret_exists),
            outputs=outputs.extension,
            claims=(
                specified("its cluster exists, of a kind of its resource provider"),
                specified("has a type, and a pinned version or automatic upgrades"),
                specified("its scope is the cluster or a namespace"),
                documented(
                    "the Azure ML extension has TLS for inference; a warning without the ten settings that "
                    "only the Azure CLI adds"
                ),
                documented("flags and service types of the Azure ML extension have their values"),
                documented("TLS of the Azure ML extension has a host name"),
                documented(
                    "the secret that the Azure ML extension names is in namespace azureml, with both keys"
                ),
                assumed("one extension of a type per cluster"),
            ),
        ),
        ResourceType(
            token="azure-native:kubernetesconfiguration:FluxConfiguration",
            path=_ON_CLUSTER + "fluxConfigurations/{fluxConfigurationName}",
            name=NameRule(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", "1 to 63 lower-case letters, digits and -"),
            replace=("namespace", "scope"),
            laws=(
                *(
                    laws.Between(
                        path=f"kustomizations.*.{name}", least=1, most=_LONGEST_INTERVAL, source=_AZURERM
                    )
                    for name in _INTERVALS
                ),
                laws.Format(path="bucket.url", form="url", source=_AZURERM),
                laws.Format(path="azureBlob.url", form="url", source=_AZURERM),
                laws.Needs(within="bucket", when="url", needs=("bucketName",), source=_AZURERM),
                laws.Needs(within="azureBlob", when="url", needs=("containerName",), source=_AZURERM),
                laws.Format(
                    path="reconciliationWaitDuration", form="duration", source="Flux REST specification"
                ),
            ),
            early=(
                extensions.cluster_kind_is_valid,
                flux.source_is_the_kinds_own,
                flux.repository_is_valid,
                flux.kustomizations_are_known,
                flux.namespace_is_valid,
            ),
            claims=(
                specified("its cluster exists, of a kind of its resource provider"),
                documented(
                    "has one source, the one that its kind names; a repository has a URL and a reference"
                ),
                documented("kustomizations depend on others of the same configuration, in no ring"),
                specified("its namespace is well-formed"),
            ),
        ),
    ),
)
