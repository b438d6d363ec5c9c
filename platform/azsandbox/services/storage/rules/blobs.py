"""What Storage refuses about the blob service and containers.

Sources, 2026-12-01: learn.microsoft.com/azure/storage/blobs, pages point-in-time-restore-overview,
storage-feature-support-in-storage-accounts, anonymous-read-access-prevent,
immutable-version-level-worm-policies;
terraform-provider-azurerm, storage_account_resource.go, which quotes what the API refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm.laws import walk
from azsandbox.arm.laws.formats import moment
from azsandbox.arm.model import Request, Values
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN
from azsandbox.services.storage.rules.support import (
    blob_service_of,
    is_premium,
    kind_of,
    refused,
    text,
    with_account,
)

_METADATA_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_FOR_LAKES = (
    ("isVersioningEnabled", "Versioning"),
    ("changeFeed.enabled", "Change feed"),
    ("restorePolicy.enabled", "Point-in-time restore"),
)
_FIRST_VERSION = "2008-10-27"


def restore_has_what_it_reads(inputs: Values) -> Iterator[Problem]:
    """Point-in-time restore needs versions, the change feed, and a longer soft delete."""
    if walk.value(inputs, "restorePolicy.enabled") is not True:
        return
    days, retention = (
        walk.value(inputs, "restorePolicy.days"),
        walk.value(inputs, "deleteRetentionPolicy.days"),
    )
    if days is None:
        yield Problem("restorePolicy.days", "is required with restorePolicy.enabled")
    for path in ("isVersioningEnabled", "changeFeed.enabled", "deleteRetentionPolicy.enabled"):
        if walk.value(inputs, path) not in (True, UNKNOWN):
            yield Problem(path, "has to be true with restorePolicy.enabled (point-in-time restore)")
    if isinstance(days, (int, float)) and isinstance(retention, (int, float)) and days >= retention:
        yield Problem(
            "restorePolicy.days",
            f"{days:g} has to be below deleteRetentionPolicy.days, which is {retention:g}",
        )
    if walk.value(inputs, "deleteRetentionPolicy.allowPermanentDelete") is True:
        yield Problem(
            "deleteRetentionPolicy.allowPermanentDelete", "can't be combined with restorePolicy.enabled"
        )


def default_version_is_a_date(inputs: Values) -> Iterator[Problem]:
    version = inputs.get("defaultServiceVersion")
    if isinstance(version, str) and (
        not re.fullmatch(r"\d{4}-\d\d-\d\d", version) or moment(version) is None or version < _FIRST_VERSION
    ):
        yield Problem(
            "defaultServiceVersion", f"{version!r} is not a version of the service, {_FIRST_VERSION} or later"
        )


def metadata_names_are_identifiers(inputs: Values) -> Iterator[Problem]:
    metadata = inputs.get("metadata")
    for name in metadata if isinstance(metadata, dict) else ():
        if isinstance(name, str) and not name.startswith("__") and not _METADATA_NAME.fullmatch(name):
            yield Problem(
                f'metadata["{name}"]',
                "is not a C# identifier: use letters, digits and _, not a digit first (naming metadata)",
            )


def scope_is_named(inputs: Values) -> Iterator[Problem]:
    if inputs.get("denyEncryptionScopeOverride") is True and inputs.get("defaultEncryptionScope") is None:
        yield Problem("defaultEncryptionScope", "is required with denyEncryptionScopeOverride")


@with_account
def service_features_go_with_account(request: Request, account: Values) -> None:
    lake = account.get("isHnsEnabled") is True
    restore = request.at("restorePolicy.enabled") is True
    for path, name in _NOT_FOR_LAKES:
        if request.at(path) is True and (lake or kind_of(account) == "storage"):
            where = "a hierarchical namespace" if lake else "kind Storage"
            raise refused(
                "FeatureNotSupportedForAccount",
                f"{name} is not supported for accounts with {where}: leave {path} out.",
                409,
            )
    if restore and (kind_of(account) != "storagev2" or is_premium(account)):
        raise refused(
            "FeatureNotSupportedForAccount",
            "Point-in-time restore is supported for standard general-purpose v2 accounts only.",
            409,
        )
    if restore and text(account.get("dnsEndpointType")) == "azurednszone":
        raise refused(
            "FeatureDisabled", "Required feature Global Dns is disabled: restorePolicy needs it.", 409
        )
    immutable = walk.value(account, "immutableStorageWithVersioning.enabled") is True
    if immutable and request.at("isVersioningEnabled") is not True:
        raise refused(
            "ConflictFeatureEnabled",
            "Conflicting feature 'Account level WORM' is enabled. Please disable it and retry.",
            409,
        )


@with_account
def public_access_is_permitted(request: Request, account: Values) -> None:
    public = text(request.at("publicAccess")) in ("blob", "container")
    if public and account.get("allowBlobPublicAccess") is not True:
        raise refused(
            "PublicAccessNotPermitted",
            "Public access is not permitted on this storage account: publicAccess needs "
            "allowBlobPublicAccess on the account, whose default is false.",
            409,
        )


@with_account
def container_features_go_with_account(request: Request, account: Values) -> None:
    for name in ("enableNfsV3AllSquash", "enableNfsV3RootSquash"):
        if request.at(name) is True and account.get("enableNfsV3") is not True:
            raise refused("FeatureNotSupportedForAccount", f"{name} needs an account with enableNfsV3.", 409)
    if request.at("immutableStorageWithVersioning.enabled") is not True:
        return
    by_account = walk.value(account, "immutableStorageWithVersioning.enabled") is True
    if not by_account and blob_service_of(request).get("isVersioningEnabled") is not True:
        raise refused(
            "FeatureNotEnabled",
            "immutableStorageWithVersioning needs an account whose blob service keeps versions "
            "(isVersioningEnabled).",
            409,
        )


def hierarchical_namespace_without_versioning(request: Request) -> None:
    """An account that is updated must not turn hierarchical while its blob service keeps versions."""
    service = request.subscription.get(f"{request.id}/blobServices/default")
    if service and service.inputs.get("isVersioningEnabled") and request.inputs.get("isHnsEnabled"):
        raise refused(
            "FeatureNotSupportedForAccount",
            "Versioning is not supported for accounts with a hierarchical namespace.",
            409,
        )
