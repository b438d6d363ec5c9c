"""Cluster extensions (Arc and AKS) and Flux configurations."""

from __future__ import annotations

from azsandbox.arm.evidence import assumed, documented, specified
from azsandbox.arm.model import GROUP, NameRule, ResourceType, Service
from azsandbox.services.kubernetesconfiguration import outputs, rules

_CLUSTER = GROUP + "/providers/{clusterRp}/{clusterResourceName}/{clusterName}"
_ON_CLUSTER = _CLUSTER + "/providers/Microsoft.KubernetesConfiguration/"

SERVICE = Service(
    name="kubernetesconfiguration",
    types=(
        ResourceType(
            token="azure-native:kubernetesconfiguration:Extension",
            path=_ON_CLUSTER + "extensions/{extensionName}",
            name=NameRule(r"[a-zA-Z0-9][a-zA-Z0-9.-]{0,252}", "letters, digits, . and -"),
            replace=("extensionType", "scope"),
            early=(rules.azure_ml_settings_are_complete, rules.azure_ml_inference_has_tls),
            rules=(rules.one_extension_of_a_type,),
            outputs=outputs.extension,
            claims=(
                specified("its cluster exists"),
                documented(
                    "the Azure ML extension has TLS for inference, and the ten settings that only the Azure "
                    "CLI adds"
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
