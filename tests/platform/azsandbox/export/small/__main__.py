"""Two groups that need each other, extension resources, objects in a cluster, a release, two secrets."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import authorization, consumption, keyvault, network, resources, storage
from pulumi_kubernetes import Provider
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import Namespace, Secret, ServiceAccount
from pulumi_kubernetes.helm.v3 import Release, RepositoryOptsArgs

SUBSCRIPTION = "/subscriptions/11111111-2222-4333-8444-555555555555"
READER = (
    f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
)
PLANTED = pulumi.Output.secret("planted-in-the-vault")

net = resources.ResourceGroup("net", resource_group_name="rg-net")
data = resources.ResourceGroup("data", resource_group_name="rg-data")
vnet = network.VirtualNetwork(
    "vnet",
    virtual_network_name="vnet",
    resource_group_name=net.name,
    address_space={"address_prefixes": ["10.0.0.0/16"]},
    subnets=[
        {
            "name": "endpoints",
            "address_prefix": "10.0.0.0/24",
            "service_endpoints": [{"service": "Microsoft.Storage"}],
        }
    ],
    tags={"note": "[not an expression]"},
)
vault = keyvault.Vault(
    "vault",
    vault_name="kv-small",
    resource_group_name=data.name,
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
    resource_group_name=data.name,
    properties={"value": PLANTED},
)
account = storage.StorageAccount(
    "account",
    account_name="stsmall",
    resource_group_name=data.name,
    kind="StorageV2",
    sku={"name": "Standard_LRS"},
    network_rule_set=storage.NetworkRuleSetArgs(
        default_action=storage.DefaultAction.DENY,
        virtual_network_rules=[
            storage.VirtualNetworkRuleArgs(
                virtual_network_resource_id=pulumi.Output.concat(vnet.id, "/subnets/endpoints")
            )
        ],
    ),
)
storage.BlobServiceProperties(
    "blobs",
    account_name=account.name,
    blob_services_name="default",
    resource_group_name=data.name,
    is_versioning_enabled=True,
)
network.PrivateEndpoint(
    "endpoint",
    private_endpoint_name="pep-vault",
    resource_group_name=net.name,
    subnet={"id": vnet.subnets[0].id},
    private_link_service_connections=[
        {"name": "vault", "group_ids": ["vault"], "private_link_service_id": vault.id}
    ],
)
authorization.RoleAssignment(
    "reader",
    principal_id="44444444-4444-4444-8444-444444444444",
    principal_type="Group",
    role_assignment_name="55555555-5555-4555-8555-555555555555",
    role_definition_id=READER,
    scope=account.id,
)
authorization.ManagementLockByScope("lock", lock_name="keep", level="CanNotDelete", scope=data.id)
consumption.Budget(
    "budget",
    budget_name="budget",
    scope=SUBSCRIPTION,
    amount=100,
    category="Cost",
    time_grain="Monthly",
    time_period={"start_date": "2026-01-01T00:00:00Z"},
)

KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://small.example"}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
users: [{name: u, user: {token: none}}]
"""
inside = pulumi.ResourceOptions(provider=Provider("inside", kubeconfig=KUBECONFIG))
space = Namespace("space", metadata={"name": "space"}, opts=inside)
ServiceAccount("runner", metadata={"name": "runner", "namespace": space.metadata.name}, opts=inside)
Secret(
    "hidden",
    metadata={"name": "hidden", "namespace": space.metadata.name},
    string_data={"key": "planted-in-the-cluster"},
    opts=inside,
)
argo = Release(
    "argo",
    name="argo-workflows",
    chart="argo-workflows",
    version="1.0.18",
    namespace=space.metadata.name,
    repository_opts=RepositoryOptsArgs(repo="https://charts.example"),
    values={"server": {"extraArgs": ["--auth-mode=server"], "token": PLANTED}},
    opts=inside,
)
CustomResource(
    "hello",
    api_version="argoproj.io/v1alpha1",
    kind="WorkflowTemplate",
    metadata={"name": "hello", "namespace": space.metadata.name},
    spec={
        "entrypoint": "say",
        "templates": [{"name": "say", "container": {"image": "registry.example/say:1", "command": ["say"]}}],
    },
    opts=pulumi.ResourceOptions.merge(inside, pulumi.ResourceOptions(depends_on=[argo])),
)
