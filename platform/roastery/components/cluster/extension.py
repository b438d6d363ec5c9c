"""The Azure ML extension, with which an AKS cluster runs jobs and endpoints."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import kubernetesconfiguration

from roastery.components.resource_group import ResourceGroup

NAMESPACE = "azureml"


def settings(cluster_id: str, cluster_name: str, region: str, *, high_availability: bool) -> dict[str, str]:
    """Every setting that the extension needs in ARM; all values are text.

    The second half is not in Microsoft's documents: the Azure CLI adds it (its extension `k8s-extension`,
    `partner_extensions/AzureMLKubernetes.py`), and without it the extension fails.
    """
    return {
        "enableTraining": "true",
        "enableInference": "true",
        "allowInsecureConnections": "false",
        "inferenceRouterServiceType": "LoadBalancer",
        "inferenceRouterHA": str(high_availability).lower(),
        "internalLoadBalancerProvider": "azure",
        "scoringFe.serviceType.internalLoadBalancer": "true",
        "installPromOp": "true",
        "installVolcano": "true",
        "installNvidiaDevicePlugin": "false",
        "installDcgmExporter": "false",
        "cluster_name": cluster_id,
        "clusterId": cluster_id,
        "prometheus.prometheusSpec.externalLabels.cluster_name": cluster_id,
        "cluster_name_friendly": cluster_name,
        "domain": f"{region}.cloudapp.azure.com",
        "location": region,
        "jobSchedulerLocation": region,
        "servicebus.enabled": "false",
        "relayserver.enabled": "false",
        "nginxIngress.enabled": "true",
    }


def ml_extension(
    resource_group: ResourceGroup,
    cluster_id: pulumi.Input[str],
    cluster_name: pulumi.Input[str],
    parent: pulumi.Resource,
    *,
    tls_secret: str,
    host: str,
    high_availability: bool,
    before: Sequence[pulumi.Resource],
) -> kubernetesconfiguration.Extension:
    """Declares the extension of the cluster.

    Args:
        resource_group: group and region.
        cluster_id: ARM id of the AKS cluster.
        cluster_name: its name.
        parent: the component the cluster belongs to.
        tls_secret: Kubernetes secret of namespace `azureml` with certificate and key of the router.
        host: by which callers reach the router; the certificate is for it.
        high_availability: three replicas of the router; needs three nodes.
        before: what creates the secret.
    """
    configuration = pulumi.Output.all(cluster_id, cluster_name).apply(
        lambda both: (
            settings(both[0], both[1], resource_group.region, high_availability=high_availability)
            # The CLI keeps the first name beside the second, which the charts read.
            | {"sslSecret": tls_secret, "scoringFe.sslSecret": tls_secret, "sslCname": host}
        )
    )
    return kubernetesconfiguration.Extension(
        "azureml",
        extension_name="azureml",
        extension_type="Microsoft.AzureML.Kubernetes",
        cluster_rp="Microsoft.ContainerService",
        cluster_resource_name="managedClusters",
        cluster_name=cluster_name,
        resource_group_name=resource_group.name,
        release_train="stable",
        auto_upgrade_minor_version=True,
        identity=kubernetesconfiguration.IdentityArgs(
            type=kubernetesconfiguration.ResourceIdentityType.SYSTEM_ASSIGNED
        ),
        scope=kubernetesconfiguration.ScopeArgs(
            cluster=kubernetesconfiguration.ScopeClusterArgs(release_namespace=NAMESPACE)
        ),
        configuration_settings=configuration,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(before)),
    )
