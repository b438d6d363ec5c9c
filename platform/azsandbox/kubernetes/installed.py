"""Objects that an extension installs and that programs read, above all the service of Azure ML's router.

Source: learn.microsoft.com/azure/machine-learning/how-to-secure-kubernetes-online-endpoint ("Update your DNS
with an FQDN"): the address is that of service azureml-fe in namespace azureml; 2026-12-01.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from azsandbox.arm import identities
from azsandbox.kubernetes.cluster import Cluster
from azsandbox.pulumi.provider.backend import Values
from azsandbox.schema.values import reveal

_ML = "microsoft.azureml.kubernetes"
_ROUTER = ("v1", "Service", "azureml", "azureml-fe")
_INTERNAL = "service.beta.kubernetes.io/azure-load-balancer-internal"
# Of the subnet's addresses: load balancers and nodes take free ones, the model always this one.
_FROM_THE_END = -2


def find(cluster: Cluster, api: str, kind: str, namespace: str, name: str) -> Values | None:
    """The object, if an extension of the cluster installs it."""
    if cluster.aks is None or (api, kind, namespace, name) != _ROUTER:
        return None
    settings = _router_settings(cluster)
    if settings is None:
        return None
    internal = str(settings.get("scoringFe.serviceType.internalLoadBalancer")).lower() == "true"
    balancer = str(settings.get("inferenceRouterServiceType")).lower() == "loadbalancer"
    address = _address(cluster) if balancer and internal else None
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": namespace,
            "annotations": {_INTERNAL: "true"} if internal else {},
            "uid": identities.made_up("object", cluster.id(api, kind, namespace, name)),
        },
        "spec": {
            "type": "LoadBalancer" if balancer else "ClusterIP",
            "ports": [{"name": "https", "port": 443, "protocol": "TCP"}],
        },
        "status": {"loadBalancer": {"ingress": [{"ip": address}] if address else []}},
    }


def _router_settings(cluster: Cluster) -> Values | None:
    for resource in cluster.subscription.below(cluster.aks.id) if cluster.aks else ():
        if str(resource.inputs.get("extensionType")).lower() != _ML:
            continue
        settings: Any = reveal(resource.inputs.get("configurationSettings"))
        if isinstance(settings, dict) and str(settings.get("enableInference")).lower() == "true":
            return settings
    return None


def _address(cluster: Cluster) -> str | None:
    """An address in the subnet of the nodes, where internal load balancers get theirs."""
    pools: Any = cluster.aks.inputs.get("agentPoolProfiles") if cluster.aks else None
    first = pools[0] if isinstance(pools, list) and pools else {}
    subnet = cluster.subscription.get(str(first.get("vnetSubnetID"))) if first.get("vnetSubnetID") else None
    prefix = subnet.inputs.get("addressPrefix") if subnet else None
    return str(ipaddress.ip_network(prefix)[_FROM_THE_END]) if isinstance(prefix, str) else None
