"""Storage: accounts, their services, containers, shares, queues, tables."""

from __future__ import annotations

from azsandbox.arm.evidence import Claim, Evidence, documented, recorded, specified
from azsandbox.arm.laws import Law
from azsandbox.arm.model import (
    IN_GROUP,
    Early,
    GlobalName,
    Invoke,
    NameRule,
    Reference,
    ResourceType,
    Rule,
    Service,
)
from azsandbox.services import kinds
from azsandbox.services.storage import defaults, functions, laws, outputs
from azsandbox.services.storage.rules import accounts, blobs, files, lifecycle, redundancy
from azsandbox.services.storage.rules.support import needs_service

_ACCOUNT = IN_GROUP + "Microsoft.Storage/storageAccounts/{accountName}"
_CONTAINER_NAME = NameRule(
    r"\$root|\$web|\$logs|(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
    "3 to 63 lower-case letters, digits and single hyphens",
    Evidence.DOCUMENTATION,
)


_SHARE_NAME = NameRule(
    r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
    "3 to 63 lower-case letters, digits and single hyphens",
    Evidence.DOCUMENTATION,
)
_METADATA = documented("the names of metadata are C# identifiers")


def _account_service(
    token: str,
    service: str,
    parameter: str,
    *,
    laws_: tuple[Law, ...] = laws.OTHER_SERVICE,
    early: tuple[Early, ...] = (),
    rules: tuple[Rule, ...] = (),
    claims: tuple[Claim, ...] = (),
) -> ResourceType:
    return ResourceType(
        token=f"azure-native:storage:{token}",
        defaults=defaults.SERVICES[service],
        outputs=outputs.account_service,
        path=f"{_ACCOUNT}/{service}Services/{{{parameter}}}",
        name=NameRule("default", "the only service is called 'default'"),
        singleton=True,
        laws=laws_,
        early=early,
        rules=(needs_service(service), *rules),
        claims=(
            specified("exists with its account, under the name default"),
            documented(f"an account of a kind without {service}s has no such service"),
            *claims,
        ),
    )


def _account_item(
    token: str,
    segment: str,
    parameter: str,
    name: NameRule,
    *,
    service: str,
    replace: tuple[str, ...] = (),
    laws_: tuple[Law, ...] = (),
    early: tuple[Early, ...] = (blobs.metadata_names_are_identifiers,),
    rules: tuple[Rule, ...] = (),
    claims: tuple[Claim, ...] = (_METADATA,),
) -> ResourceType:
    return ResourceType(
        token=f"azure-native:storage:{token}",
        defaults=defaults.ITEMS.get(token, {}),
        path=f"{_ACCOUNT}/{service}Services/default/{segment}/{{{parameter}}}",
        name=name,
        replace=replace,
        laws=laws_,
        early=early,
        rules=(needs_service(service), *rules),
        claims=(
            documented("its account exists"),
            documented(f"its account is of a kind that has {service}s"),
            *claims,
        ),
    )


_ACCOUNT_TYPE = ResourceType(
    token="azure-native:storage:StorageAccount",
    defaults=defaults.ACCOUNT,
    path=_ACCOUNT,
    name=NameRule(r"[a-z0-9]{3,24}", "3 to 24 lower-case letters and digits"),
    global_name=GlobalName(
        "StorageAccountAlreadyTaken", "The storage account named {name} is already taken."
    ),
    references=(
        Reference("networkRuleSet.virtualNetworkRules[].virtualNetworkResourceId", (kinds.SUBNET,)),
        Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),
    ),
    replace=("isHnsEnabled",),  # pulumi-azure-native, provider/pkg/gen/replacement.go, read 2026-12-01
    laws=laws.ACCOUNT,
    early=(
        accounts.kind_has_sku,
        accounts.tier_goes_with_kind,
        accounts.features_of_a_lake,
        accounts.large_shares_go_with_kind,
        accounts.encryption_is_complete,
        accounts.firewall_exceptions_are_known,
        accounts.expiry_period_is_readable,
        accounts.directory_is_described,
        accounts.domain_is_a_host_name,
        accounts.tls_is_offered,
        accounts.tag_names_are_short,
        redundancy.redundancy_is_offered_in_region,
    ),
    rules=(
        blobs.hierarchical_namespace_without_versioning,
        accounts.immutability_starts_unlocked,
        accounts.key_is_readable_at_creation,
    ),
    outputs=outputs.account,
    claims=(
        specified("name unique in all of Azure"),
        documented("every kind has its own SKUs"),
        documented("zone redundancy is offered in regions with availability zones"),
        documented("the access tier goes with kind and SKU"),
        documented("NFS, SFTP, a hierarchical namespace and immutability go together, and with kind and SKU"),
        documented("large file shares need kind StorageV2 or FileStorage"),
        documented("a customer's key is named completely, with an identity of the account that reads it"),
        documented("infrastructure encryption and keys of queues and tables go with the kind"),
        documented("networkRuleSet.bypass is a list of known exceptions, or None"),
        documented("the period of shared access signatures is DD.HH:MM:SS"),
        specified("directory service AD needs activeDirectoryProperties"),
        documented("a custom domain is a host name"),
        specified("TLS 1.3 is not a minimum yet"),
        documented("names of tags have at most 128 characters"),
        documented("immutability is not locked at creation"),
        documented(
            "a customer's key needs a user-assigned identity at creation, and a vault with purge protection"
        ),
    ),
)


SERVICE = Service(
    name="storage",
    types=(
        _ACCOUNT_TYPE,
        _account_service(
            "BlobServiceProperties",
            "blob",
            "blobServicesName",
            laws_=laws.BLOB_SERVICE,
            early=(blobs.restore_has_what_it_reads, blobs.default_version_is_a_date),
            rules=(blobs.service_features_go_with_account,),
            claims=(
                documented("point-in-time restore needs versions, the change feed and a longer soft delete"),
                documented("the default version is the date of a version of the service"),
                documented(
                    "versions, change feed and restore go with kind, SKU and namespace of the account"
                ),
            ),
        ),
        _account_service(
            "FileServiceProperties",
            "file",
            "fileServicesName",
            laws_=laws.FILE_SERVICE,
            early=(files.smb_settings_are_known,),
            rules=(files.multichannel_goes_with_account,),
            claims=(
                specified("SMB settings are lists of known values"),
                specified("SMB Multichannel needs kind FileStorage"),
            ),
        ),
        _account_service("QueueServiceProperties", "queue", "queueServiceName"),
        _account_service("TableServiceProperties", "table", "tableServiceName"),
        _account_item(
            "BlobContainer",
            "containers",
            "containerName",
            _CONTAINER_NAME,
            service="blob",
            laws_=laws.CONTAINER,
            early=(blobs.metadata_names_are_identifiers, blobs.scope_is_named),
            rules=(blobs.public_access_is_permitted, blobs.container_features_go_with_account),
            claims=(
                _METADATA,
                specified("denyEncryptionScopeOverride needs defaultEncryptionScope"),
                documented("public access needs allowBlobPublicAccess of the account"),
                documented("root squash needs an NFS account, immutability one that keeps versions"),
            ),
        ),
        _account_item(
            "FileShare",
            "shares",
            "shareName",
            _SHARE_NAME,
            service="file",
            replace=("enabledProtocols",),  # x-ms-mutability: create and read
            laws_=laws.SHARE,
            early=(blobs.metadata_names_are_identifiers, files.quota_is_possible),
            rules=(files.quota_goes_with_account, files.share_goes_with_account),
            claims=(
                _METADATA,
                specified("quota and bursting are within the limits of any share"),
                documented("the quota is within the limits of the account's kind and SKU"),
                documented("protocol, tier and provisioning go with the account's kind and SKU"),
            ),
        ),
        _account_item("Queue", "queues", "queueName", _SHARE_NAME, service="queue"),
        _account_item(
            "Table",
            "tables",
            "tableName",
            NameRule(
                r"(?!tables$)[A-Za-z][A-Za-z0-9]{2,62}",
                "3 to 63 letters and digits, a letter first, and not 'tables'",
            ),
            service="table",
            laws_=laws.TABLE,
            early=(),
            claims=(),
        ),
        ResourceType(
            token="azure-native:storage:ManagementPolicy",
            outputs=outputs.lifecycle,
            defaults=defaults.LIFECYCLE,
            path=_ACCOUNT + "/managementPolicies/{managementPolicyName}",
            name=NameRule("default", "the only policy is called 'default'"),
            laws=laws.POLICY,
            early=(
                lifecycle.rule_has_an_action,
                lifecycle.action_has_one_age,
                lifecycle.automatic_hot_tier_reads_access_time,
                lifecycle.tiers_get_cooler,
                lifecycle.blob_types_take_actions,
                lifecycle.filters_are_possible,
            ),
            rules=(lifecycle.policy_goes_with_account, lifecycle.access_time_is_tracked),
            doubts=(lifecycle.untracked_access_counts_from_policy,),
            claims=(
                specified("one per account, under the name default"),
                documented("a rule has an action"),
                specified("an action on a blob has one age"),
                specified("tiering to hot on access needs the age since the last access"),
                documented("tiers in another order are a warning"),
                documented("append blobs can only be deleted"),
                documented("prefixes begin with a container, tags are compared with =="),
                documented("tiers go with kind, SKU and redundancy of the account"),
                recorded("tiers by the last access need its tracking; a deletion by it is a warning without"),
            ),
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
