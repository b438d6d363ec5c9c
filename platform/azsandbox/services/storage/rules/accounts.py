"""What Storage refuses about accounts: kinds, SKUs, tiers and features that do not go together.

Sources, 2026-12-01: learn.microsoft.com/azure/storage/common/storage-account-overview;
…/files/storage-files-planning (SKUs of provisioned v2); …/blobs/network-file-system-protocol-known-issues;
…/blobs/storage-feature-support-in-storage-accounts;
terraform-provider-azurerm, internal/services/storage/storage_account_resource.go (checks that quote the API).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN
from azsandbox.services import kinds
from azsandbox.services.storage.rules.support import refused, text

_STANDARD = (
    "Standard_LRS",
    "Standard_GRS",
    "Standard_RAGRS",
    "Standard_ZRS",
    "Standard_GZRS",
    "Standard_RAGZRS",
)
_PROVISIONED_V2 = (
    "StandardV2_LRS", "StandardV2_GRS", "StandardV2_ZRS", "StandardV2_GZRS", "PremiumV2_LRS", "PremiumV2_ZRS"
)  # fmt: skip
SKUS: dict[str, tuple[str, ...]] = {
    "Storage": (*_STANDARD[:4], "Premium_LRS"),
    "StorageV2": (*_STANDARD, "Premium_LRS", "Premium_ZRS"),
    "BlobStorage": _STANDARD[:3],
    "BlockBlobStorage": ("Premium_LRS", "Premium_ZRS"),
    "FileStorage": ("Premium_LRS", "Premium_ZRS", *_PROVISIONED_V2),
}
_LAKES = ("storagev2", "blobstorage", "blockblobstorage")
_NFS_EXCLUDES = ("standard_grs", "standard_gzrs")
_BYPASS = ("None", "Logging", "Metrics", "AzureServices")
_SAS_PERIOD = re.compile(r"(\d+\.)?([01]?\d|2[0-3]):[0-5]\d:[0-5]\d")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.IGNORECASE)


def _of(inputs: Values) -> tuple[Any, Any]:
    """(kind, SKU), texts where they are known."""
    return inputs.get("kind"), walk.value(inputs, "sku.name")


def kind_has_sku(inputs: Values) -> Iterator[Problem]:
    kind, sku = _of(inputs)
    allowed = next((skus for name, skus in SKUS.items() if name.lower() == text(kind)), None)
    if allowed is None or not isinstance(sku, str) or sku is UNKNOWN:
        return
    every = {name.lower() for names in SKUS.values() for name in names}
    if sku.lower() in every and sku.lower() not in {name.lower() for name in allowed}:
        yield Problem(
            "sku.name",
            f"{sku!r} does not go with kind {kind}: it has {', '.join(allowed)} (storage account overview)",
        )


def tier_goes_with_kind(inputs: Values) -> Iterator[Problem]:
    kind, sku = _of(inputs)
    tier, premium = inputs.get("accessTier"), text(sku).startswith("premium")
    if not isinstance(tier, str):
        return
    name = text(kind)
    if name == "storage":
        yield Problem("accessTier", f"{tier!r} does not go with kind Storage, which has no access tiers")
    elif name == "blockblobstorage" and tier != "Premium":
        yield Problem(
            "accessTier", f"{tier!r} does not go with {sku}: premium block blobs have no tier but Premium"
        )
    elif tier == "Premium" and isinstance(sku, str) and not premium:
        yield Problem("accessTier", f"{tier!r} does not go with {sku}: use Hot, Cool or Cold")
    elif premium and tier != "Premium":
        yield Problem("accessTier", f"{tier!r} has no effect with the premium SKU {sku}", warning=True)


def features_of_a_lake(inputs: Values) -> Iterator[Problem]:
    kind, sku = _of(inputs)
    lake, name = inputs.get("isHnsEnabled"), text(kind)
    if lake is True and name and name not in _LAKES:
        yield Problem(
            "isHnsEnabled",
            f"does not go with kind {kind}: use StorageV2 or BlockBlobStorage (Data Lake Storage)",
        )
    elif lake is True and name != "blockblobstorage" and text(sku).startswith("premium"):
        yield Problem("isHnsEnabled", f"does not go with {sku} unless the kind is BlockBlobStorage")
    if lake is UNKNOWN:
        return
    for feature in ("enableNfsV3", "isSftpEnabled"):
        if inputs.get(feature) is True and lake is not True:
            yield Problem(feature, "needs isHnsEnabled: the account has to have a hierarchical namespace")
    if inputs.get("enableNfsV3") is True and text(sku) in _NFS_EXCLUDES:
        yield Problem(
            "sku.name", f"{sku!r} does not go with enableNfsV3: use LRS or ZRS (NFS 3.0, known issues)"
        )
    immutable = walk.value(inputs, "immutableStorageWithVersioning.enabled")
    if lake is True and immutable is True:
        yield Problem(
            "immutableStorageWithVersioning.enabled",
            "does not go with isHnsEnabled: an account with a hierarchical namespace keeps no versions",
        )


def large_shares_go_with_kind(inputs: Values) -> Iterator[Problem]:
    kind, state = text(inputs.get("kind")), inputs.get("largeFileSharesState")
    if text(state) == "enabled" and kind and kind not in ("storagev2", "filestorage"):
        yield Problem(
            "largeFileSharesState",
            f"{state!r} does not go with kind {inputs['kind']}: it has no large shares",
        )


def encryption_is_complete(inputs: Values) -> Iterator[Problem]:
    encryption = inputs.get("encryption")
    if not isinstance(encryption, dict):
        return
    kind, sku = text(inputs.get("kind")), text(walk.value(inputs, "sku.name"))
    if text(encryption.get("keySource")) == "microsoft.keyvault":
        for name in ("keyName", "keyVaultUri"):
            if walk.value(encryption, f"keyVaultProperties.{name}") in (None, ""):
                yield Problem(
                    f"encryption.keyVaultProperties.{name}", "is required with keySource Microsoft.Keyvault"
                )
    yield from _identity_reads_key(inputs, encryption)
    double = encryption.get("requireInfrastructureEncryption") is True
    if double and kind and (kind in ("storage", "blobstorage")):
        yield Problem(
            "encryption.requireInfrastructureEncryption",
            f"does not go with kind {inputs['kind']}: use StorageV2, or a premium kind",
        )
    for service in ("queue", "table"):
        key = walk.value(encryption, f"services.{service}.keyType")
        if text(key) == "account" and kind and (kind != "storagev2" or sku.startswith("premium")):
            yield Problem(
                f"encryption.services.{service}.keyType",
                f"{key!r} needs kind StorageV2, but it is {inputs['kind']} (account-scoped encryption keys)",
            )
    for service in ("blob", "file", "queue", "table"):
        if walk.value(encryption, f"services.{service}.enabled") is False:
            yield Problem(
                f"encryption.services.{service}.enabled", "encryption at rest is always on", warning=True
            )


def _identity_reads_key(inputs: Values, encryption: Values) -> Iterator[Problem]:
    """The identity that reads the key is among the account's own."""
    user = walk.value(encryption, "encryptionIdentity.encryptionUserAssignedIdentity")
    assigned = walk.value(inputs, "identity.userAssignedIdentities")
    if assigned is UNKNOWN or (isinstance(assigned, list) and UNKNOWN in assigned):
        return
    own = (
        {ids.key(str(identity)) for identity in assigned}
        if isinstance(assigned, (list, dict))
        else set[str]()
    )
    if isinstance(user, str) and user and ids.key(user) not in own:
        yield Problem(
            "encryption.encryptionIdentity.encryptionUserAssignedIdentity",
            f"{user!r:.120} is not among identity.userAssignedIdentities of the account",
        )
    federated = walk.value(encryption, "encryptionIdentity.encryptionFederatedIdentityClientId")
    if isinstance(federated, str) and federated and user is None:
        yield Problem(
            "encryption.encryptionIdentity.encryptionUserAssignedIdentity",
            "is required with encryptionFederatedIdentityClientId",
        )
    if text(encryption.get("keySource")) == "microsoft.keyvault" and user in (None, ""):
        kind = walk.value(inputs, "identity.type")
        if kind is not UNKNOWN and "systemassigned" not in text(kind):
            yield Problem(
                "identity",
                "keySource Microsoft.Keyvault needs an identity that reads the key: a system-assigned one, "
                "or a user-assigned one that encryption.encryptionIdentity names",
            )


def firewall_exceptions_are_known(inputs: Values) -> Iterator[Problem]:
    bypass = walk.value(inputs, "networkRuleSet.bypass")
    if not isinstance(bypass, str):
        return
    names = [name.strip() for name in bypass.split(",")]
    unknown = [name for name in names if name.lower() not in {known.lower() for known in _BYPASS}]
    if unknown:
        yield Problem(
            "networkRuleSet.bypass", f"{unknown[0]!r} is none of {', '.join(_BYPASS)} (a list with commas)"
        )
    elif len(names) > 1 and "none" in {name.lower() for name in names}:
        yield Problem("networkRuleSet.bypass", f"{bypass!r} combines None with others")


def expiry_period_is_readable(inputs: Values) -> Iterator[Problem]:
    period = walk.value(inputs, "sasPolicy.sasExpirationPeriod")
    if isinstance(period, str) and not _SAS_PERIOD.fullmatch(period):
        yield Problem("sasPolicy.sasExpirationPeriod", f"{period!r} is not DD.HH:MM:SS, such as 1.12:00:00")


def directory_is_described(inputs: Values) -> Iterator[Problem]:
    service = walk.value(inputs, "azureFilesIdentityBasedAuthentication.directoryServiceOptions")
    path = "azureFilesIdentityBasedAuthentication.activeDirectoryProperties"
    if text(service) == "ad" and walk.value(inputs, path) is None:
        yield Problem(path, "is required with directoryServiceOptions AD")


def domain_is_a_host_name(inputs: Values) -> Iterator[Problem]:
    name = walk.value(inputs, "customDomain.name")
    if isinstance(name, str) and name and not _HOST.fullmatch(name):
        yield Problem("customDomain.name", f"{name!r} is not a host name such as blobs.example.com")


def tls_is_offered(inputs: Values) -> Iterator[Problem]:
    if inputs.get("minimumTlsVersion") == "TLS1_3":
        yield Problem("minimumTlsVersion", "'TLS1_3' is not supported by Storage yet: use TLS1_2")


def tag_names_are_short(inputs: Values) -> Iterator[Problem]:
    tags = inputs.get("tags")
    for name in tags if isinstance(tags, dict) else ():
        if isinstance(name, str) and len(name) > 128:  # noqa: PLR2004 - of a storage account, others have 512
            yield Problem(
                f'tags["{name:.20}…"]', "has more than 128 characters, the most of a storage account"
            )


def immutability_starts_unlocked(request: Request) -> None:
    path = "immutableStorageWithVersioning.immutabilityPolicy.state"
    before = walk.value(request.existing.inputs, path) if request.existing else None
    if text(request.at(path)) == "locked" and text(before) not in ("unlocked", "locked"):
        raise refused(
            "InvalidStorageAccountImmutabilityPolicy",
            'Storage account immutability policy state can be set to "Unlocked, Disabled".',
        )


def key_is_readable_at_creation(request: Request) -> None:
    """A new account has no system-assigned identity yet that could read the key."""
    if text(request.at("encryption.keySource")) != "microsoft.keyvault":
        return
    if request.existing is None and not request.at(
        "encryption.encryptionIdentity.encryptionUserAssignedIdentity"
    ):
        raise refused(
            "KeyVaultAuthenticationFailure",
            "The system-assigned identity of an account that is created cannot read the key yet: name a "
            "user-assigned identity in encryption.encryptionIdentity, or set the key in an update.",
        )
    host = text(request.at("encryption.keyVaultProperties.keyVaultUri")).removeprefix("https://")
    name = host.partition(".")[0]
    for vault in request.subscription.of_kind(kinds.KEY_VAULT):
        if (
            vault.name.lower() == name
            and walk.value(vault.inputs, "properties.enablePurgeProtection") is not True
        ):
            raise refused(
                "KeyVaultPolicyError",
                f"Keyvault policy recoverable is not set: the vault '{vault.name}' needs soft delete and "
                "purge protection to hold the key of a storage account.",
            )
