"""Nodes of AKS, its control plane and add-ons: what leaves and enters the cluster's subnet."""

from __future__ import annotations

from roastery.flows.model import (
    Access,
    ApiServer,
    AzureService,
    Flow,
    Pods,
    Resource,
    Subnet,
    Tagged,
)
from roastery.flows.table import hosts

EGRESS = "learn.microsoft.com/azure/aks/outbound-rules-control-egress"
PRIVATE = "learn.microsoft.com/azure/aks/private-clusters"
IDENTITY = "learn.microsoft.com/azure/aks/use-managed-identity"
_NODES = Subnet(key="cluster")
_AKS = "AzureKubernetesService"

FLOWS = (
    Flow(
        id="nodes-api-server",
        source=_NODES,
        destination=ApiServer(),
        why="Nodes register, and the tunnel of the API server to them runs over the same port",
        page=PRIVATE,
    ),
    Flow(
        id="nodes-images",
        source=_NODES,
        destination=Tagged(
            tags=("MicrosoftContainerRegistry", "AzureFrontDoor.FirstParty"),
            hosts=hosts.MICROSOFT_REGISTRY,
            fqdn_tag=_AKS,
        ),
        why="Images of Kubernetes, of its add-ons and of the cluster's extensions",
        page=EGRESS,
    ),
    Flow(
        id="nodes-resource-manager",
        source=_NODES,
        destination=Tagged(tags=("AzureResourceManager",), hosts=("management.azure.com",), fqdn_tag=_AKS),
        why="The cloud provider's operations: disks, addresses, load balancers",
        page=EGRESS,
    ),
    Flow(
        id="nodes-sign-in",
        source=_NODES,
        destination=Tagged(
            tags=("AzureActiveDirectory",), hosts=("login.microsoftonline.com",), fqdn_tag=_AKS
        ),
        why="Tokens of the kubelet, of workload identities and of Azure Machine Learning",
        page=EGRESS,
    ),
    Flow(
        id="nodes-packages",
        source=_NODES,
        destination=Tagged(tags=("AzureFrontDoor.FirstParty",), hosts=hosts.NODE_PACKAGES, fqdn_tag=_AKS),
        why="Binaries of Kubernetes and of the network plugin, when a node is made",
        page=EGRESS,
    ),
    Flow(
        id="nodes-own",
        source=_NODES,
        destination=_NODES,
        ports=(10250,),
        why="Traffic inside the cluster's subnet: security groups must not cut it",
        page=EGRESS,
    ),
    Flow(
        id="load-balancer-nodes",
        source=AzureService(name="load balancer", tag="AzureLoadBalancer"),
        destination=_NODES,
        why="Health probes of the internal load balancer",
        page="learn.microsoft.com/azure/virtual-network/network-security-groups-overview",
    ),
    Flow(
        id="nodes-registry",
        source=_NODES,
        destination=Resource(key="images", group="registry"),
        access=(
            Access(
                identity="kubelet-identity",
                scope="images",
                actions=("Microsoft.ContainerRegistry/registries/pull/read",),
            ),
        ),
        why="Nodes pull the platform's images",
        page="learn.microsoft.com/azure/aks/cluster-container-registry-integration",
    ),
    Flow(
        id="secrets-driver-vault",
        source=Pods(
            namespace="kube-system",
            labels={"app": "secrets-store-provider-azure"},
            account="aks-secrets-store-provider-azure",
            host_network=True,
        ),
        destination=Resource(key="vault", group="vault"),
        why="The secrets store driver mounts secrets into pods, as the pod's identity",
        page="learn.microsoft.com/azure/aks/csi-secrets-store-identity-access",
        needs=("cluster:addonProfiles.azureKeyvaultSecretsProvider.enabled",),
    ),
    Flow(
        id="policy-add-on",
        source=Pods(namespace="kube-system", labels={"app": "azure-policy"}),
        destination=Tagged(tags=("AzureCloud.{region}",), hosts=hosts.AZURE_POLICY),
        why="Azure Policy's rules for the cluster, and what it reports",
        page=EGRESS,
        needs=("cluster:addonProfiles.azurepolicy.enabled",),
    ),
    Flow(
        id="defender-add-on",
        source=Pods(namespace="kube-system", labels={"app": "microsoft-defender"}),
        destination=Tagged(tags=("AzureCloud.{region}",), hosts=hosts.DEFENDER),
        why="Defender's sensor reports security events",
        page=EGRESS,
        needs=("cluster:securityProfile.defender.securityMonitoring.enabled",),
    ),
    Flow(
        id="monitoring-add-on",
        source=Pods(namespace="kube-system", labels={"component": "ama-logs-agent"}),
        destination=Resource(key="link_scope", group="azuremonitor"),
        why="Logs and metrics of containers",
        page=EGRESS,
        needs=("cluster:addonProfiles.omsagent.enabled", "link_scope"),
    ),
    Flow(
        id="extension-agents",
        source=Pods(namespace="kube-system", labels={"app.kubernetes.io/name": "extension-agent"}),
        destination=Tagged(tags=("AzureCloud.{region}",), hosts=hosts.EXTENSIONS),
        why="The cluster's extensions fetch their configuration and report their state",
        page=f"{EGRESS}#cluster-extensions",
        needs=("extension",),
    ),
    Flow(
        id="control-plane-subnet",
        source=AzureService(name="control plane of AKS"),
        destination=AzureService(name="Azure Resource Manager"),
        access=(
            Access(
                identity="aks-identity",
                scope="vnet",
                actions=(
                    "Microsoft.Network/virtualNetworks/subnets/read",
                    "Microsoft.Network/virtualNetworks/subnets/join/action",
                ),
            ),
        ),
        why="Nodes and internal load balancers join the subnet",
        page=IDENTITY,
    ),
    Flow(
        id="control-plane-zone",
        source=AzureService(name="control plane of AKS"),
        destination=AzureService(name="Azure Resource Manager"),
        access=(
            Access(
                identity="aks-identity",
                scope="cluster_zone",
                actions=("Microsoft.Network/privateDnsZones/A/write",),
            ),
        ),
        why="The API server's record in the private zone",
        page=f"{PRIVATE}#configure-a-private-dns-zone",
        needs=("cluster_zone",),
    ),
    Flow(
        id="control-plane-kubelet",
        source=AzureService(name="control plane of AKS"),
        destination=AzureService(name="Azure Resource Manager"),
        access=(
            Access(
                identity="aks-identity",
                scope="kubelet-identity",
                actions=("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",),
            ),
        ),
        why="Nodes get the kubelet's identity",
        page=f"{IDENTITY}#use-a-pre-created-kubelet-managed-identity",
    ),
)
