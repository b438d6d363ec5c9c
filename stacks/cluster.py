"""Where jobs, endpoints and workflows run: AKS, the ML extension, Argo."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import machinelearningservices as ml
from pulumi_azure_native import storage
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta import v1 as meta

from roastery.components.argo.charts import (
    EVENTS_ACCOUNT,
    INFRA_ACCOUNT,
    SOURCES_ACCOUNT,
    WORKFLOW_ACCOUNT,
    Argo,
    ArgoArgs,
)
from roastery.components.cluster.access import provider
from roastery.components.cluster.agents import Agents, AgentsArgs
from roastery.components.cluster.aks import JOBS, Aks, AksArgs, Pool
from roastery.components.cluster.attach import allow_attach, attach
from roastery.components.cluster.extension import ml_extension
from roastery.components.identity.workload import ServiceAccount
from stacks import sections
from stacks.config import StackConfig
from stacks.foundation import Foundation
from stacks.workbench import Workbench

LEFT_OUT = (
    "cluster.reachable is false: left out are namespaces, network policies, quotas, service accounts, Argo "
    "Workflows, Argo Events, instance types, the attached compute, and the endpoint and the schedule on it. "
    "Run this stack from the build agents with cluster.reachable true to declare them."
)


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """What the other layers use; `argo` and `compute` are absent where the API server can't be reached."""

    aks: Aks
    argo: Argo | None = None
    compute: ml.Compute | None = None


def cluster(config: StackConfig, base: Foundation, bench: Workbench) -> Cluster:
    """Declares the cluster and what lives in it."""
    settings = config.cluster
    aks = Aks(
        "cluster",
        AksArgs(
            resource_group=base.work,
            subnet_id=base.network.subnet_ids["cluster"],
            vnet_id=base.network.vnet_id,
            zone_id=base.dns.cluster_zone_id,
            registry_id=base.registry.id,
            log_workspace_id=base.logs.workspace_id,
            tenant=config.tenant,
            admins=settings.admins,
            version=settings.kubernetes_version,
            tier=settings.tier,
            zones=settings.zones,
            service_cidr=str(settings.service_cidr),
            pod_cidr=str(settings.pod_cidr),
            dns_service_ip=str(settings.dns_service_ip),
            system_pool=_pool(settings.system_pool),
            job_pool=_pool(settings.job_pool),
            disable_local_accounts=settings.disable_local_accounts,
        ),
    )
    Agents(
        "agents",
        AgentsArgs(
            resource_group=base.work,
            subnet_id=base.network.subnet_ids["agents"],
            identity_id=bench.runner.id,
            size=config.machines.size,
            public_key=config.machines.public_key,
            zones=settings.zones,
        ),
    )
    bench.argo.federate(
        aks.oidc_issuer,
        [
            ServiceAccount(namespace="roastery", name=name)
            for name in (WORKFLOW_ACCOUNT, EVENTS_ACCOUNT, SOURCES_ACCOUNT)
        ],
    )
    bench.runner.federate(aks.oidc_issuer, [ServiceAccount(namespace="roastery", name=INFRA_ACCOUNT)])
    bench.jobs.federate(aks.oidc_issuer, [ServiceAccount(namespace="azureml-jobs", name="default")])
    extension = ml_extension(
        base.work,
        aks.id,
        aks.name,
        aks,
        tls_secret="azureml-fe-tls",  # noqa: S106 - the name of a Kubernetes secret, not its content
        high_availability=config.production,
    )
    allowed = allow_attach(base.work, bench.workspace.principal_id, aks.id, aks)
    if not settings.reachable:
        pulumi.log.warn(LEFT_OUT)
        return Cluster(aks=aks)
    argo, compute = _inside(config, base, bench, aks, [extension, *allowed])
    return Cluster(aks=aks, argo=argo, compute=compute)


def _inside(
    config: StackConfig, base: Foundation, bench: Workbench, aks: Aks, before: list[pulumi.Resource]
) -> tuple[Argo, ml.Compute]:
    """What lives in the cluster, and the cluster as compute."""
    kubernetes = provider(base.work.name, aks.name, config.cluster.login, aks)
    container = storage.BlobContainer(
        "artefacts",
        container_name="argo-artefacts",
        account_name=base.storage.name,
        resource_group_name=base.data.name,
        public_access=storage.PublicAccess.NONE,
        opts=pulumi.ResourceOptions(parent=base.storage),
    )
    argo = Argo(
        "argo",
        ArgoArgs(
            provider=kubernetes,
            chart_repository=config.argo.chart_repository,
            image_registry=config.argo.image_registry,
            workflows_chart=config.argo.workflows_chart,
            events_chart=config.argo.events_chart,
            client_id=bench.argo.client_id,
            infra_client_id=bench.runner.client_id,
            storage_account=base.storage.name,
            container="argo-artefacts",
            full_crds=config.argo.full_crds,
            crd_base_url=config.argo.crd_base_url,
            high_availability=config.production,
        ),
        pulumi.ResourceOptions(depends_on=[container]),
    )
    kind = CustomResource(
        "instance-jobs",
        api_version="amlarc.azureml.com/v1alpha1",
        kind="InstanceType",
        metadata=meta.ObjectMetaArgs(name="jobs"),
        spec={
            "nodeSelector": JOBS,
            "resources": {
                "requests": {"cpu": "2", "memory": "4Gi"},
                "limits": {"cpu": "4", "memory": "16Gi"},
            },
        },
        opts=pulumi.ResourceOptions(parent=aks, provider=kubernetes, depends_on=before),
    )
    compute = attach(
        base.work,
        workspace_name=bench.workspace.name,
        cluster_id=aks.id,
        namespace="azureml-jobs",
        identity_id=bench.jobs.id,
        parent=aks,
        before=[*before, kind, argo.jobs.resource],
    )
    return argo, compute


def _pool(pool: sections.Pool) -> Pool:
    return Pool(size=pool.size, minimum=pool.minimum, maximum=pool.maximum)
