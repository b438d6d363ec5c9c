"""One violation per policy: a good resource, and what is changed in it."""

from __future__ import annotations

from typing import Any

from good_network import HTTPS
from shared import ROLES, SUBSCRIPTION

OWNER = f"{ROLES}/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
SSH = {**HTTPS, "name": "Ssh", "priority": 120, "destinationPortRange": "20-25"}
UDP = {**HTTPS, "name": "Udp", "priority": 130, "protocol": "Udp"}
CONTAINER = "spec.template.spec.containers.0"
WORKFLOW = "spec.templates.0.container"
REMOVED = "!removed"

# By policy: the good resource, and values by dotted path; a number is an index, REMOVED deletes the value.
BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "storage-public-network": ("storage", {"publicNetworkAccess": "Enabled"}),
    "vault-public-network": ("vault", {"properties.publicNetworkAccess": "Enabled"}),
    "registry-public-network": ("registry", {"publicNetworkAccess": "Enabled"}),
    "workspace-public-network": ("workspace", {"publicNetworkAccess": "Enabled"}),
    "endpoint-public-network": ("endpoint", {"properties.publicNetworkAccess": "Enabled"}),
    "logs-public-ingestion": ("logs", {"publicNetworkAccessForIngestion": "Enabled"}),
    "events-public-network": ("events", {"publicNetworkAccess": "Enabled"}),
    "firewall-default-deny": ("storage", {"networkRuleSet.defaultAction": "Allow"}),
    "aks-private-api": ("cluster", {"apiServerAccessProfile.enablePrivateClusterPublicFQDN": True}),
    "subnet-security-group": ("network", {"subnets.0.networkSecurityGroup": REMOVED}),
    "subnet-default-outbound": ("subnet", {"defaultOutboundAccess": REMOVED}),
    "subnet-egress-firewall": (
        "subnet",
        {"natGateway": {"id": f"{SUBSCRIPTION}/resourceGroups/rg-beans/providers"
                              "/Microsoft.Network/natGateways/ng-beans"}},
    ),
    "private-endpoint-order": (
        "endpoint-storage",
        {"privateLinkServiceConnections.0.groupIds": ["file"]},
    ),
    "nsg-management-port": ("rules", {"securityRules.0": SSH}),
    "nsg-open-inbound": ("rules", {"securityRules.0": UDP}),
    "nsg-last-deny": ("rules", {"securityRules.2": REMOVED}),
    "machine-public-address": (
        "nic",
        {"ipConfigurations.0.publicIPAddress": {"id": f"{SUBSCRIPTION}/resourceGroups/rg-beans/providers"
                                                "/Microsoft.Network/publicIPAddresses/pip-beans"}},
    ),
    "address-basic-sku": ("address", {"sku.name": "Basic"}),
    "storage-shared-key": ("storage", {"allowSharedKeyAccess": True}),
    "storage-local-users": ("storage", {"isLocalUserEnabled": True}),
    "registry-admin-user": ("registry", {"adminUserEnabled": True}),
    "registry-anonymous-pull": ("registry", {"anonymousPullEnabled": True}),
    "vault-rbac": ("vault", {"properties.enableRbacAuthorization": False}),
    "logs-local-auth": ("insights", {"disableLocalAuth": False}),
    "events-local-auth": ("topic", {"disableLocalAuth": False}),
    "machine-password": (
        "machine",
        {"osProfile.linuxConfiguration.disablePasswordAuthentication": False,
         "osProfile.adminPassword": "!secret"},
    ),
    "federation-exact": ("federation", {"subject": "system:serviceaccount:beans:*"}),
    "role-privileged": ("role", {"roleDefinitionId": OWNER}),
    "role-scope": ("role", {"scope": SUBSCRIPTION}),
    "role-reason": ("role", {"description": REMOVED}),
    "role-wildcard": ("definition", {"permissions.0.actions": ["*"]}),
    "tls-floor": ("storage", {"minimumTlsVersion": "TLS1_0"}),
    "storage-https": ("storage", {"enableHttpsTrafficOnly": False}),
    "storage-public-blobs": ("container", {"publicAccess": "Blob"}),
    "storage-cross-tenant": ("storage", {"allowCrossTenantReplication": True}),
    "storage-double-encryption": ("storage", {"encryption.requireInfrastructureEncryption": False}),
    "storage-soft-delete": ("blobs", {"deleteRetentionPolicy.days": 3, "accountName": "stother"}),
    "storage-redundancy": ("storage", {"sku.name": "Standard_LRS"}),
    "registry-export": ("registry", {"policies.exportPolicy.status": "enabled"}),
    "vault-purge-protection": ("vault", {"properties.enablePurgeProtection": REMOVED}),
    "vault-soft-delete-days": ("vault", {"properties.softDeleteRetentionInDays": 14}),
    "vault-secret-expiry": ("secret", {"properties.attributes": REMOVED}),
    "log-retention": ("logs", {"retentionInDays": 7}),
    "delete-protection": ("vault", {}),  # the bad program protects nothing of that name
    "host-encryption": ("machines", {"virtualMachineProfile.securityProfile.encryptionAtHost": False}),
    "trusted-launch": ("machine", {"securityProfile.securityType": REMOVED}),
    "aks-run-command": ("cluster", {"apiServerAccessProfile.disableRunCommand": False}),
    "aks-local-accounts": ("cluster", {"disableLocalAccounts": False}),
    "aks-entra-rbac": ("cluster", {"aadProfile.enableAzureRBAC": False}),
    "aks-network-policy": ("cluster", {"networkProfile.networkPolicy": "none"}),
    "aks-workload-identity": ("cluster", {"securityProfile.workloadIdentity.enabled": False}),
    "aks-azure-policy": ("cluster", {"addonProfiles.azurepolicy.enabled": False}),
    "aks-defender": ("cluster", {"securityProfile.defender": REMOVED}),
    "aks-upgrades": ("cluster", {"autoUpgradeProfile.upgradeChannel": "none"}),
    "aks-version": ("cluster", {"kubernetesVersion": "1.30"}),
    "aks-version-lasts": (  # supported for long, but no longer by Azure ML's extension
        "cluster",
        {"kubernetesVersion": "1.34", "supportPlan": "AKSLongTermSupport", "sku.tier": "Premium"},
    ),
    "aks-paid-tier": ("cluster", {"sku.tier": "Free"}),
    "aks-node-address": ("pool", {"enableNodePublicIP": True}),
    "aks-secret-rotation": ("cluster", {"addonProfiles.azureKeyvaultSecretsProvider.enabled": False}),
    "ml-extension-front": ("extension", {"configurationSettings.allowInsecureConnections": "true"}),
    "workspace-identity": ("workspace", {"identity.type": "None"}),
    "workspace-datastore-identity": ("workspace", {"systemDatastoresAuthMode": "AccessKey"}),
    "workspace-legacy-api": ("workspace", {"v1LegacyMode": True}),
    "datastore-identity": (
        "datastore",
        {"properties.credentials": {"credentialsType": "AccountKey",
                                    "secrets": {"secretsType": "AccountKey", "key": "!secret"}}},
    ),
    "compute-local-auth": ("compute", {"properties.disableLocalAuth": False}),
    "retired-aks-compute": ("compute", {"properties.computeType": "AKS", "properties.properties": REMOVED}),
    "retired-snowflake-password": (
        "snowflake",
        {"properties.authType": "UsernamePassword",
         "properties.credentials": {"username": "beans", "password": "!secret"}},
    ),
    "asset-version-fixed": ("data", {"version": "latest"}),
    "asset-reference-fixed": (
        "schedule",
        {"properties.action.jobDefinition.componentId": "azureml:train@latest"},
    ),
    "environment-image-digest": ("environment", {"properties.image": "crbeans.azurecr.io/roast:1.2"}),
    "environment-image-only": ("environment", {"properties.condaFile": "dependencies: [pip]"}),
    "endpoint-authentication": ("endpoint", {"properties.authMode": "None"}),
    "deployment-bounded": (
        "deployment",
        {"properties.containerResourceRequirements.containerResourceRequests": REMOVED},
    ),
    "data-asset-private": ("data", {"properties.dataUri": "https://open.example/beans/"}),
    "retired-data-import": (
        "component",
        {"properties.componentSpec.command": "az ml data import --name sales"},
    ),
    "namespace-pod-security": ("namespace", {"metadata.labels": {}}),
    "chart-pinned": ("chart", {"version": ">=1.0.0"}),
    "rbac-wildcard": ("rights", {"rules.0.verbs": ["*"]}),
    "rbac-binding": ("binding", {"subjects.0.name": "default"}),
    "service-internal": ("service", {"spec.type": "LoadBalancer"}),
    "argo-server-authentication": ("chart", {"values.server.authModes": ["server"]}),
    "pod-privileged": ("pod", {"spec.template.spec.hostNetwork": True}),
    "pod-escalation": ("pod", {f"{CONTAINER}.securityContext.allowPrivilegeEscalation": True}),
    "pod-non-root": ("workflow", {f"{WORKFLOW}.securityContext.runAsNonRoot": False}),
    "pod-capabilities": ("pod", {f"{CONTAINER}.securityContext.capabilities.drop": ["NET_RAW"]}),
    "pod-seccomp": ("workflow", {f"{WORKFLOW}.securityContext.seccompProfile": REMOVED}),
    "pod-bounded": ("pod", {f"{CONTAINER}.resources.limits": {"cpu": "1"}}),
    "image-digest": ("workflow", {f"{WORKFLOW}.image": "crbeans.azurecr.io/grinder:latest"}),
    "pod-service-account": ("workflow", {"spec.serviceAccountName": "default"}),
    "allowed-region": ("storage", {"location": "westindia"}),
    "allowed-size": ("pool", {"vmSize": "Standard_ND96asr_v4"}),
    "pool-bounded": ("pool", {"maxCount": 500}),
    "required-tags": ("storage", {"tags": {"workload": "beans"}}),
    "name-convention": ("vault", {"vaultName": "beansvault"}),
    "stream-foreign": (
        "endpoint-storage",
        {"privateLinkServiceConnections.0.privateLinkServiceId":
         "/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/rg/providers"
         "/Microsoft.Sql/servers/theirs", "privateLinkServiceConnections.0.groupIds": ["sqlServer"]},
    ),
    "role-escalation": (
        "definition",
        {"permissions.0.actions": ["Microsoft.Authorization/roleAssignments/write"]},
    ),
    "machine-image": ("machine", {"storageProfile.imageReference": {"publisher": "strangers"}}),
    "network-policy-open": ("deny", {"spec.ingress": [{}], "spec.policyTypes": ["Ingress"]}),
    "service-addresses": ("service", {"spec.externalIPs": ["203.0.113.7"]}),
    "chart-exposure": ("chart", {"values.server.serviceType": "LoadBalancer"}),
    "aks-ingress-private": ("cluster", {"ingressProfile.webAppRouting.enabled": True}),
    "rbac-escalation": (
        "rights",
        {"rules.0": {"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}},
    ),
    "plain-secret": ("snowflake", {"properties.credentials.clientSecret": "not-so-secret"}),
}  # fmt: skip

# Policies over the whole stack: which good resources the bad program leaves out, and where that shows.
LEFT_OUT: dict[str, tuple[tuple[str, ...], str]] = {
    "private-endpoint-present": (("endpoint-topic", "names-topic"), "topic"),
    "private-endpoint-resolves": (("link-privatelink.servicebus.windows.net",), "endpoint-events"),
    "storage-soft-delete-present": (("blobs",), "storage"),
    "diagnostics-present": (("diagnostics-events",), "events"),
    "lock-present": (("lock",), "group"),
    "budget-present": (("budget",), "rules-bad"),
    "namespace-network-policy": (("deny",), "namespace"),
    "namespace-bounds": (("quota",), "namespace"),
}
# What the stand-in refuses before a policy could: shown on a state instead, since it may be old.
REFUSED = frozenset({"address-basic-sku", "endpoint-authentication", "retired-aks-compute"})
OUTPUT = {
    "plain-secret-output": ("connection", "DefaultEndpointsProtocol=https;AccountKey=" + "A" * 86 + "==")
}
