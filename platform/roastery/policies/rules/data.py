"""Data at rest and in transit: encryption, retention, recovery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from roastery.policies import tokens as t
from roastery.policies.checks import all_of, at_least, by_type, must_be, must_be_set, refers_to
from roastery.policies.model import (
    DeclaredResource,
    DeclaredStack,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    StackFacts,
    Violation,
)

_TLS = {
    t.STORAGE: ("minimumTlsVersion", ("TLS1_2", "TLS1_3")),
    t.EVENT_HUBS: ("minimumTlsVersion", ("1.2", "1.3")),
    t.EVENT_TOPIC: ("minimumTlsVersionAllowed", ("1.2", "1.3")),
}


def _raise_tls(
    resource: DeclaredResource, settings: PolicySettings, facts: StackFacts
) -> Mapping[str, Any] | None:
    """Raises a lower version to the minimum; a higher one is kept."""
    del settings, facts
    path, allowed = _TLS[resource.type]
    return (
        None if resource.lower_text(path) in {version.lower() for version in allowed} else {path: allowed[0]}
    )


def _retention(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    for path in ("deleteRetentionPolicy", "containerDeleteRetentionPolicy"):
        if resource.get(f"{path}.enabled") is not True:
            yield Violation(f"{path}.enabled", "is not true: deleted data can't be recovered")
        elif resource.get(f"{path}.days", 0) < settings["days"]:
            days = resource.get(f"{path}.days", 0)
            yield Violation(f"{path}.days", f"is {days}, must be at least {settings['days']}")


def _retained(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    services = stack.of(t.BLOB_SERVICE)
    for account in stack.of(t.STORAGE):
        if not any(refers_to(service, "accountName", account) for service in services):
            yield Violation(
                "", "has no BlobServiceProperties, so deleted blobs can't be recovered", account.urn
            )


def _redundant(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    sku = str(resource.get("sku.name", ""))
    if sku.upper().endswith("_LRS"):
        yield Violation("sku.name", f"is {sku}: all copies are in one data centre")


def _export(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    closed = resource.lower_text("publicNetworkAccess") == "disabled"
    if closed and resource.lower_text("policies.exportPolicy.status") != "disabled":
        yield Violation(
            "policies.exportPolicy.status", "is not disabled: images can be copied to other registries"
        )


def _public_blobs(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if resource.type == t.CONTAINER:
        if resource.lower_text("publicAccess") not in {"", "none"}:
            yield Violation("publicAccess", f"is {resource.get('publicAccess')}, must be None")
    elif resource.get("allowBlobPublicAccess") is not False:
        yield Violation("allowBlobPublicAccess", "is not false: a container can be made public")


POLICIES = (
    Policy(
        id="tls-floor",
        title="Connections use TLS 1.2 or newer",
        reason="Traffic with older versions can be decrypted in transit.",
        fix="Set the minimum TLS version to 1.2; the pack does so before the update.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.REMEDIATE,
        prod=EnforcementLevel.REMEDIATE,
        ids=("CKV_AZURE_44", "CKV_AZURE_223", "CIS Azure 3.0.0: 4.15", "MCSB DP-3", "MCSB NS-8"),
        types=tuple(_TLS),
        check=by_type({kind: must_be(path, *allowed) for kind, (path, allowed) in _TLS.items()}),
        remedy=_raise_tls,
    ),
    Policy(
        id="storage-https",
        title="Storage accounts accept HTTPS only",
        reason="Over plain HTTP, data and tokens can be read in transit.",
        fix="Set enableHttpsTrafficOnly true.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_3", "CIS Azure 3.0.0: 4.1", "MCSB DP-3"),
        types=(t.STORAGE,),
        check=must_be("enableHttpsTrafficOnly", True, default=True),
    ),
    Policy(
        id="storage-public-blobs",
        title="No blob container can be public",
        reason="Public containers are found by scanners within hours.",
        fix="Set allowBlobPublicAccess false on the account and publicAccess None on containers.",
        severity=Severity.CRITICAL,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_34", "CKV_AZURE_190", "CKV2_AZURE_47", "CIS Azure 3.0.0: 4.17", "MCSB NS-2"),
        types=(t.STORAGE, t.CONTAINER),
        check=_public_blobs,
    ),
    Policy(
        id="storage-cross-tenant",
        title="Storage accounts are not replicated to other tenants",
        reason="Replication can move data out, past every firewall.",
        fix="Set allowCrossTenantReplication false.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS Azure 3.0.0: 4.16",),
        types=(t.STORAGE,),
        check=must_be("allowCrossTenantReplication", False, default=False),
    ),
    Policy(
        id="storage-double-encryption",
        title="Storage accounts are encrypted twice",
        reason="The second layer protects data if one key or algorithm is broken; it can't be enabled later.",
        fix="Set encryption.requireInfrastructureEncryption true.",
        severity=Severity.LOW,
        dev=EnforcementLevel.ADVISORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS Azure 3.0.0: 4.2", "MCSB DP-4"),
        types=(t.STORAGE,),
        check=must_be("encryption.requireInfrastructureEncryption", True),
    ),
    Policy(
        id="storage-soft-delete",
        title="Deleted blobs and containers can be recovered",
        reason="Data is most often lost by an accidental or malicious deletion.",
        fix="Enable both retention policies, for at least this policy's `days`.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV2_AZURE_38", "CIS Azure 3.0.0: 4.10", "MCSB BR-2"),
        types=(t.BLOB_SERVICE,),
        check=_retention,
        config={"days": {"type": "integer", "minimum": 1, "maximum": 365, "default": 7}},
    ),
    Policy(
        id="storage-soft-delete-present",
        title="Every storage account has retention settings",
        reason="Without settings of its own an account does not keep deleted blobs.",
        fix="Add BlobServiceProperties for the account.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV2_AZURE_38", "CIS Azure 3.0.0: 4.10", "MCSB BR-2"),
        types=(t.STORAGE, t.BLOB_SERVICE),
        check_stack=_retained,
    ),
    Policy(
        id="storage-redundancy",
        title="Production data is kept in more than one data centre",
        reason="Locally redundant data is lost with its data centre.",
        fix="Choose ZRS or GZRS.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.DISABLED,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_206",),
        types=(t.STORAGE,),
        check=_redundant,
    ),
    Policy(
        id="registry-export",
        title="Images can't be exported from a private registry",
        reason="An export copies images out of the private network.",
        fix="Set policies.exportPolicy.status to disabled.",
        severity=Severity.LOW,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        types=(t.REGISTRY,),
        check=_export,
    ),
    Policy(
        id="vault-purge-protection",
        title="Key vaults have purge protection",
        reason="Without it one person can delete a vault, and what it encrypts, for good.",
        fix="Set properties.enablePurgeProtection true.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_42", "CKV_AZURE_110", "CIS Azure 3.0.0: 3.3.5", "MCSB DP-8"),
        types=(t.VAULT,),
        check=all_of(
            must_be("properties.enablePurgeProtection", True),
            must_be("properties.enableSoftDelete", True, default=True),
        ),
    ),
    Policy(
        id="vault-soft-delete-days",
        title="Deleted secrets can be recovered for long enough",
        reason="A loss is often noticed weeks later.",
        fix="Raise properties.softDeleteRetentionInDays; it can't be changed later.",
        severity=Severity.LOW,
        dev=EnforcementLevel.DISABLED,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_111", "MCSB DP-8"),
        types=(t.VAULT,),
        check=at_least("properties.softDeleteRetentionInDays", "days", 90),
        config={"days": {"type": "integer", "minimum": 7, "maximum": 90, "default": 30}},
    ),
    Policy(
        id="vault-secret-expiry",
        title="Secrets in a key vault have an expiry date",
        reason="A secret that never expires is rarely rotated.",
        fix="Set properties.attributes.expires.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.ADVISORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_41", "CIS Azure 3.0.0: 3.3.3", "MCSB DP-8"),
        types=(t.VAULT_SECRET,),
        check=must_be_set("properties.attributes.expires"),
    ),
)
