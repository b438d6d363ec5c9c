"""Storage: accounts, their services, containers, shares, queues, tables."""

from __future__ import annotations

from azsandbox.arm.evidence import Evidence, documented, specified
from azsandbox.arm.model import (
    IN_GROUP,
    GlobalName,
    Invoke,
    NameRule,
    Reference,
    ResourceType,
    Service,
)
from azsandbox.services.storage.rules import account_outputs, keys, lake_fits, shape_of_account

_ACCOUNT = IN_GROUP + "Microsoft.Storage/storageAccounts/{accountName}"
_CONTAINER = NameRule(
    r"\$root|\$web|\$logs|(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
    "3 to 63 lower-case letters, digits and single hyphens",
    Evidence.DOCUMENTATION,
)


def _service(token: str, segment: str, parameter: str) -> ResourceType:
    return ResourceType(
        token=f"azure-native:storage:{token}",
        path=f"{_ACCOUNT}/{segment}/{{{parameter}}}",
        name=NameRule("default", "the one service is called 'default'"),
        singleton=True,
        claims=(specified("comes with its account, under the name default"),),
    )


def _item(token: str, segment: str, parameter: str, name: NameRule, service: str) -> ResourceType:
    return ResourceType(
        token=f"azure-native:storage:{token}",
        path=f"{_ACCOUNT}/{service}/default/{segment}/{{{parameter}}}",
        name=name,
        claims=(documented("its account exists"),),
    )


SERVICE = Service(
    name="storage",
    types=(
        ResourceType(
            token="azure-native:storage:StorageAccount",
            path=_ACCOUNT,
            name=NameRule(r"[a-z0-9]{3,24}", "3 to 24 lower-case letters and digits"),
            global_name=GlobalName(
                "StorageAccountAlreadyTaken", "The storage account named {name} is already taken."
            ),
            references=(
                Reference(
                    "networkRuleSet.virtualNetworkRules[].virtualNetworkResourceId",
                    ("Microsoft.Network/virtualNetworks/subnets",),
                ),
                Reference(
                    "identity.userAssignedIdentities[]", ("Microsoft.ManagedIdentity/userAssignedIdentities",)
                ),
            ),
            replace=(
                "isHnsEnabled",
                "enableNfsV3",
                "encryption.requireInfrastructureEncryption",
                "extendedLocation",
                "immutableStorageWithVersioning",
            ),
            early=(shape_of_account,),
            rules=(lake_fits,),
            outputs=account_outputs,
            claims=(
                specified(
                    "name unique in all of Azure; infrastructure encryption and hierarchy only at creation"
                ),
                documented(
                    "versioning does not work with a hierarchical namespace; access tier not with premium"
                ),
            ),
        ),
        _service("BlobServiceProperties", "blobServices", "blobServicesName"),
        _service("FileServiceProperties", "fileServices", "fileServicesName"),
        _service("QueueServiceProperties", "queueServices", "queueServiceName"),
        _service("TableServiceProperties", "tableServices", "tableServiceName"),
        _item("BlobContainer", "containers", "containerName", _CONTAINER, "blobServices"),
        _item("FileShare", "shares", "shareName", _CONTAINER, "fileServices"),
        _item("Queue", "queues", "queueName", _CONTAINER, "queueServices"),
        _item(
            "Table",
            "tables",
            "tableName",
            NameRule(r"[A-Za-z][A-Za-z0-9]{2,62}", "3 to 63 letters and digits"),
            "tableServices",
        ),
        ResourceType(
            token="azure-native:storage:ManagementPolicy",
            path=_ACCOUNT + "/managementPolicies/{managementPolicyName}",
            name=NameRule("default", "the one policy is called 'default'"),
            claims=(specified("one per account, under the name default"),),
        ),
    ),
    invokes=(
        Invoke(
            token="azure-native:storage:listStorageAccountKeys",
            arguments=("accountName", "resourceGroupName", "expand"),
            required=("accountName", "resourceGroupName"),
            answer=keys,
            claims=(documented("refused where shared keys are off"),),
        ),
    ),
)
