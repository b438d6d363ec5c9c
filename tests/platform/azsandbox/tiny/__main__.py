"""Group, network, storage, vault and a private cluster: the sandbox's own test program."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import (
    authorization,
    containerservice,
    keyvault,
    managedidentity,
    network,
    resources,
    storage,
)

SUBSCRIPTION = "/subscriptions/11111111-2222-4333-8444-555555555555"
ROLES = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
NETWORK_CONTRIBUTOR = f"{ROLES}/4d97b98b-1d4f-4787-a291-c67834d212e7"

config = pulumi.Config()
print("the program says hello")
if config.get("fail") == "runtime":
    raise pulumi.RunError("the config is wrong, says the program")
if config.get("fail") == "exception":
    raise ValueError("an unexpected thing")
if config.get("fail") == "exit":
    raise SystemExit(7)
suffix = config.require("suffix")
group = resources.ResourceGroup("group", resource_group_name="rg-tiny")
vnet = network.VirtualNetwork(
    "vnet",
    virtual_network_name="vnet-tiny",
    resource_group_name=group.name,
    address_space={"address_prefixes": ["10.0.0.0/16"]},
    subnets=[{"name": "nodes", "address_prefix": "10.0.0.0/22"}],
)
subnet = network.Subnet(
    "extra",
    subnet_name="extra",
    virtual_network_name=vnet.name,
    resource_group_name=group.name,
    address_prefix="10.0.8.0/24",
)
account = storage.StorageAccount(
    "storage",
    account_name=f"sttiny{suffix}",
    resource_group_name=group.name,
    kind="StorageV2",
    sku={"name": "Standard_LRS"},
    public_network_access="Disabled",
    tags={"owner": "tests"},
)
vault = keyvault.Vault(
    "vault",
    vault_name=f"kv-tiny-{suffix}",
    resource_group_name=group.name,
    properties=keyvault.VaultPropertiesArgs(
        sku=keyvault.SkuArgs(family=keyvault.SkuFamily.A, name=keyvault.SkuName.STANDARD),
        tenant_id="00000000-0000-0000-0000-0000000000aa",
        enable_rbac_authorization=True,
    ),
)
keyvault.Secret(
    "secret",
    secret_name="password",
    vault_name=vault.name,
    resource_group_name=group.name,
    properties={"value": config.require_secret("password")},
)
identity = managedidentity.UserAssignedIdentity(
    "identity", resource_name_="id-tiny", resource_group_name=group.name
)
role = authorization.RoleAssignment(
    "network-role",
    principal_id=identity.principal_id,
    principal_type="ServicePrincipal",
    role_definition_id=NETWORK_CONTRIBUTOR,
    scope=vnet.id,
)
cluster = containerservice.ManagedCluster(
    "cluster",
    resource_name_="aks-tiny",
    resource_group_name=group.name,
    dns_prefix="tiny",
    identity=containerservice.ManagedClusterIdentityArgs(
        type=containerservice.ResourceIdentityType.USER_ASSIGNED, user_assigned_identities=[identity.id]
    ),
    agent_pool_profiles=[
        {
            "name": "system",
            "mode": "System",
            "count": 1,
            "vm_size": "Standard_D2s_v5",
            "vnet_subnet_id": vnet.subnets[0].id,
        }
    ],
    opts=pulumi.ResourceOptions(depends_on=[role]),
)
pulumi.export("issuer", cluster.fqdn)
pulumi.export("endpoint", account.primary_endpoints.blob)
keys = storage.list_storage_account_keys_output(account_name=account.name, resource_group_name=group.name)
pulumi.export("key", pulumi.Output.secret(keys.keys[0].value))
