"""What is left when something goes wrong: logs, locks, protection."""

from __future__ import annotations

from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.checks import at_least, by_type, every, must_be, refers
from roastery.policies.model import Check, Level, Policy, Problem, Resource, Settings, Severity, Stack
from roastery.policies.values import Unproven

LOGGED = (t.STORAGE, t.VAULT, t.REGISTRY, t.ML_WORKSPACE, t.AKS, t.EVENT_HUBS)
PRECIOUS = (t.STORAGE, t.VAULT, t.REGISTRY, t.ML_WORKSPACE, t.AKS)
# Not the workspace's group: docs/decisions/0009 says why.
_GUARDED = (t.STORAGE, t.VAULT, t.REGISTRY, t.LOGS)


def _writes(setting: Resource) -> bool:
    logs = any(log.get("enabled") is True for log in setting.each("logs"))
    return logs and setting.properties.present("workspaceId")


def _aims_at(setting: Resource, target: Resource) -> bool:
    if target.urn in setting.leans_on("resourceUri"):
        return True
    try:
        uri = setting.word("resourceUri")
        return bool(target.id) and f"{uri}/".startswith(f"{target.id.lower()}/")  # itself or a service of it
    except Unproven:
        return False


def _diagnosed(stack: Stack, settings: Settings) -> Iterator[Problem]:
    del settings
    writing = [one for one in stack.of(t.DIAGNOSTICS) if _writes(one)]
    for service in stack.of(*LOGGED):
        if not any(_aims_at(one, service) for one in writing):
            yield Problem("", "sends no logs to the Log Analytics workspace", service.urn)


def _locks(lock: Resource, target: Resource) -> bool:
    if lock.word("level") not in {"cannotdelete", "readonly"}:
        return False
    if target.urn in lock.leans_on("scope"):
        return True
    try:
        return bool(target.id) and lock.word("scope") == target.id.lower()
    except Unproven:
        return False


def _locked(stack: Stack, settings: Settings) -> Iterator[Problem]:
    del settings
    locks, precious = stack.of(t.LOCK), stack.of(*_GUARDED)
    for group in stack.of(t.GROUP):
        inside = [one.name for one in precious if refers(one, "resourceGroupName", group)]
        if inside and not any(_locks(lock, group) for lock in locks):
            yield Problem("", f"has no lock against deletion, but holds {', '.join(inside[:4])}", group.urn)


def _protected(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    if not resource.protect:
        yield Problem("", "is not protected: a renamed variable would delete it")


_VM = "securityProfile"
_VMSS = f"virtualMachineProfile.{_VM}"


def _trusted(profile: str) -> Check:
    return every(
        must_be(f"{profile}.securityType", "TrustedLaunch", "ConfidentialVM"),
        must_be(f"{profile}.uefiSettings.secureBootEnabled", True),
        must_be(f"{profile}.uefiSettings.vTpmEnabled", True),
    )


def _encrypted_pools(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    for pool in resource.each("agentPoolProfiles"):
        if pool.get("enableEncryptionAtHost") is not True:
            yield Problem(f"{pool.path}.enableEncryptionAtHost", "is not true")


POLICIES = (
    Policy(
        id="diagnostics-present",
        title="Every data service sends its logs",
        reason="What is not logged can't be investigated.",
        fix="Add a diagnostic setting with at least one log category and the workspace.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_4", "CIS Azure 3.0.0: 6.1.4", "CIS Azure 3.0.0: 6.4", "MCSB LT-3"),
        check_stack=_diagnosed,
    ),
    Policy(
        id="log-retention",
        title="Logs stay long enough",
        reason="Attackers are found months after they came in.",
        fix="Raise retentionInDays.",
        severity=Severity.LOW,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB LT-6",),
        types=(t.LOGS,),
        check=at_least("retentionInDays", "days", 30),
        config={"days": {"type": "integer", "minimum": 30, "maximum": 730, "default": 30}},
    ),
    Policy(
        id="lock-present",
        title="Groups that hold data are locked against deletion",
        reason="Deleting a group deletes everything in it, at once.",
        fix="Add a ManagementLockByScope of level CanNotDelete on the group.",
        severity=Severity.MEDIUM,
        dev=Level.DISABLED,
        prod=Level.MANDATORY,
        ids=("CIS Azure 3.0.0: 10.1", "MCSB AM-3"),
        check_stack=_locked,
    ),
    Policy(
        id="delete-protection",
        title="Pulumi refuses to delete what holds data",
        reason="A renamed resource is a deleted one.",
        fix="Set the resource option protect; roastery:production does so.",
        severity=Severity.MEDIUM,
        dev=Level.DISABLED,
        prod=Level.MANDATORY,
        ids=("MCSB AM-3",),
        types=PRECIOUS,
        check=_protected,
    ),
    Policy(
        id="host-encryption",
        title="Disks and caches are encrypted on the host",
        reason="Temporary disks and caches hold training data, and are not encrypted otherwise.",
        fix="Set encryption at host true on machines and node pools.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
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
        title="Machines start from a checked boot chain",
        reason="A rootkit below the operating system is seen by nothing above it.",
        fix="Set securityType TrustedLaunch with secure boot and vTPM.",
        severity=Severity.LOW,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CIS Azure 3.0.0: 8.11", "MCSB PV-3"),
        types=(t.MACHINE, t.MACHINES),
        check=by_type({t.MACHINE: _trusted(_VM), t.MACHINES: _trusted(_VMSS)}),
    ),
)
