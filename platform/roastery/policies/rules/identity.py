"""Who may sign in, and with what: no shared keys, no local accounts, no passwords."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.checks import by_type, every, must_be
from roastery.policies.model import Level, Policy, Problem, Resource, Settings, Severity

AUDIENCE = "api://AzureADTokenExchange"
_ACCOUNT = re.compile(r"system:serviceaccount:[a-z0-9]([a-z0-9-]*[a-z0-9])?:[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
# What GitHub puts in a token's subject: docs.github.com, "OpenID Connect reference".
_GITHUB = re.compile(r"repo:[\w.-]+/[\w.-]+:(ref:refs/(heads|tags)/[^*]+|environment:[^*]+)")
_GITHUB_ISSUER = "token.actions.githubusercontent.com"


def _federation(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    audiences = resource.words("audiences")
    if audiences != [AUDIENCE]:
        yield Problem("audiences", f"is {audiences}, must be exactly [{AUDIENCE}]")
    subject = resource.get("subject", "")
    if "*" in subject or "?" in subject:
        yield Problem("subject", f"{subject!r} has a wildcard: every matching workload may act as it")
    elif subject.startswith("system:") and not _ACCOUNT.fullmatch(subject):
        yield Problem("subject", f"{subject!r} is not system:serviceaccount:<namespace>:<account>")
    elif subject.startswith("repo:") and not _GITHUB.fullmatch(subject):
        yield Problem("subject", f"{subject!r} names neither a branch, a tag nor an environment")
    elif not subject:
        yield Problem("subject", "is not set")
    issuer = resource.word("issuer")
    if not issuer.startswith("https://"):
        yield Problem("issuer", f"{issuer!r} is not an https address")
    elif _GITHUB_ISSUER in issuer and not subject.startswith("repo:"):
        yield Problem("subject", f"{subject!r} is not a subject of GitHub")


_SSH_ONLY = "linuxConfiguration.disablePasswordAuthentication"

POLICIES = (
    Policy(
        id="storage-shared-key",
        title="Storage accounts take no account keys",
        reason="An account key is everything at once, belongs to nobody and never expires.",
        fix="Set allowSharedKeyAccess false; clients use Entra ID.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV2_AZURE_40", "MCSB IM-1"),
        types=(t.STORAGE,),
        check=must_be("allowSharedKeyAccess", False),
    ),
    Policy(
        id="storage-local-users",
        title="Storage accounts have no local users",
        reason="SFTP users live outside Entra ID, with passwords of their own.",
        fix="Set isLocalUserEnabled and isSftpEnabled false.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_244", "MCSB IM-1"),
        types=(t.STORAGE,),
        check=every(must_be("isLocalUserEnabled", False), must_be("isSftpEnabled", False, default=False)),
    ),
    Policy(
        id="registry-admin-user",
        title="Container registries have no admin user",
        reason="Its password can push any image, is shared by all and shows up in no log as a person.",
        fix="Set adminUserEnabled false; pull by managed identity.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_137", "MCSB IM-1"),
        types=(t.REGISTRY,),
        check=must_be("adminUserEnabled", False, default=False),
    ),
    Policy(
        id="registry-anonymous-pull",
        title="Nobody pulls images without a name",
        reason="The images hold the company's code.",
        fix="Set anonymousPullEnabled false.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_138", "MCSB IM-1"),
        types=(t.REGISTRY,),
        check=must_be("anonymousPullEnabled", False, default=False),
    ),
    Policy(
        id="vault-rbac",
        title="Key vaults are opened by role assignments",
        reason="Access policies are all-or-nothing per kind of object and escape reviews of roles.",
        fix="Set properties.enableRbacAuthorization true and assign roles.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CIS Azure 3.0.0: 3.3.6", "MCSB PA-7"),
        types=(t.VAULT,),
        check=must_be("properties.enableRbacAuthorization", True),
    ),
    Policy(
        id="logs-local-auth",
        title="Logs are written and read with Entra ID only",
        reason="A workspace key forges and reads logs for as long as nobody rotates it.",
        fix="Set disableLocalAuth true (features.disableLocalAuth on Log Analytics).",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
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
        title="Events are sent and received with Entra ID only",
        reason="A shared access key starts pipelines in nobody's name.",
        fix="Set disableLocalAuth true.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB IM-1",),
        types=(t.EVENT_HUBS, t.EVENT_TOPIC),
        check=must_be("disableLocalAuth", True),
    ),
    Policy(
        id="machine-password",
        title="Machines take no passwords",
        reason="Passwords are guessed; people sign in through Entra ID and Bastion.",
        fix="Set osProfile.linuxConfiguration.disablePasswordAuthentication true.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
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
        title="Federated credentials name exactly one workload",
        reason="A wildcard or a foreign audience lets other workloads act as the identity.",
        fix=f"Name the issuer, one subject without wildcards and the audience {AUDIENCE}.",
        severity=Severity.CRITICAL,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CIS AKS 1.8: 5.2.1", "MCSB IM-3"),
        types=(t.FEDERATION,),
        check=_federation,
    ),
)
