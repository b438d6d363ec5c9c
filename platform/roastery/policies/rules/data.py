"""Data at rest and on the way: encryption, retention, ways back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from roastery.policies import tokens as t
from roastery.policies.checks import at_least, by_type, every, must_be, must_be_set, refers
from roastery.policies.model import Facts, Level, Policy, Problem, Resource, Settings, Severity, Stack

_TLS = {
    t.STORAGE: ("minimumTlsVersion", ("TLS1_2", "TLS1_3")),
    t.EVENT_HUBS: ("minimumTlsVersion", ("1.2", "1.3")),
    t.EVENT_TOPIC: ("minimumTlsVersionAllowed", ("1.2", "1.3")),
}


def _raise_tls(resource: Resource, settings: Settings, facts: Facts) -> Mapping[str, Any] | None:
    """The floor itself: whoever set a higher version keeps it."""
    del settings, facts
    path, allowed = _TLS[resource.type]
    return None if resource.word(path) in {one.lower() for one in allowed} else {path: allowed[0]}


def _retention(resource: Resource, settings: Settings) -> Iterator[Problem]:
    for path in ("deleteRetentionPolicy", "containerDeleteRetentionPolicy"):
        if resource.get(f"{path}.enabled") is not True:
            yield Problem(f"{path}.enabled", "is not true: what is deleted is gone")
        elif resource.get(f"{path}.days", 0) < settings["days"]:
            days = resource.get(f"{path}.days", 0)
            yield Problem(f"{path}.days", f"is {days}, must be at least {settings['days']}")


def _retained(stack: Stack, settings: Settings) -> Iterator[Problem]:
    del settings
    services = stack.of(t.BLOB_SERVICE)
    for account in stack.of(t.STORAGE):
        if not any(refers(one, "accountName", account) for one in services):
            yield Problem("", "has no BlobServiceProperties, so deleted blobs can't come back", account.urn)


def _redundant(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    sku = str(resource.get("sku.name", ""))
    if sku.upper().endswith("_LRS"):
        yield Problem("sku.name", f"is {sku}: one building holds every copy")


def _export(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    closed = resource.word("publicNetworkAccess") == "disabled"
    if closed and resource.word("policies.exportPolicy.status") != "disabled":
        yield Problem("policies.exportPolicy.status", "is not disabled: images can be copied elsewhere")


def _public_blobs(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    if resource.type == t.CONTAINER:
        if resource.word("publicAccess") not in {"", "none"}:
            yield Problem("publicAccess", f"is {resource.get('publicAccess')}, must be None")
    elif resource.get("allowBlobPublicAccess") is not False:
        yield Problem("allowBlobPublicAccess", "is not false: a container can be opened to everyone")


POLICIES = (
    Policy(
        id="tls-floor",
        title="Connections use TLS 1.2 or newer",
        reason="Older versions can be read by whoever sits between.",
        fix="Set the minimum TLS version to 1.2; the pack does so by itself before the update.",
        severity=Severity.HIGH,
        dev=Level.REMEDIATE,
        prod=Level.REMEDIATE,
        ids=("CKV_AZURE_44", "CKV_AZURE_223", "CIS Azure 3.0.0: 4.15", "MCSB DP-3", "MCSB NS-8"),
        types=tuple(_TLS),
        check=by_type({kind: must_be(path, *allowed) for kind, (path, allowed) in _TLS.items()}),
        remedy=_raise_tls,
    ),
    Policy(
        id="storage-https",
        title="Storage accounts answer HTTPS only",
        reason="Plain HTTP shows data and tokens to the whole way.",
        fix="Set enableHttpsTrafficOnly true.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_3", "CIS Azure 3.0.0: 4.1", "MCSB DP-3"),
        types=(t.STORAGE,),
        check=must_be("enableHttpsTrafficOnly", True, default=True),
    ),
    Policy(
        id="storage-public-blobs",
        title="No container can be public",
        reason="A public container is listed by search engines for leaks within hours.",
        fix="Set allowBlobPublicAccess false on the account and publicAccess None on containers.",
        severity=Severity.CRITICAL,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_34", "CKV_AZURE_190", "CKV2_AZURE_47", "CIS Azure 3.0.0: 4.17", "MCSB NS-2"),
        types=(t.STORAGE, t.CONTAINER),
        check=_public_blobs,
    ),
    Policy(
        id="storage-cross-tenant",
        title="Storage accounts are not replicated to other tenants",
        reason="Replication is a way out for data that no firewall sees.",
        fix="Set allowCrossTenantReplication false.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CIS Azure 3.0.0: 4.16",),
        types=(t.STORAGE,),
        check=must_be("allowCrossTenantReplication", False, default=False),
    ),
    Policy(
        id="storage-double-encryption",
        title="Storage accounts are encrypted twice",
        reason="A second key keeps data closed when one algorithm or key falls; it can't be turned on later.",
        fix="Set encryption.requireInfrastructureEncryption true.",
        severity=Severity.LOW,
        dev=Level.ADVISORY,
        prod=Level.MANDATORY,
        ids=("CIS Azure 3.0.0: 4.2", "MCSB DP-4"),
        types=(t.STORAGE,),
        check=must_be("encryption.requireInfrastructureEncryption", True),
    ),
    Policy(
        id="storage-soft-delete",
        title="Deleted blobs and containers can come back",
        reason="A wrong delete, or a malicious one, is the most common loss of data.",
        fix="Enable both retention policies for at least the number of days in this policy's `days`.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV2_AZURE_38", "CIS Azure 3.0.0: 4.10", "MCSB BR-2"),
        types=(t.BLOB_SERVICE,),
        check=_retention,
        config={"days": {"type": "integer", "minimum": 1, "maximum": 365, "default": 7}},
    ),
    Policy(
        id="storage-soft-delete-present",
        title="Every storage account sets its retention",
        reason="Without its own settings an account keeps deleted blobs for no time at all.",
        fix="Add BlobServiceProperties for the account.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV2_AZURE_38", "CIS Azure 3.0.0: 4.10", "MCSB BR-2"),
        check_stack=_retained,
    ),
    Policy(
        id="storage-redundancy",
        title="Production data is kept in more than one building",
        reason="Locally redundant data is lost with its data centre.",
        fix="Choose ZRS or GZRS.",
        severity=Severity.MEDIUM,
        dev=Level.DISABLED,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_206",),
        types=(t.STORAGE,),
        check=_redundant,
    ),
    Policy(
        id="registry-export",
        title="Images can't be exported from a closed registry",
        reason="Export copies images past the closed network.",
        fix="Set policies.exportPolicy.status to disabled.",
        severity=Severity.LOW,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        types=(t.REGISTRY,),
        check=_export,
    ),
    Policy(
        id="vault-purge-protection",
        title="Key vaults can't be purged",
        reason="Without it a deleted vault, and all it encrypts, can be lost for good by one person.",
        fix="Set properties.enablePurgeProtection true.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_42", "CKV_AZURE_110", "CIS Azure 3.0.0: 3.3.5", "MCSB DP-8"),
        types=(t.VAULT,),
        check=every(
            must_be("properties.enablePurgeProtection", True),
            must_be("properties.enableSoftDelete", True, default=True),
        ),
    ),
    Policy(
        id="vault-soft-delete-days",
        title="Deleted secrets can come back for long enough",
        reason="A loss is often noticed weeks later.",
        fix="Raise properties.softDeleteRetentionInDays; it can't be changed later.",
        severity=Severity.LOW,
        dev=Level.DISABLED,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_111", "MCSB DP-8"),
        types=(t.VAULT,),
        check=at_least("properties.softDeleteRetentionInDays", "days", 90),
        config={"days": {"type": "integer", "minimum": 7, "maximum": 90, "default": 30}},
    ),
    Policy(
        id="vault-secret-expiry",
        title="Secrets in a vault expire",
        reason="A secret without an end is rotated after it leaked.",
        fix="Set properties.attributes.expires.",
        severity=Severity.MEDIUM,
        dev=Level.ADVISORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_41", "CIS Azure 3.0.0: 3.3.3", "MCSB DP-8"),
        types=(t.VAULT_SECRET,),
        check=must_be_set("properties.attributes.expires"),
    ),
)
