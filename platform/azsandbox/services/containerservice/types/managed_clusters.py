"""AKS clusters."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import IN_GROUP, Inline, NameRule, Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.containerservice import outputs
from azsandbox.services.containerservice.rules import (
    agent_pools,
    api_servers,
    managed_clusters,
    network_profiles,
    versions,
)

CLUSTER = IN_GROUP + "Microsoft.ContainerService/managedClusters/{resourceName}"

TYPES = (
    ResourceType(
        token="azure-native:containerservice:ManagedCluster",
        path=CLUSTER,
        name=NameRule(r"[a-zA-Z0-9]|[a-zA-Z0-9][\w-]{0,61}[a-zA-Z0-9]", "1 to 63 letters, digits, _ and -"),
        # learn.microsoft.com/azure/aks: settings that can't change, so the real provider replaces.
        replace=(
            "dnsPrefix",
            "fqdnSubdomain",
            "nodeResourceGroup",
            "linuxProfile",
            "windowsProfile.adminUsername",
            "apiServerAccessProfile.enablePrivateCluster",
            "apiServerAccessProfile.privateDNSZone",
            "networkProfile.serviceCidr",
            "networkProfile.serviceCidrs",
            "networkProfile.podCidr",
            "networkProfile.podCidrs",
            "networkProfile.networkPlugin",
            "networkProfile.networkPluginMode",
            "networkProfile.networkPolicy",
            "networkProfile.networkDataplane",
            "networkProfile.outboundType",
            "networkProfile.dnsServiceIP",
            "networkProfile.loadBalancerSku",
            "diskEncryptionSetID",
        ),
        references=(
            Reference("agentPoolProfiles[].vnetSubnetID", (kinds.SUBNET,)),
            Reference("agentPoolProfiles[].podSubnetID", (kinds.SUBNET,)),
            Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),
            Reference("identityProfile.kubeletidentity.resourceId", (kinds.USER_ASSIGNED_IDENTITY,)),
            Reference("apiServerAccessProfile.privateDNSZone", (kinds.PRIVATE_DNS_ZONE,)),
            Reference(
                "securityProfile.defender.logAnalyticsWorkspaceResourceId",
                (kinds.LOG_ANALYTICS_WORKSPACE,),
            ),
        ),
        early=(
            agent_pools.cluster_has_a_system_pool,
            agent_pools.inline_pools_are_valid,
            network_profiles.service_and_pod_ranges_are_valid,
            network_profiles.dns_address_within_service_range,
            network_profiles.network_plugins_go_together,
            api_servers.private_access_is_consistent,
            managed_clusters.add_ons_are_known,
            versions.version_is_well_formed,
            versions.version_is_not_about_to_end,
        ),
        creation=(versions.version_of_new_cluster_is_supported,),
        rules=(
            network_profiles.ranges_outside_virtual_network,
            api_servers.custom_zone_named_for_region,
            managed_clusters.identity_may_write_zone,
            managed_clusters.identity_may_join_subnets,
            network_profiles.subnets_have_egress,
            managed_clusters.version_upgraded_by_one_minor,
        ),
        outputs=outputs.managed_cluster,
        inline=(Inline("agentPoolProfiles", "azure-native:containerservice:AgentPool"),),
        claims=(
            documented(
                "has a system pool; pool names and autoscaling limits are valid; service, pod and network "
                "ranges don't overlap"
            ),
            documented("the DNS service address is in the service range and not its first address"),
            documented(
                "a custom private DNS zone is named for the region, and a user-assigned identity may write it"
            ),
            documented(
                "in a custom network, the identity may join the subnets, and they have the NAT gateway or "
                "route table that outboundType names"
            ),
            documented("VM sizes of its pools exist, are not too small, and hold an ephemeral OS disk"),
            documented("the availability zones of its pools are those of its region"),
            documented("addonProfiles names add-ons of AKS"),
            documented("versions go up by at most one minor"),
            documented("a new cluster has a supported version; a warning from 60 days before support ends"),
            specified("some changes need a new cluster"),
        ),
        deviations=("versions are not compared with what a region offers", "core quotas are not checked"),
    ),
)
