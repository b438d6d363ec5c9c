"""The general laws that hold for Storage's types, declared as data.

Sources, 2026-12-01: REST specification of Microsoft.Storage (descriptions of the properties);
learn.microsoft.com/azure, storage/common/storage-network-security-limitations, …/redundancy-migration,
azure-resource-manager/management/azure-subscription-service-limits (storage).
"""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.laws.firewall import PublicAddress, ServiceEndpoint
from azsandbox.arm.laws.transitions import Transitions

_FIREWALL = "storage firewall, limitations"
_IDENTIFIER = 64  # characters of a stored access policy's id


ACCOUNT: tuple[laws.Law, ...] = (
    laws.Needs(
        when="kind",
        values=("BlobStorage",),
        needs=("accessTier",),
        source="REST specification of storage accounts",
    ),
    laws.Format(
        path="azureFilesIdentityBasedAuthentication.activeDirectoryProperties.domainGuid", form="guid"
    ),
    laws.Format(path="encryption.keyVaultProperties.keyVaultUri", form="https"),
    laws.Format(path="networkRuleSet.resourceAccessRules[].tenantId", form="guid"),
    laws.Format(path="encryption.encryptionIdentity.encryptionFederatedIdentityClientId", form="guid"),
    laws.AtMost(path="networkRuleSet.ipRules", most=400, source=_FIREWALL),
    laws.AtMost(path="networkRuleSet.virtualNetworkRules", most=400, source=_FIREWALL),
    laws.AtMost(path="networkRuleSet.resourceAccessRules", most=200, source=_FIREWALL),
    PublicAddress(path="networkRuleSet.ipRules[].iPAddressOrRange", small_ranges=False, source=_FIREWALL),
    ServiceEndpoint(
        within="networkRuleSet.virtualNetworkRules[]",
        subnet="virtualNetworkResourceId",
        services=("Microsoft.Storage", "Microsoft.Storage.Global"),
    ),
    Transitions(
        path="kind",
        groups=(("Storage",), ("StorageV2",), ("BlobStorage",), ("BlockBlobStorage",), ("FileStorage",)),
        upgrades=(("Storage", "StorageV2"), ("BlobStorage", "StorageV2")),
        source="storage account overview",
    ),
    Transitions(
        path="sku.name",
        groups=(
            ("Standard_LRS", "Standard_GRS", "Standard_RAGRS"),
            ("Standard_ZRS", "Standard_GZRS", "Standard_RAGZRS"),
            ("Premium_LRS",),
            ("Premium_ZRS",),
        ),
        advice="zone redundancy changes by a conversion (az storage account migration start), the "
        "performance tier with a new account",
        source="change how a storage account is replicated",
    ),
    Transitions(
        path="largeFileSharesState", groups=(("Enabled",), ("Disabled",)), upgrades=(("Disabled", "Enabled"),)
    ),
    laws.Unchangeable(path="dnsEndpointType"),
    laws.Unchangeable(path="encryption.requireInfrastructureEncryption"),
    laws.Unchangeable(path="extendedLocation.name"),
    laws.Unchangeable(path="enableNfsV3"),
    laws.Unchangeable(path="immutableStorageWithVersioning.enabled"),
    laws.Unchangeable(path="encryption.services.queue.keyType", once_set=True),
    laws.Unchangeable(path="encryption.services.table.keyType", once_set=True),
)


def _cors() -> tuple[laws.Law, ...]:
    return (
        laws.AtMost(path="cors.corsRules", most=5),
        laws.NotEmpty(path="cors.corsRules[].allowedOrigins"),
        laws.NotEmpty(path="cors.corsRules[].allowedMethods"),
        laws.AtMost(path="cors.corsRules[].allowedOrigins", most=64),
    )


def _retention(policy: str) -> laws.Law:
    return laws.Needs(within=policy, when="enabled", values=(True,), needs=("days",))


BLOB_SERVICE = (*_cors(), _retention("deleteRetentionPolicy"), _retention("containerDeleteRetentionPolicy"))
FILE_SERVICE = (*_cors(), _retention("shareDeleteRetentionPolicy"))
OTHER_SERVICE = _cors()
_POLICIES = (
    laws.AtMost(path="signedIdentifiers", most=5, source="stored access policies"),
    laws.Unique(path="signedIdentifiers", by=("id",), ignore_case=False),
    laws.Format(path="signedIdentifiers[].accessPolicy.startTime", form="time"),
    laws.Format(path="signedIdentifiers[].accessPolicy.expiryTime", form="time"),
    laws.Ordered(within="signedIdentifiers[].accessPolicy", low="startTime", high="expiryTime"),
)
SHARE: tuple[laws.Law, ...] = (
    *_POLICIES,
    laws.Feature(path="rootSquash", only_with="enabledProtocols", among=("NFS",), default="SMB"),
)
TABLE = _POLICIES
CONTAINER: tuple[laws.Law, ...] = (
    laws.Unchangeable(path="immutableStorageWithVersioning.enabled"),
    laws.Unchangeable(path="defaultEncryptionScope"),
)
POLICY: tuple[laws.Law, ...] = (
    laws.NotEmpty(path="policy.rules", source="lifecycle policy structure"),
    laws.AtMost(path="policy.rules", most=100, source="lifecycle policy structure"),
    laws.Unique(path="policy.rules", ignore_case=False, source="lifecycle policy structure"),
    laws.NotEmpty(path="policy.rules[].definition.filters.blobTypes"),
    laws.AtMost(path="policy.rules[].definition.filters.prefixMatch", most=10),
    laws.AtMost(path="policy.rules[].definition.filters.blobIndexMatch", most=10),
)
