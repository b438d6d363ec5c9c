"""Logs, locks and protection against deletion."""

from __future__ import annotations

from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.checks import all_of, at_least, by_type, must_be, refers_to
from roastery.policies.model import (
    DeclaredResource,
    DeclaredStack,
    EnforcementLevel,
    Policy,
    PolicySettings,
    ResourceCheck,
    Severity,
    Violation,
)
from roastery.policies.values import UnprovenError

LOGGED = (t.STORAGE, t.VAULT, t.REGISTRY, t.ML_WORKSPACE, t.AKS, t.EVENT_HUBS)
PRECIOUS = (t.STORAGE, t.VAULT, t.REGISTRY, t.ML_WORKSPACE, t.AKS)
# Not the workspace's group: docs/decisions/0009 explains why.
_GUARDED = (t.STORAGE, t.VAULT, t.REGISTRY, t.LOGS)


def _writes(setting: DeclaredResource) -> bool:
    logs = any(log.get("enabled") is True for log in setting.each("logs"))
    return logs and setting.properties.present("workspaceId")


def _aims_at(setting: DeclaredResource, target: DeclaredResource) -> bool:
    if target.urn in setting.sources_of("resourceUri"):
        return True
    try:
        uri = setting.lower_text("resourceUri")
        return bool(target.id) and f"{uri}/".startswith(f"{target.id.lower()}/")  # or a service of it
    except UnprovenError:
        return False


def _diagnosed(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    writing = [setting for setting in stack.of(t.DIAGNOSTICS) if _writes(setting)]
    for service in stack.of(*LOGGED):
        if not any(_aims_at(setting, service) for setting in writing):
            yield Violation("", "sends no logs to the Log Analytics workspace", service.urn)


def _locks(lock: DeclaredResource, target: DeclaredResource) -> bool:
    if lock.lower_text("level") not in {"cannotdelete", "readonly"}:
        return False
    if target.urn in lock.sources_of("scope"):
        return True
    try:
        return bool(target.id) and lock.lower_text("scope") == target.id.lower()
    except UnprovenError:
        return False


def _locked(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    locks, precious = stack.of(t.LOCK), stack.of(*_GUARDED)
    for group in stack.of(t.GROUP):
        inside = [resource.name for resource in precious if refers_to(resource, "resourceGroupName", group)]
        if inside and not any(_locks(lock, group) for lock in locks):
            yield Violation("", f"has no delete lock, but holds {', '.join(inside[:4])}", group.urn)


def _protected(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if not resource.protect:
        yield Violation("", "is not protected: renaming the resource would delete it")


_VM = "securityProfile"
_VMSS = f"virtualMachineProfile.{_VM}"


def _trusted(profile: str) -> ResourceCheck:
    return all_of(
        must_be(f"{profile}.securityType", "TrustedLaunch", "ConfidentialVM"),
        must_be(f"{profile}.uefiSettings.secureBootEnabled", True),
        must_be(f"{profile}.uefiSettings.vTpmEnabled", True),
    )


def _encrypted_pools(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    for pool in resource.each("agentPoolProfiles"):
        if pool.get("enableEncryptionAtHost") is not True:
            yield Violation(f"{pool.path}.enableEncryptionAtHost", "is not true")


POLICIES = (
    Policy(
        id="diagnostics-present",
        title="Every data service sends its logs to Log Analytics",
        reason="An incident can't be investigated without logs.",
        fix="Add a diagnostic setting with a log category and the Log Analytics workspace.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_4", "CIS Azure 3.0.0: 6.1.4", "CIS Azure 3.0.0: 6.4", "MCSB LT-3"),
        types=(t.DIAGNOSTICS, *LOGGED),
        check_stack=_diagnosed,
    ),
    Policy(
        id="log-retention",
        title="Logs are retained long enough",
        reason="Intrusions are often discovered months later.",
        fix="Raise retentionInDays.",
        severity=Severity.LOW,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB LT-6",),
        types=(t.LOGS,),
        check=at_least("retentionInDays", "days", 30),
        config={"days": {"type": "integer", "minimum": 30, "maximum": 730, "default": 30}},
    ),
    Policy(
        id="lock-present",
        title="Resource groups with data have a delete lock",
        reason="Deleting a resource group deletes everything in it.",
        fix="Add a ManagementLockByScope of level CanNotDelete on the group.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.DISABLED,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS Azure 3.0.0: 10.1", "MCSB AM-3"),
        types=(t.GROUP, t.LOCK),
        check_stack=_locked,
    ),
    Policy(
        id="delete-protection",
        title="Resources with data are protected in Pulumi",
        reason="Pulumi deletes and recreates a resource that is renamed in the program.",
        fix="Set the resource option protect; roastery:production true does so.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.DISABLED,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB AM-3",),
        types=PRECIOUS,
        check=_protected,
    ),
    Policy(
        id="host-encryption",
        title="Disks and caches are encrypted on the host",
        reason="Temporary disks and caches can hold training data, and are not encrypted otherwise.",
        fix="Enable encryption at host on virtual machines and node pools.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_97", "CKV_AZURE_227", "MCSB DP-4"),
        types=(t.MACHINE, t.MACHINES, t.AKS, t.POOL),
        check=by_type(
            {
                t.MACHINE: must_be(f"{_VM}.encryptionAtHost", True),
                t.MACHINES: must_be(f"{_VMSS}.encryptionAtHost", True),
                t.AKS: _encrypted_pools,
                t.POOL: must_be("enableEncryptionAtHost", True),
            }
        ),
    ),
    Policy(
        id="trusted-launch",
        title="Virtual machines use trusted launch",
        reason="A boot-level rootkit can't be detected from within the operating system.",
        fix="Set securityType TrustedLaunch with secure boot and vTPM.",
        severity=Severity.LOW,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS Azure 3.0.0: 8.11", "MCSB PV-3"),
        types=(t.MACHINE, t.MACHINES),
        check=by_type({t.MACHINE: _trusted(_VM), t.MACHINES: _trusted(_VMSS)}),
    ),
)
