"""AKS clusters."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, recorded
from azsandbox.arm.model import IN_GROUP, Inline, NameRule, Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.containerservice import defaults, outputs
from azsandbox.services.containerservice.laws.changes import CLUSTER_CHANGES
from azsandbox.services.containerservice.laws.clusters import CLUSTER_LAWS
from azsandbox.services.containerservice.laws.pools import pool_laws
from azsandbox.services.containerservice.rules import (
    agent_pools,
    api_servers,
    egress,
    identities,
    managed_clusters,
    network_profiles,
    upgrades,
    versions,
)

CLUSTER = IN_GROUP + "Microsoft.ContainerService/managedClusters/{resourceName}"

_CLAIMS = (
    documented("has a system pool, and pools of valid names"),
    documented("inline pools keep the rules of AgentPool"),
    documented("all pools are in a network of the user's, or none is"),
    documented("new pools have the version of the control plane"),
    documented("VM sizes of its pools exist, are not too small, and hold an ephemeral OS disk"),
    documented("the availability zones of its pools are those of its region"),
    documented("a new cluster has a supported version; a warning from 60 days before support ends"),
    documented(
        "service and pod ranges don't overlap each other or reserved ranges; services have at most /12"
    ),
    documented("dual-stack ranges and families go together"),
    documented("the DNS service address is in the service range and not its first address"),
    documented("network plugin, mode, data plane and policy go together"),
    documented("the outbound type has its companions, and no others"),
    documented("outbound addresses are of one kind, with ports for all nodes"),
    documented("services stay out of the network's subnets, pods out of its address space"),
    documented(
        "a private DNS zone belongs to a private cluster; its own one needs an identity of the user's"
    ),
    documented(
        "a custom private DNS zone is named for the region, and a user-assigned identity may write it"
    ),
    documented("authorized ranges are public, and for public clusters only"),
    documented("the API server's own subnet is delegated, large enough and in the nodes' network"),
    documented(
        "in a custom network, the identity may join the subnets, and they have the NAT gateway or "
        "route table that outboundType names"
    ),
    recorded("with userDefinedRouting, the default route leads to an appliance or a gateway"),
    documented("a user-assigned identity may assign the kubelet's identity"),
    documented("has an identity or a service principal, and a DNS prefix or subdomain"),
    documented("without local accounts, Entra signs users in"),
    documented("workload identity has an OIDC issuer"),
    documented("add-ons are configured"),
    documented("the channels of automatic upgrades go together"),
    documented("certificates are encoded in base64"),
    documented("the password of Windows nodes is strong"),
    documented("node auto-provisioning has no autoscaler, Windows pool or Calico beside it"),
    documented("key management needs an identity of the user's"),
    documented("the node resource group does not exist yet, and its name has at most 80 characters"),
)

TYPES = (
    ResourceType(
        token="azure-native:containerservice:ManagedCluster",
        defaults=defaults.MANAGED_CLUSTER,
        path=CLUSTER,
        name=NameRule(r"[a-zA-Z0-9]|[a-zA-Z0-9][\w-]{0,61}[a-zA-Z0-9]", "1 to 63 letters, digits, _ and -"),
        # pulumi-azure-native, provider/pkg/gen/replacement.go; other changes are sent.
        replace=(
            "diskEncryptionSetID",
            "dnsPrefix",
            "fqdnSubdomain",
            "linuxProfile",
            "nodeResourceGroup",
            "windowsProfile",
            "networkProfile.serviceCidr",
            "networkProfile.serviceCidrs",
            "networkProfile.dnsServiceIP",
            "networkProfile.networkMode",
            "networkProfile.networkPlugin",
            "networkProfile.networkPluginMode",
            "networkProfile.podCidr",
            "networkProfile.networkDataplane",
            "networkProfile.networkPolicy",
            "networkProfile.outboundType",
        ),
        references=(
            Reference("agentPoolProfiles[].vnetSubnetID", (kinds.SUBNET,)),
            Reference("agentPoolProfiles[].podSubnetID", (kinds.SUBNET,)),
            Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),
            Reference("identityProfile.kubeletidentity.resourceId", (kinds.USER_ASSIGNED_IDENTITY,)),
            Reference("apiServerAccessProfile.privateDNSZone", (kinds.PRIVATE_DNS_ZONE,)),
            Reference("apiServerAccessProfile.subnetId", (kinds.SUBNET,)),
            Reference("bootstrapProfile.containerRegistryId", (kinds.CONTAINER_REGISTRY,)),
            Reference(
                "securityProfile.defender.logAnalyticsWorkspaceResourceId",
                (kinds.LOG_ANALYTICS_WORKSPACE,),
            ),
        ),
        laws=(
            *CLUSTER_LAWS,
            *pool_laws("agentPoolProfiles[]"),
            *CLUSTER_CHANGES,
            api_servers.AccessStays(source="AKS, private-clusters"),
            upgrades.UpgradesInOrder(source="AKS, upgrade-aks-control-plane"),
        ),
        early=(
            agent_pools.cluster_has_a_system_pool,
            agent_pools.inline_pools_are_valid,
            agent_pools.pools_go_together,
            versions.version_is_well_formed,
            versions.version_is_not_about_to_end,
            network_profiles.service_and_pod_ranges_are_valid,
            network_profiles.families_match_ranges,
            network_profiles.dns_address_within_service_range,
            network_profiles.network_plugins_go_together,
            egress.outbound_type_has_its_companions,
            egress.load_balancer_has_one_kind_of_address,
            egress.load_balancer_has_ports_for_all_nodes,
            api_servers.private_access_is_consistent,
            api_servers.authorized_ranges_are_public,
            api_servers.own_subnet_goes_with_integration,
            managed_clusters.cluster_signs_in,
            managed_clusters.api_server_has_a_name,
            managed_clusters.local_accounts_have_a_replacement,
            managed_clusters.workload_identity_has_an_issuer,
            managed_clusters.addons_are_configured,
            managed_clusters.upgrade_channels_go_together,
            managed_clusters.certificates_are_encoded,
            managed_clusters.windows_password_is_strong,
            managed_clusters.node_provisioning_stands_alone,
            managed_clusters.key_management_has_an_identity,
        ),
        creation=(versions.version_of_new_cluster_is_supported,),
        rules=(
            managed_clusters.node_group_is_free,
            managed_clusters.monitoring_writes_to_a_workspace,
            egress.ranges_outside_virtual_network,
            api_servers.custom_zone_named_for_region,
            api_servers.own_subnet_is_delegated,
            identities.identity_may_write_zone,
            identities.identity_may_join_subnets,
            identities.identity_may_assign_kubelet,
            egress.subnets_have_egress,
            upgrades.new_pools_have_the_clusters_version,
            upgrades.version_upgraded_by_one_minor,
        ),
        outputs=outputs.managed_cluster,
        inline=(Inline("agentPoolProfiles", "azure-native:containerservice:AgentPool"),),
        claims=_CLAIMS,
        deviations=(
            "versions are not compared with what a region offers",
            "core quotas are not checked",
        ),
    ),
)
