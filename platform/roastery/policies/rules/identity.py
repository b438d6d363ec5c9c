"""Authentication: no shared keys, no local accounts, no passwords."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.checks import all_of, by_type, must_be
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)

AUDIENCE = "api://AzureADTokenExchange"
_ACCOUNT = re.compile(r"system:serviceaccount:[a-z0-9]([a-z0-9-]*[a-z0-9])?:[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
# What GitHub puts in a token's subject: docs.github.com, "OpenID Connect reference".
_GITHUB = re.compile(r"repo:[\w.-]+/[\w.-]+:(ref:refs/(heads|tags)/[^*]+|environment:[^*]+)")
_GITHUB_ISSUER = "token.actions.githubusercontent.com"


def _federation(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    audiences = resource.texts("audiences")
    if audiences != [AUDIENCE]:
        yield Violation("audiences", f"is {audiences}, must be exactly [{AUDIENCE}]")
    subject = resource.get("subject", "")
    if "*" in subject or "?" in subject:
        yield Violation(
            "subject", f"{subject!r} has a wildcard: every matching workload may use the identity"
        )
    elif subject.startswith("system:") and not _ACCOUNT.fullmatch(subject):
        yield Violation("subject", f"{subject!r} is not system:serviceaccount:<namespace>:<account>")
    elif subject.startswith("repo:") and not _GITHUB.fullmatch(subject):
        yield Violation("subject", f"{subject!r} names neither a branch, a tag nor an environment")
    elif not subject:
        yield Violation("subject", "is not set")
    issuer = resource.lower_text("issuer")
    if not issuer.startswith("https://"):
        yield Violation("issuer", f"{issuer!r} is not an https address")
    elif _GITHUB_ISSUER in issuer and not subject.startswith("repo:"):
        yield Violation("subject", f"{subject!r} is not a GitHub subject, which starts with repo:")


_SSH_ONLY = "linuxConfiguration.disablePasswordAuthentication"

POLICIES = (
    Policy(
        id="storage-shared-key",
        title="Storage accounts do not accept account keys",
        reason="An account key gives full access, belongs to nobody and never expires.",
        fix="Set allowSharedKeyAccess false; clients use Entra ID.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV2_AZURE_40", "MCSB IM-1"),
        types=(t.STORAGE,),
        check=must_be("allowSharedKeyAccess", False),
    ),
    Policy(
        id="storage-local-users",
        title="Storage accounts have no local users",
        reason="SFTP users are not in Entra ID and have passwords of their own.",
        fix="Set isLocalUserEnabled and isSftpEnabled false.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_244", "MCSB IM-1"),
        types=(t.STORAGE,),
        check=all_of(must_be("isLocalUserEnabled", False), must_be("isSftpEnabled", False, default=False)),
    ),
    Policy(
        id="registry-admin-user",
        title="Container registries have no admin user",
        reason="Its password can push any image, is shared, and hides who used it.",
        fix="Set adminUserEnabled false; pull by managed identity.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_137", "MCSB IM-1"),
        types=(t.REGISTRY,),
        check=must_be("adminUserEnabled", False, default=False),
    ),
    Policy(
        id="registry-anonymous-pull",
        title="Anonymous image pulls are off",
        reason="The images contain the company's code.",
        fix="Set anonymousPullEnabled false.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_138", "MCSB IM-1"),
        types=(t.REGISTRY,),
        check=must_be("anonymousPullEnabled", False, default=False),
    ),
    Policy(
        id="vault-rbac",
        title="Key vaults use role assignments",
        reason="Access policies are coarse, and do not show up in reviews of role assignments.",
        fix="Set properties.enableRbacAuthorization true and assign roles.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS Azure 3.0.0: 3.3.6", "MCSB PA-7"),
        types=(t.VAULT,),
        check=must_be("properties.enableRbacAuthorization", True),
    ),
    Policy(
        id="logs-local-auth",
        title="Logs require Entra ID authentication",
        reason="Whoever has a workspace key can read and forge logs until it is rotated.",
        fix="Set disableLocalAuth true (features.disableLocalAuth on Log Analytics).",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB IM-1",),
        types=(t.LOGS, t.INSIGHTS),
        check=by_type(
            {
                t.LOGS: must_be("features.disableLocalAuth", True),
                t.INSIGHTS: must_be("disableLocalAuth", True),
            }
        ),
    ),
    Policy(
        id="events-local-auth",
        title="Event hubs and topics require Entra ID authentication",
        reason="A shared access key can start pipelines without showing who did.",
        fix="Set disableLocalAuth true.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB IM-1",),
        types=(t.EVENT_HUBS, t.EVENT_TOPIC),
        check=must_be("disableLocalAuth", True),
    ),
    Policy(
        id="machine-password",
        title="Virtual machines do not accept passwords",
        reason="Passwords can be guessed; people sign in with Entra ID through Bastion.",
        fix="Set osProfile.linuxConfiguration.disablePasswordAuthentication true.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_1", "CKV_AZURE_49", "CKV_AZURE_149", "CKV_AZURE_178", "MCSB IM-1"),
        types=(t.MACHINE, t.MACHINES),
        check=by_type(
            {
                t.MACHINE: must_be(f"osProfile.{_SSH_ONLY}", True),
                t.MACHINES: must_be(f"virtualMachineProfile.osProfile.{_SSH_ONLY}", True),
            }
        ),
    ),
    Policy(
        id="federation-exact",
        title="A federated credential names exactly one workload",
        reason="With a wildcard or another audience, other workloads can use the identity.",
        fix=f"Name the issuer, one subject without wildcards and the audience {AUDIENCE}.",
        severity=Severity.CRITICAL,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS AKS 1.8: 5.2.1", "MCSB IM-3"),
        types=(t.FEDERATION,),
        check=_federation,
    ),
)
