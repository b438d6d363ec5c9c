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
from azsandbox.services import kinds
from azsandbox.services.storage import functions, outputs, rules

_ACCOUNT = IN_GROUP + "Microsoft.Storage/storageAccounts/{accountName}"
_CONTAINER_NAME = NameRule(
    r"\$root|\$web|\$logs|(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
    "3 to 63 lower-case letters, digits and single hyphens",
    Evidence.DOCUMENTATION,
)


def _account_service(token: str, segment: str, parameter: str) -> ResourceType:
    return ResourceType(
        token=f"azure-native:storage:{token}",
        path=f"{_ACCOUNT}/{segment}/{{{parameter}}}",
        name=NameRule("default", "the only service is called 'default'"),
        singleton=True,
        claims=(specified("exists with its account, under the name default"),),
    )


def _account_item(token: str, segment: str, parameter: str, name: NameRule, service: str) -> ResourceType:
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
                    (kinds.SUBNET,),
                ),
                Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),
            ),
            replace=(
                "isHnsEnabled",
                "enableNfsV3",
                "encryption.requireInfrastructureEncryption",
                "extendedLocation",
                "immutableStorageWithVersioning",
            ),
            early=(
                rules.tier_and_kind_match_sku,
                rules.redundancy_is_offered_in_region,
                rules.nfs_has_hierarchical_namespace,
            ),
            rules=(rules.hierarchical_namespace_without_versioning,),
            outputs=outputs.account,
            claims=(
                documented("zone redundancy is offered in regions with availability zones"),
                specified(
                    "name unique in all of Azure; infrastructure encryption and the hierarchical namespace "
                    "are set only at creation"
                ),
                documented("no versioning with a hierarchical namespace; no access tier with a premium SKU"),
            ),
        ),
        _account_service("BlobServiceProperties", "blobServices", "blobServicesName"),
        _account_service("FileServiceProperties", "fileServices", "fileServicesName"),
        _account_service("QueueServiceProperties", "queueServices", "queueServiceName"),
        _account_service("TableServiceProperties", "tableServices", "tableServiceName"),
        _account_item("BlobContainer", "containers", "containerName", _CONTAINER_NAME, "blobServices"),
        _account_item("FileShare", "shares", "shareName", _CONTAINER_NAME, "fileServices"),
        _account_item("Queue", "queues", "queueName", _CONTAINER_NAME, "queueServices"),
        _account_item(
            "Table",
            "tables",
            "tableName",
            NameRule(r"[A-Za-z][A-Za-z0-9]{2,62}", "3 to 63 letters and digits"),
            "tableServices",
        ),
        ResourceType(
            token="azure-native:storage:ManagementPolicy",
            path=_ACCOUNT + "/managementPolicies/{managementPolicyName}",
            name=NameRule("default", "the only policy is called 'default'"),
            claims=(specified("one per account, under the name default"),),
        ),
    ),
    invokes=(
        Invoke(
            token="azure-native:storage:listStorageAccountKeys",
            arguments=("accountName", "resourceGroupName", "expand"),
            required=("accountName", "resourceGroupName"),
            answer=functions.account_keys,
            claims=(documented("refused where shared keys are disabled"),),
        ),
    ),
)
