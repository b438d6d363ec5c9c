"""Where jobs, endpoints and workflows run: AKS, the build agents, the ML extension, Argo."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from roastery.components.argo.charts import Argo, ArgoArgs
from roastery.components.cluster.access import provider
from roastery.components.cluster.agents import Agents, AgentsArgs
from roastery.components.cluster.aks import JOB_NODES, Aks, AksArgs, NodePool
from roastery.components.cluster.attach import allow_attach, attach, trust
from roastery.components.cluster.instance_type import InstanceType, declare_instance_type
from roastery.components.cluster.jobs_namespace import azure_ml_traffic, only_azure_ml_creates_pods
from roastery.components.identity import grants
from roastery.components.identity.roles import assign
from roastery.components.storage import blob_container
from stacks.config import StackConfig
from stacks.foundation import Foundation
from stacks.router import ml_router
from stacks.sections import NodePoolSection
from stacks.workbench import JOBS_NAMESPACE, Workbench

ARTEFACTS = "argo-artefacts"
INSTANCE_TYPE = InstanceType(
    name="jobs",
    node_labels=JOB_NODES,
    requests={"cpu": "2", "memory": "4Gi"},
    limits={"cpu": "4", "memory": "16Gi"},
)
LEFT_OUT = (
    "cluster.reachable is false: left out are namespaces, network policies, quotas, service accounts, Argo "
    "Workflows, Argo Events, the Azure ML extension and its certificate, instance types, the attached "
    "compute, and the endpoint and the schedule on it. "
    "Run this stack from the build agents with cluster.reachable true to declare them."
)


@dataclass(frozen=True, kw_only=True)
class InCluster:
    """What the other layers use of what is declared inside the cluster."""

    argo: Argo
    compute_id: pulumi.Output[str]


def cluster(config: StackConfig, base: Foundation) -> Aks:
    """Declares the cluster."""
    section = config.cluster
    return Aks(
        "cluster",
        AksArgs(
            resource_group=base.work,
            subnet_id=base.network.subnet_ids["cluster"],
            vnet_id=base.network.vnet_id,
            zone_id=base.dns.cluster_zone_id,
            registry_id=base.shared_registry_id,
            log_workspace_id=base.logs.workspace_id,
            tenant=config.tenant,
            admins=section.admins,
            version=section.kubernetes_version,
            tier=section.tier,
            zones=section.zones,
            service_cidr=str(section.service_cidr),
            pod_cidr=str(section.pod_cidr),
            dns_service_ip=str(section.dns_service_ip),
            system_pool=_pool(section.system_pool),
            job_pool=_pool(section.job_pool),
            disable_local_accounts=section.disable_local_accounts,
            role_wait=section.role_wait,
            behind_firewall=config.network.egress == "firewall",
        ),
    )


def in_cluster(config: StackConfig, base: Foundation, bench: Workbench, aks: Aks) -> InCluster | None:
    """Declares what runs in the cluster; None, and a warning, where its API server can't be reached."""
    if not config.cluster.reachable:
        pulumi.log.warn(LEFT_OUT)
        return None
    kubernetes = provider(base.work.name, aks.name, config.cluster.login, aks)
    extension = ml_router(config, base, aks, kubernetes)
    container = blob_container(
        "artefacts", ARTEFACTS, account=base.storage, resource_group=base.data, parent=base.storage
    )
    assign(
        grants.archived_logs(bench.argo_server.principal_id, container.id),
        names=config.names,
        parent=base.storage,
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
            server_client_id=bench.argo_server.client_id,
            storage_account=base.storage.name,
            container=ARTEFACTS,
            full_crds=config.argo.full_crds,
            crd_base_url=config.argo.crd_base_url,
            high_availability=config.production,
        ),
        pulumi.ResourceOptions(depends_on=[container]),
    )
    compute_id = _attached(config, base, bench, aks, argo=argo, extension=extension)
    return InCluster(argo=argo, compute_id=compute_id)


def _attached(
    config: StackConfig,
    base: Foundation,
    bench: Workbench,
    aks: Aks,
    *,
    argo: Argo,
    extension: pulumi.CustomResource,
) -> pulumi.Output[str]:
    """The id of the compute, which is there once everything is that guards its namespace."""
    before: list[pulumi.Resource] = [
        extension,
        trust(base.work, bench.workspace.id, aks.name, aks),
        *allow_attach(base.work, bench.workspace.principal_id, aks.id, aks),
    ]
    guards = [
        *azure_ml_traffic(argo.jobs, argo.workflows, argo.provider),
        *only_azure_ml_creates_pods(JOBS_NAMESPACE, argo.provider, argo.jobs, config.cluster.job_pods),
    ]
    instance_type = declare_instance_type(INSTANCE_TYPE, argo.provider, aks, before)
    return attach(
        base.work,
        workspace_name=bench.workspace.name,
        cluster_id=aks.id,
        namespace=JOBS_NAMESPACE,
        instance_type=INSTANCE_TYPE.name,
        identity_id=bench.jobs.id,
        parent=aks,
        before=[*before, instance_type, argo.jobs.resource, *guards],
    ).id


def agents(config: StackConfig, base: Foundation, bench: Workbench) -> None:
    """Declares the build agents."""
    Agents(
        "agents",
        AgentsArgs(
            resource_group=base.work,
            subnet_id=base.network.subnet_ids["agents"],
            identity_id=bench.runner.id,
            size=config.machines.size,
            public_key=config.machines.public_key,
            zones=config.cluster.zones,
        ),
    )


def _pool(section: NodePoolSection) -> NodePool:
    return NodePool(size=section.size, minimum=section.minimum, maximum=section.maximum)
