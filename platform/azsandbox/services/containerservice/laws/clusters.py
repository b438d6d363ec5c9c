"""Clusters: what each field allows and which fields go together."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.laws import Law
from azsandbox.facts import aks_addons
from azsandbox.services.containerservice.laws.autoscaler import AUTOSCALER
from azsandbox.services.containerservice.laws.security import SECURITY

_SPECIFICATION = "AKS REST specification"
_COMMON_ADDONS = (
    *("omsagent", "azurepolicy", "azureKeyvaultSecretsProvider"),
    *("ingressApplicationGateway", "aciConnectorLinux", "aciConnectorWindows"),
)
_ADDONS = sorted(  # the Azure CLI's, and those that azurerm sends too
    {*aks_addons.names(), *_COMMON_ADDONS, "gitops", "extensionManager", "webApplicationRouting"}
)

_NAMES: tuple[Law, ...] = (
    laws.Conflicts(
        when="dnsPrefix", excludes="fqdnSubdomain", source="Azure CLI, aks create --fqdn-subdomain"
    ),
    laws.Matches(
        path="dnsPrefix",
        pattern=r"[A-Za-z\d]([-A-Za-z\d]{0,52}[A-Za-z\d])?",
        description="1 to 54 letters, digits and hyphens that begin and end with a letter or a digit",
        source="aka.ms/aks-naming-rules",
    ),
    laws.Matches(
        path="nodeResourceGroup",
        pattern=r"[-\w.()]{0,79}[-\w()]",
        description="a name of 1 to 80 letters, digits and - _ . ( ) that does not end with a full stop",
        source="AKS FAQ, node resource group name",
    ),
    laws.Unique(path="agentPoolProfiles", source=_SPECIFICATION),
    laws.AtMost(path="identity.userAssignedIdentities", most=1, source=_SPECIFICATION),
    laws.Matches(
        path="identityProfile",
        pattern="kubeletidentity",
        description="kubeletidentity, the only key",
        keys=True,
        ignore_case=True,
        source=_SPECIFICATION,
    ),
    laws.Feature(
        path="identityProfile",
        only_with="identity.type",
        among=("UserAssigned",),
        source="Azure CLI, aks create --assign-kubelet-identity",
    ),
    laws.AtMost(path="linuxProfile.ssh.publicKeys", most=1, source=_SPECIFICATION),
    laws.NotEmpty(path="linuxProfile.ssh.publicKeys", source=_SPECIFICATION),
    laws.Matches(
        path="linuxProfile.ssh.publicKeys[].keyData",
        pattern=r"(?!.*PRIVATE KEY).*(ssh-(rsa|ed25519) AAAA|ecdsa-\S+ AAAA|-----? ?BEGIN|MII).*",
        description="a public SSH key such as 'ssh-rsa AAAA…'",
        source="Azure CLI, aks create --ssh-key-value",
    ),
)

_NETWORK: tuple[Law, ...] = (
    laws.Feature(
        within="networkProfile",
        path="networkMode",
        only_with="networkPlugin",
        among=("azure",),
        source=_SPECIFICATION,
    ),
    laws.Between(
        path="networkProfile.loadBalancerProfile.allocatedOutboundPorts",
        least=0,
        most=64000,
        multiple=8,
        source="Azure CLI, aks create --load-balancer-outbound-ports",
    ),
    laws.Conflicts(
        within="networkProfile",
        when="loadBalancerSku",
        values=("basic",),
        excludes="outboundType",
        source="Azure CLI, aks create --outbound-type",
    ),
    laws.Feature(
        path="networkProfile.advancedNetworking.security.enabled",
        only_with="networkProfile.networkDataplane",
        among=("cilium",),
        default="azure",
        source="AKS, advanced container networking services; azurerm cluster",
    ),
)

_ACCESS: tuple[Law, ...] = (
    laws.AtMost(
        path="apiServerAccessProfile.authorizedIPRanges",
        most=2000,
        source="AKS, api-server-authorized-ip-ranges",
    ),
    laws.Format(
        path="apiServerAccessProfile.authorizedIPRanges[]",
        form="address or range",
        source="AKS, api-server-authorized-ip-ranges",
    ),
    laws.Feature(
        within="apiServerAccessProfile",
        path="enablePrivateClusterPublicFQDN",
        only_with="enablePrivateCluster",
        among=(True,),
        default=False,
        source="Azure CLI, aks update --enable-public-fqdn",
    ),
    laws.Feature(
        within="aadProfile",
        path="enableAzureRBAC",
        only_with="managed",
        among=(True,),
        default=False,
        source="Azure CLI, aks create --enable-azure-rbac",
    ),
    laws.Conflicts(
        when="enableRBAC",
        values=(False,),
        excludes="aadProfile",
        source="Azure CLI, aks create --disable-rbac",
    ),
    laws.Format(
        path="aadProfile.adminGroupObjectIDs[]", form="guid", source="azurerm cluster, admin_group_object_ids"
    ),
    laws.Format(path="aadProfile.tenantID", form="guid", source="azurerm cluster, tenant_id"),
)

_OPERATIONS: tuple[Law, ...] = (
    laws.Feature(
        path="supportPlan",
        values=("AKSLongTermSupport",),
        only_with="sku.tier",
        among=("Premium",),
        default="Free",
        source="AKS, long-term-support",
    ),
    laws.Feature(
        path="metricsProfile.costAnalysis.enabled",
        only_with="sku.tier",
        among=("Standard", "Premium"),
        default="Free",
        source=_SPECIFICATION,
    ),
    laws.Format(path="upgradeSettings.overrideSettings.until", form="time", source=_SPECIFICATION),
    laws.Matches(
        path="addonProfiles",
        pattern="|".join(_ADDONS),
        description=f"an add-on: {', '.join(_COMMON_ADDONS)}, …",
        keys=True,
        ignore_case=True,
        source="Azure CLI, aks enable-addons",
    ),
    laws.Matches(
        path="httpProxyConfig.httpProxy",
        pattern=r"http://\S+",
        description="a URL that begins with http://",
        ignore_case=True,
        source="AKS, http-proxy",
    ),
    laws.Format(path="httpProxyConfig.httpsProxy", form="url", source="AKS, http-proxy"),
    laws.Feature(
        within="bootstrapProfile",
        path="containerRegistryId",
        only_with="artifactSource",
        among=("Cache",),
        default="Direct",
        source="AKS, network-isolated",
    ),
    laws.Needs(
        within="serviceMeshProfile",
        when="mode",
        values=("Istio",),
        needs=("istio",),
        source="AKS, istio-deploy-addon",
    ),
    laws.Matches(
        path="serviceMeshProfile.istio.revisions[]",
        pattern=r"asm-\d+-\d+",
        description="a revision such as asm-1-29",
        source="Azure CLI, aks mesh",
    ),
    laws.Unique(
        path="serviceMeshProfile.istio.components.ingressGateways", by=("mode",), source=_SPECIFICATION
    ),
    laws.Needs(
        within="serviceMeshProfile.istio.components.egressGateways[]",
        when="enabled",
        values=(True,),
        needs=("gatewayConfigurationName",),
        source=_SPECIFICATION,
    ),
    laws.Needs(
        within="serviceMeshProfile.istio.certificateAuthority.plugin",
        when="keyVaultId",
        needs=("certObjectName", "keyObjectName", "rootCertObjectName", "certChainObjectName"),
        source="Azure CLI, aks mesh enable --ca-cert-object-name",
    ),
)

CLUSTER_LAWS = (*_NAMES, *_NETWORK, *_ACCESS, *_OPERATIONS, *AUTOSCALER, *SECURITY)
