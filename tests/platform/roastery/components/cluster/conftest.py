"""An AKS cluster as a compute of the workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from roastery.components.argo.namespace import Namespace, NamespaceArgs
from roastery.components.cluster.access import provider
from roastery.components.cluster.attach import allow_attach, attach, trust
from roastery.components.cluster.extension import ml_extension
from roastery.components.cluster.instance_type import InstanceType, declare_instance_type
from roastery.components.cluster.jobs_namespace import azure_ml_traffic, only_azure_ml_creates_pods
from roastery.components.cluster.router import SECRET, RouterTlsArgs, router_address, router_tls
from roastery.components.network.dns import PrivateDns, PrivateDnsArgs
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]
IMAGE = f"cr.example.com/runner@sha256:{'0' * 64}"
SMALL = InstanceType(
    name="small", node_labels={"pool": "jobs"}, requests={"cpu": "1"}, limits={"cpu": "2", "memory": "4Gi"}
)


@pytest.fixture
def attached(declare: Declare, group: ResourceGroup) -> Any:
    """Everything that makes an AKS cluster a compute of the workspace."""

    def program() -> None:
        parent = pulumi.ComponentResource("tests:index:Parent", "cluster")
        kubernetes = provider("rg", "aks", "workloadidentity", parent)
        certificate = RouterTlsArgs(
            provider=kubernetes,
            vault="kv",
            tenant="tenant",
            client_id="router-client",
            certificate="endpoint-certificate",
            key="endpoint-key",
            image=IMAGE,
        )
        plugin = ml_extension(
            group,
            "aks-id",
            "aks",
            parent,
            tls_secret=SECRET,
            host="forecast.example.com",
            high_availability=True,
            before=router_tls(certificate, parent),
        )
        zones = PrivateDns("dns", PrivateDnsArgs(resource_group=group, vnet_id="vnet-id", groups=()))
        zones.host("forecast.example.com", router_address(plugin, kubernetes, parent))
        jobs, workflows = (
            Namespace(name, NamespaceArgs(provider=kubernetes, name=name, cpu="8", memory="8Gi", pods=9))
            for name in ("jobs", "workflows")
        )
        guards = [
            *azure_ml_traffic(jobs, workflows, kubernetes),
            *only_azure_ml_creates_pods("jobs", kubernetes, parent, "Deny"),
        ]
        trusted = trust(group, "mlw-id", "aks", parent)
        before = [
            plugin,
            trusted,
            *guards,
            *allow_attach(group, "workspace-principal", "aks-id", parent),
        ]
        instance_type = declare_instance_type(SMALL, kubernetes, parent, before)
        attach(
            group,
            workspace_name="mlw",
            cluster_id="aks-id",
            namespace="jobs",
            instance_type=SMALL.name,
            identity_id="id-jobs-id",
            parent=parent,
            before=[*before, instance_type],
        )

    return declare(program)
