"""A private AKS cluster: workload identity, Entra RBAC, Azure Policy, secrets from Key Vault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_azure_native import authorization
from pulumi_azure_native import containerservice as aks

from roastery import roles
from roastery.components.identity.propagation import in_effect
from roastery.components.identity.roles import RoleGrant, assign_all
from roastery.components.identity.workload import WorkloadIdentity, WorkloadIdentityArgs
from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.outputs import value_from_azure
from roastery.components.resource_group import ResourceGroup

# Everything but `kube-audit`, which repeats `kube-audit-admin` with every read and costs most.
_LOGS = (
    "kube-apiserver",
    "kube-audit-admin",
    "kube-controller-manager",
    "kube-scheduler",
    "cluster-autoscaler",
    "cloud-controller-manager",
    "guard",
)
JOB_NODES = {"roastery/pool": "jobs"}  # label of the job pool's nodes
_PODS = 250  # per node: the default of an overlay, written out for scanners that require it


@dataclass(frozen=True, kw_only=True)
class NodePool:
    """A node pool that scales between its bounds."""

    size: str
    minimum: int
    maximum: int


@dataclass(frozen=True, kw_only=True)
class AksArgs:
    """One cluster.

    Args:
        resource_group: group, names, tags.
        subnet_id: of the nodes.
        vnet_id: network in which the control plane creates its load balancers.
        zone_id: private DNS zone of the API server.
        registry_id: registry that nodes pull images from.
        log_workspace_id: where its logs go.
        tenant: Entra tenant id.
        admins: object id of the group of cluster administrators.
        version: `1.NN`; Azure chooses and updates the patch number.
        tier: `Free`, `Standard` or `Premium`.
        zones: availability zones of the nodes.
        service_cidr, pod_cidr, dns_service_ip: addresses inside the cluster.
        system_pool, job_pool: sizes and bounds.
        disable_local_accounts: no certificate-based administrator.
        role_wait: seconds from the creation of the identities' roles to that of the cluster.
        behind_firewall: whether a route of the subnet leads to a firewall, instead of a NAT gateway.
    """

    resource_group: ResourceGroup
    subnet_id: pulumi.Input[str]
    vnet_id: pulumi.Input[str]
    zone_id: pulumi.Input[str]
    registry_id: pulumi.Input[str]
    log_workspace_id: pulumi.Input[str]
    tenant: str
    admins: str
    version: str
    tier: Literal["Free", "Standard", "Premium"]
    zones: Sequence[str]
    service_cidr: str
    pod_cidr: str
    dns_service_ip: str
    system_pool: NodePool
    job_pool: NodePool
    disable_local_accounts: bool = True
    role_wait: float = 0
    behind_firewall: bool = False


class Aks(pulumi.ComponentResource):
    """The cluster, its two identities with their roles, its pools and maintenance windows."""

    id: pulumi.Output[str]
    name: pulumi.Output[str]
    oidc_issuer: pulumi.Output[str]

    def __init__(self, name: str, args: AksArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:cluster:Aks", name, None, opts)
        self._args = args
        self._control_plane = self._identity("aks")
        self._kubelet = self._identity("kubelet")
        # AKS checks the roles at once: customPrivateDNSZoneMissingPermission where they do not hold yet.
        cluster = self._cluster(in_effect(self._roles(), args.role_wait))
        self.id, self.name = cluster.id, cluster.name
        self.oidc_issuer = value_from_azure(
            cluster, cluster.oidc_issuer_profile, lambda profile: profile.issuer_url if profile else None
        )
        self._job_pool(cluster)
        self._maintenance(cluster)
        diagnose("aks", cluster.id, args.log_workspace_id, self, groups=(), categories=_LOGS)
        self.register_outputs({"id": self.id, "name": self.name, "oidc_issuer": self.oidc_issuer})

    def _identity(self, part: str) -> WorkloadIdentity:
        return WorkloadIdentity(
            f"{part}-identity",
            WorkloadIdentityArgs(resource_group=self._args.resource_group, part=part),
            pulumi.ResourceOptions(parent=self),
        )

    def _roles(self) -> list[authorization.RoleAssignment]:
        """What the identities may do, which has to hold before the cluster is created."""
        args, control_plane = self._args, self._control_plane.principal_id
        grants = [
            RoleGrant(
                name="aks-dns",
                role=roles.PRIVATE_DNS_ZONE_CONTRIBUTOR,
                principal=control_plane,
                scope=args.zone_id,
                why="The control plane writes the API server's record",
            ),
            RoleGrant(
                name="aks-network",
                role=roles.NETWORK_CONTRIBUTOR,
                principal=control_plane,
                scope=args.vnet_id,
                why="The control plane joins nodes and load balancers to the subnet",
            ),
            RoleGrant(
                name="aks-kubelet",
                role=roles.MANAGED_IDENTITY_OPERATOR,
                principal=control_plane,
                scope=self._kubelet.id,
                why="The control plane gives nodes the kubelet's identity",
            ),
            RoleGrant(
                name="kubelet-pull",
                role=roles.ACR_PULL,
                principal=self._kubelet.principal_id,
                scope=args.registry_id,
                why="Nodes pull images",
            ),
        ]
        return assign_all(grants, names=args.resource_group.names, parent=self)

    def _cluster(self, before: pulumi.Output[list[pulumi.Resource]]) -> aks.ManagedCluster:
        args, resource_group = self._args, self._args.resource_group
        return aks.ManagedCluster(
            "aks",
            resource_name_=resource_group.names.of("kubernetes cluster"),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            dns_prefix=f"{resource_group.names.workload}-{resource_group.names.environment}",
            kubernetes_version=args.version,
            node_resource_group=resource_group.names.of("resource group", "nodes"),
            sku=aks.ManagedClusterSKUArgs(name="Base", tier=args.tier),
            support_plan="KubernetesOfficial",
            identity=aks.ManagedClusterIdentityArgs(
                type=aks.ResourceIdentityType.USER_ASSIGNED,
                user_assigned_identities=[self._control_plane.id],
            ),
            identity_profile={
                "kubeletidentity": aks.UserAssignedIdentityArgs(
                    resource_id=self._kubelet.id,
                    client_id=self._kubelet.client_id,
                    object_id=self._kubelet.principal_id,
                )
            },
            enable_rbac=True,
            disable_local_accounts=args.disable_local_accounts,
            aad_profile=aks.ManagedClusterAADProfileArgs(
                managed=True,
                enable_azure_rbac=True,
                admin_group_object_ids=[args.admins],
                tenant_id=args.tenant,
            ),
            api_server_access_profile=aks.ManagedClusterAPIServerAccessProfileArgs(
                enable_private_cluster=True,
                enable_private_cluster_public_fqdn=False,
                private_dns_zone=args.zone_id,
                disable_run_command=True,
            ),
            network_profile=self._network(),
            agent_pool_profiles=[self._system_pool()],
            oidc_issuer_profile=aks.ManagedClusterOIDCIssuerProfileArgs(enabled=True),
            security_profile=_security(args.log_workspace_id),
            addon_profiles={
                "azurepolicy": aks.ManagedClusterAddonProfileArgs(enabled=True),
                "azureKeyvaultSecretsProvider": aks.ManagedClusterAddonProfileArgs(
                    enabled=True, config={"enableSecretRotation": "true", "rotationPollInterval": "2m"}
                ),
            },
            auto_upgrade_profile=aks.ManagedClusterAutoUpgradeProfileArgs(
                upgrade_channel=aks.UpgradeChannel.PATCH,
                node_os_upgrade_channel=aks.NodeOSUpgradeChannel.NODE_IMAGE,
            ),
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=resource_group.protect, depends_on=before),
        )

    def _network(self) -> aks.ContainerServiceNetworkProfileArgs:
        args = self._args
        return aks.ContainerServiceNetworkProfileArgs(
            network_plugin="azure",
            network_plugin_mode="overlay",
            network_dataplane="cilium",
            network_policy="cilium",
            load_balancer_sku="standard",
            outbound_type="userDefinedRouting" if args.behind_firewall else "userAssignedNATGateway",
            service_cidr=args.service_cidr,
            pod_cidr=args.pod_cidr,
            dns_service_ip=args.dns_service_ip,
        )

    def _system_pool(self) -> aks.ManagedClusterAgentPoolProfileArgs:
        args, pool = self._args, self._args.system_pool
        return aks.ManagedClusterAgentPoolProfileArgs(
            name="system",
            mode="System",
            type="VirtualMachineScaleSets",
            os_type="Linux",
            os_sku="AzureLinux",
            vm_size=pool.size,
            enable_auto_scaling=True,
            count=pool.minimum,
            min_count=pool.minimum,
            max_count=pool.maximum,
            availability_zones=list(args.zones) or None,
            vnet_subnet_id=args.subnet_id,
            max_pods=_PODS,
            enable_encryption_at_host=True,
            enable_node_public_ip=False,
            upgrade_settings=aks.AgentPoolUpgradeSettingsArgs(max_surge="33%"),
            tags=args.resource_group.tags,
        )

    def _job_pool(self, cluster: aks.ManagedCluster) -> None:
        args, pool = self._args, self._args.job_pool
        aks.AgentPool(
            "pool-jobs",
            agent_pool_name="jobs",
            resource_name_=cluster.name,
            resource_group_name=args.resource_group.name,
            mode="User",
            type="VirtualMachineScaleSets",
            os_type="Linux",
            os_sku="AzureLinux",
            vm_size=pool.size,
            enable_auto_scaling=True,
            count=pool.minimum,
            min_count=pool.minimum,
            max_count=pool.maximum,
            availability_zones=list(args.zones) or None,
            vnet_subnet_id=args.subnet_id,
            max_pods=_PODS,
            enable_encryption_at_host=True,
            enable_node_public_ip=False,
            node_labels=JOB_NODES,
            upgrade_settings=aks.AgentPoolUpgradeSettingsArgs(max_surge="33%"),
            tags=args.resource_group.tags,
            # The autoscaler changes the count.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["count"]),
        )

    def _maintenance(self, cluster: aks.ManagedCluster) -> None:
        for window in ("aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"):
            aks.MaintenanceConfiguration(
                window,
                config_name=window,
                resource_name_=cluster.name,
                resource_group_name=self._args.resource_group.name,
                maintenance_window=aks.MaintenanceWindowArgs(
                    duration_hours=6,
                    start_time="02:00",
                    schedule=aks.ScheduleArgs(
                        weekly=aks.WeeklyScheduleArgs(day_of_week=aks.WeekDay.SUNDAY, interval_weeks=1)
                    ),
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )


def _security(log_workspace_id: pulumi.Input[str]) -> aks.ManagedClusterSecurityProfileArgs:
    return aks.ManagedClusterSecurityProfileArgs(
        workload_identity=aks.ManagedClusterSecurityProfileWorkloadIdentityArgs(enabled=True),
        image_cleaner=aks.ManagedClusterSecurityProfileImageCleanerArgs(enabled=True, interval_hours=168),
        defender=aks.ManagedClusterSecurityProfileDefenderArgs(
            log_analytics_workspace_resource_id=log_workspace_id,
            security_monitoring=aks.ManagedClusterSecurityProfileDefenderSecurityMonitoringArgs(enabled=True),
        ),
    )
