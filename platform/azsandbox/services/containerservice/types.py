"""AKS: clusters, node pools, maintenance windows, trusted access."""

from __future__ import annotations

from azsandbox.arm.evidence import Evidence, documented, specified
from azsandbox.arm.model import IN_GROUP, Inline, Invoke, NameRule, Reference, ResourceType, Service
from azsandbox.services.containerservice import cluster, credentials, dependencies, outputs

_CLUSTER = IN_GROUP + "Microsoft.ContainerService/managedClusters/{resourceName}"
_SUBNET = ("Microsoft.Network/virtualNetworks/subnets",)
_IDENTITY = ("Microsoft.ManagedIdentity/userAssignedIdentities",)
_POOL_NAME = NameRule(r"[a-z][a-z0-9]{0,11}", "1 to 12 lower-case letters and digits, starting with a letter")
_CREDENTIALS = ("resourceGroupName", "resourceName", "serverFqdn", "format")

SERVICE = Service(
    name="containerservice",
    types=(
        ResourceType(
            token="azure-native:containerservice:ManagedCluster",
            path=_CLUSTER,
            name=NameRule(
                r"[a-zA-Z0-9]|[a-zA-Z0-9][\w-]{0,61}[a-zA-Z0-9]", "1 to 63 letters, digits, _ and -"
            ),
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
                Reference("agentPoolProfiles[].vnetSubnetID", _SUBNET),
                Reference("agentPoolProfiles[].podSubnetID", _SUBNET),
                Reference("identity.userAssignedIdentities[]", _IDENTITY),
                Reference("identityProfile.kubeletidentity.resourceId", _IDENTITY),
                Reference("apiServerAccessProfile.privateDNSZone", ("Microsoft.Network/privateDnsZones",)),
                Reference(
                    "securityProfile.defender.logAnalyticsWorkspaceResourceId",
                    ("Microsoft.OperationalInsights/workspaces",),
                ),
            ),
            early=(cluster.has_a_system_pool, cluster.pools_fit, cluster.network_fits, cluster.private_fits),
            rules=(
                dependencies.addresses_apart,
                dependencies.zone_fits_region,
                dependencies.identity_may_write_zone,
                dependencies.identity_may_use_network,
                dependencies.egress_exists,
                dependencies.version_goes_forward,
            ),
            outputs=outputs.outputs,
            inline=(Inline("agentPoolProfiles", "azure-native:containerservice:AgentPool"),),
            claims=(
                documented(
                    "a system pool; pool names; bounds of autoscaling; service, pod and network ranges apart"
                ),
                documented("the DNS service address inside the service range and not its first"),
                documented(
                    "an own private DNS zone is named for the region, and a user-assigned identity may "
                    "write it"
                ),
                documented(
                    "an own network: the identity may use it; a NAT gateway where egress is said to be one"
                ),
                documented("versions go up by at most one minor"),
                specified("the list of changes that need a new cluster"),
            ),
            deviations=("versions are not compared with what a region offers", "no quota of cores"),
        ),
        ResourceType(
            token="azure-native:containerservice:AgentPool",
            path=_CLUSTER + "/agentPools/{agentPoolName}",
            name=_POOL_NAME,
            replace=(
                "vmSize",
                "osDiskType",
                "osDiskSizeGB",
                "osType",
                "vnetSubnetID",
                "podSubnetID",
                "availabilityZones",
                "scaleSetPriority",
                "enableEncryptionAtHost",
                "enableFIPS",
                "maxPods",
                "type",
                "kubeletDiskType",
            ),
            references=(Reference("vnetSubnetID", _SUBNET), Reference("podSubnetID", _SUBNET)),
            early=(cluster.pool_fits,),
            rules=(dependencies.pool_shares_network,),
            outputs=lambda request: {
                "currentOrchestratorVersion": outputs.full_version(request.inputs.get("orchestratorVersion")),
                "nodeImageVersion": "AKSAzureLinux-V3gen2-202601.01.0",
                "powerState": {"code": "Running"},
            },
            claims=(
                documented("bounds of autoscaling; spot pools are no system pools; all pools in one network"),
                specified("VM size, disks, zones and subnet only at creation"),
            ),
        ),
        ResourceType(
            token="azure-native:containerservice:MaintenanceConfiguration",
            path=_CLUSTER + "/maintenanceConfigurations/{configName}",
            name=NameRule(
                r"default|aksManagedAutoUpgradeSchedule|aksManagedNodeOSUpgradeSchedule",
                "default, aksManagedAutoUpgradeSchedule or aksManagedNodeOSUpgradeSchedule",
                Evidence.DOCUMENTATION,
            ),
            early=(cluster.window_is_long_enough,),
            claims=(documented("one of three names; a window of 4 hours or more"),),
        ),
        ResourceType(
            token="azure-native:containerservice:TrustedAccessRoleBinding",
            path=_CLUSTER + "/trustedAccessRoleBindings/{trustedAccessRoleBindingName}",
            name=NameRule(r"([A-Za-z0-9-]){1,24}", "1 to 24 letters, digits and hyphens"),
            replace=("sourceResourceId",),
            claims=(specified("the source exists"),),
        ),
    ),
    invokes=(
        Invoke(
            token="azure-native:containerservice:listManagedClusterUserCredentials",
            arguments=_CREDENTIALS,
            required=_CREDENTIALS[:2],
            answer=credentials.user,
            claims=(documented("a kubeconfig that calls kubelogin where Entra signs in"),),
        ),
        Invoke(
            token="azure-native:containerservice:listManagedClusterAdminCredentials",
            arguments=_CREDENTIALS[:3],
            required=_CREDENTIALS[:2],
            answer=credentials.admin,
            claims=(documented("refused where local accounts are off"),),
        ),
    ),
)
