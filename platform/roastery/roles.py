"""Built-in Azure roles by name: learn.microsoft.com/azure/role-based-access-control/built-in-roles."""

from __future__ import annotations

from typing import NewType

Role = NewType("Role", str)

READER = Role("acdd72a7-3385-48ef-bd42-f606fba81ae7")
CONTRIBUTOR = Role("b24988ac-6180-42a0-ab88-20f7382dd24c")
ACR_PULL = Role("7f951dda-4ed3-4680-a7ca-43fe172d538d")
ACR_PUSH = Role("8311e382-0749-4cb8-b61a-304f252e45ec")
AKS_CLUSTER_ADMIN = Role("0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8")
AKS_CLUSTER_USER = Role("4abbcc35-e782-43d8-92c5-2d3f1bd2253f")
AKS_RBAC_CLUSTER_ADMIN = Role("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b")
BLOB_CONTRIBUTOR = Role("ba92f5b4-2d11-453d-a403-e96b0029c9fe")
BLOB_READER = Role("2a2b9908-6ea1-4ae2-8e65-a410df84e7d1")
COST_MANAGEMENT_CONTRIBUTOR = Role("434105ed-43f6-45c7-a02f-909b2ba83430")
EVENT_HUBS_RECEIVER = Role("a638d3c7-ab3a-418d-83e6-5f17a39d4fde")
EVENT_HUBS_SENDER = Role("2b629674-e913-4c01-ae53-ef4638d8f975")
FILE_PRIVILEGED_CONTRIBUTOR = Role("69566ab7-960f-475b-8e7c-b3118f30c6bd")
KEY_VAULT_ADMINISTRATOR = Role("00482a5a-887f-4fb3-b363-3b7fe8e74483")
KEY_VAULT_DATA_ACCESS_ADMINISTRATOR = Role("8b54135c-b56d-4d72-a534-26097cfdc8d8")
KEY_VAULT_SECRETS_USER = Role("4633458b-17de-408a-b874-0445c86b69e6")
KUBERNETES_EXTENSION_CONTRIBUTOR = Role("85cb6faf-e071-4c9b-8136-154b5a04f717")
MANAGED_IDENTITY_OPERATOR = Role("f1a07417-d97a-45cb-824c-7a7467783830")
KEY_VAULT_CRYPTO_USER = Role("12338af0-0e69-4776-bea7-57ae8d297424")
METRICS_PUBLISHER = Role("3913510d-42f4-4e42-8a64-420c390055eb")
ML_DATA_SCIENTIST = Role("f6c7c914-8db3-469d-8ca1-694a8f32e121")
NETWORK_CONNECTION_APPROVER = Role("b556d68e-0be0-4f35-a333-ad7ee1ce17ea")
NETWORK_CONTRIBUTOR = Role("4d97b98b-1d4f-4787-a291-c67834d212e7")
OWNER = Role("8e3af657-a8ff-443c-a75c-2fe8c4bcb635")
PRIVATE_DNS_ZONE_CONTRIBUTOR = Role("b12aa53e-6015-4669-85d0-8515ebb3ae7f")
QUEUE_MESSAGE_PROCESSOR = Role("8a0f0c08-91a1-4084-bc3d-661d67233fed")
QUEUE_MESSAGE_SENDER = Role("c6a89b2d-59bc-44d0-9896-0f6e12d7b80a")
RBAC_ADMINISTRATOR = Role("f58310d9-a9f6-439a-9e8d-f62e7b41a168")
USER_ACCESS_ADMINISTRATOR = Role("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9")
VM_ADMINISTRATOR_LOGIN = Role("1c0163c0-47e6-4577-8991-ea5c82e286e4")

NAMES: dict[Role, str] = {
    READER: "Reader",
    CONTRIBUTOR: "Contributor",
    ACR_PULL: "AcrPull",
    ACR_PUSH: "AcrPush",
    AKS_CLUSTER_ADMIN: "Azure Kubernetes Service Cluster Admin Role",
    AKS_CLUSTER_USER: "Azure Kubernetes Service Cluster User Role",
    AKS_RBAC_CLUSTER_ADMIN: "Azure Kubernetes Service RBAC Cluster Admin",
    BLOB_CONTRIBUTOR: "Storage Blob Data Contributor",
    BLOB_READER: "Storage Blob Data Reader",
    COST_MANAGEMENT_CONTRIBUTOR: "Cost Management Contributor",
    EVENT_HUBS_RECEIVER: "Azure Event Hubs Data Receiver",
    EVENT_HUBS_SENDER: "Azure Event Hubs Data Sender",
    FILE_PRIVILEGED_CONTRIBUTOR: "Storage File Data Privileged Contributor",
    KEY_VAULT_ADMINISTRATOR: "Key Vault Administrator",
    KEY_VAULT_CRYPTO_USER: "Key Vault Crypto User",
    KEY_VAULT_DATA_ACCESS_ADMINISTRATOR: "Key Vault Data Access Administrator",
    KEY_VAULT_SECRETS_USER: "Key Vault Secrets User",
    KUBERNETES_EXTENSION_CONTRIBUTOR: "Kubernetes Extension Contributor",
    MANAGED_IDENTITY_OPERATOR: "Managed Identity Operator",
    METRICS_PUBLISHER: "Monitoring Metrics Publisher",
    ML_DATA_SCIENTIST: "AzureML Data Scientist",
    NETWORK_CONNECTION_APPROVER: "Azure AI Enterprise Network Connection Approver",
    NETWORK_CONTRIBUTOR: "Network Contributor",
    OWNER: "Owner",
    PRIVATE_DNS_ZONE_CONTRIBUTOR: "Private DNS Zone Contributor",
    QUEUE_MESSAGE_PROCESSOR: "Storage Queue Data Message Processor",
    QUEUE_MESSAGE_SENDER: "Storage Queue Data Message Sender",
    RBAC_ADMINISTRATOR: "Role Based Access Control Administrator",
    USER_ACCESS_ADMINISTRATOR: "User Access Administrator",
    VM_ADMINISTRATOR_LOGIN: "Virtual Machine Administrator Login",
}


def definition_id(role: Role, subscription: str) -> str:
    """The ARM id of a built-in role's definition."""
    return f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
