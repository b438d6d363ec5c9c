"""Custom roles that grant rights or read keys, and roles that somebody can activate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.values import PropertyNode

# learn.microsoft.com/azure/role-based-access-control/permissions: what makes more of any right.
_GRANTS = {
    "Microsoft.Authorization/roleAssignments/write": "assigns roles",
    "Microsoft.Authorization/roleDefinitions/write": "changes what roles allow",
    "Microsoft.Authorization/elevateAccess/action": "makes its holder an administrator of all subscriptions",
    "Microsoft.Authorization/roleAssignmentScheduleRequests/write": "assigns roles for a time",
    "Microsoft.Authorization/roleEligibilityScheduleRequests/write": "makes somebody eligible for roles",
    "Microsoft.Authorization/roleManagementPolicies/write": "changes what an activation of a role needs",
    "Microsoft.Authorization/classicAdministrators/write": "adds administrators of the subscription",
    "Microsoft.Authorization/denyAssignments/delete": "removes denials",
    "Microsoft.Authorization/locks/delete": "removes locks",
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write": (
        "lets another workload sign in as an identity"
    ),
    "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action": "runs a machine as any identity",
    "Microsoft.KeyVault/vaults/accessPolicies/write": "opens vaults by an access policy",
    "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/write": "binds a role in clusters",
}
# What runs code as somebody else.
_RUNS = {
    "Microsoft.Compute/virtualMachines/runCommand/action": "runs commands as root on machines",
    "Microsoft.Compute/virtualMachines/runCommands/write": "runs commands as root on machines",
    "Microsoft.Compute/virtualMachines/extensions/write": "runs scripts as root on machines",
    "Microsoft.Compute/virtualMachineScaleSets/extensions/write": "runs scripts as root on machines",
    "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommand/action": (
        "runs commands as root on machines"
    ),
    "Microsoft.ContainerService/managedClusters/runCommand/action": "runs commands as an administrator",
    "Microsoft.Resources/deploymentScripts/write": "runs scripts as an identity",
}
_KEYS = {
    "Microsoft.Storage/storageAccounts/listKeys/action",
    "Microsoft.Storage/storageAccounts/listAccountSas/action",
    "Microsoft.Storage/storageAccounts/listServiceSas/action",
    "Microsoft.Storage/storageAccounts/regenerateKey/action",
    "Microsoft.Storage/storageAccounts/localUsers/write",
    "Microsoft.Storage/storageAccounts/localUsers/listKeys/action",
    "Microsoft.ContainerRegistry/registries/listCredentials/action",
    "Microsoft.ContainerRegistry/registries/generateCredentials/action",
    "Microsoft.ContainerRegistry/registries/regenerateCredential/action",
    "Microsoft.ContainerRegistry/registries/tokens/write",
    "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
    "Microsoft.ContainerService/managedClusters/accessProfiles/listCredential/action",
    "Microsoft.EventHub/namespaces/authorizationRules/listkeys/action",
    "Microsoft.EventHub/namespaces/authorizationRules/write",
    "Microsoft.EventGrid/topics/listKeys/action",
    "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
    "Microsoft.OperationalInsights/workspaces/listKeys/action",
    "Microsoft.MachineLearningServices/workspaces/listKeys/action",
    "Microsoft.MachineLearningServices/workspaces/connections/listsecrets/action",
    "Microsoft.MachineLearningServices/workspaces/datastores/listsecrets/action",
    "Microsoft.KeyVault/vaults/secrets/getSecret/action",
}
# Any service's action of that name: no list is complete.
_KEY_NAMES = re.compile(r"/\w*(key|secret|credential|sas|token|password|connectionstring)s?/action$")
# A user's sign-in to a cluster whose local accounts are off: it has the user's own rights.
_NO_KEYS = frozenset({"microsoft.containerservice/managedclusters/listclusterusercredential/action"})
_GRANT_NAMES = re.compile(
    r"microsoft\.authorization/(role\w+|elevateaccess|classicadministrators)/(write|action)$"
)
# Built-in roles that read keys: learn.microsoft.com/azure/role-based-access-control/built-in-roles.
KEY_ROLES = {
    "17d1049b-9a84-46fb-8f53-869881c3d3ab": "Storage Account Contributor",
    "81a9662b-bebf-436f-a333-f67b29880f12": "Storage Account Key Operator Service Role",
    "c12c1c16-33a1-487b-954d-41c89c60f349": "Reader and Data Access",
    "86e8f5dc-a6e9-4c67-9d15-de283e8eac25": "Classic Storage Account Contributor",
    "9980e02c-c2be-4d73-94e8-173b1dc7cf3c": "Virtual Machine Contributor",
}


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, text.lower().split("*"))))


def _covered(operation: str, patterns: list[str]) -> bool:
    return any(_pattern(pattern).fullmatch(operation.lower()) for pattern in patterns)


def granted(permission: PropertyNode, kind: str, excluded: str) -> Iterator[tuple[PropertyNode, str, str]]:
    """The actions of a permission that are in `_GRANTS`, `_RUNS` or `_KEYS`: node, text and what it means.

    A wildcard counts if it covers one that the excluded actions leave.
    """
    known = {**_GRANTS, **_RUNS, **dict.fromkeys(sorted(_KEYS), "reads keys or makes credentials")}
    without = permission.texts(excluded)
    for action in permission.each(kind):
        text = str(action.known)
        for operation, meaning in known.items():
            if _covered(operation, [text]) and not _covered(operation, without):
                yield action, text, meaning
                break
        else:
            lowered = text.lower()
            if _GRANT_NAMES.search(lowered) and not _covered(text, without):
                yield action, text, "changes roles"
            elif lowered not in _NO_KEYS and _KEY_NAMES.search(lowered) and not _covered(text, without):
                yield action, text, "reads keys or makes credentials"


def _escalation(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    allowed = {text.lower() for text in settings["actions"]}
    for permission in resource.each("permissions"):
        for kind, excluded in (("actions", "notActions"), ("dataActions", "notDataActions")):
            for action, text, meaning in granted(permission, kind, excluded):
                if text.lower() not in allowed:
                    yield Violation(action.path, f"allows {text}, which {meaning}")


def _key_role(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    name = KEY_ROLES.get(role_of(resource))
    if name:
        yield Violation(
            "roleDefinitionId", f"assigns {name}, which reads account keys or runs commands as root"
        )


def role_of(resource: DeclaredResource) -> str:
    """The id of the role that an assignment or an eligibility names, in lower case."""
    for path in ("roleDefinitionId", "properties.roleDefinitionId"):
        if text := resource.lower_text(path):
            return text.rpartition("/")[2]
    return ""


def _activation(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    """What its holder needs: learn.microsoft.com/graph/identity-governance-pim-rules-overview."""
    del settings
    for rule in (*resource.each("rules"), *resource.each("properties.rules")):
        kind, caller = rule.lower_text("ruleType"), rule.lower_text("target.caller")
        if caller not in {"", "enduser"}:
            continue
        if "enablementrule" in kind and "MultiFactorAuthentication" not in rule.texts("enabledRules"):
            yield Violation(f"{rule.path}.enabledRules", "activates a role without MultiFactorAuthentication")
        if "approvalrule" in kind and rule.get("setting.isApprovalRequired") is not True:
            yield Violation(f"{rule.path}.setting.isApprovalRequired", "is not true: nobody approves")
        if "expirationrule" in kind and rule.get("isExpirationRequired") is not True:
            yield Violation(f"{rule.path}.isExpirationRequired", "is not true: an activation never ends")


POLICIES = (
    Policy(
        id="role-escalation",
        title="Custom roles neither grant rights, nor read keys, nor run commands as root",
        reason="Whoever can assign a role, list a key or run a command has the rights of others.",
        fix="Leave the action out; an administrator does it, or the service's own role with an identity.",
        severity=Severity.CRITICAL,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB PA-1", "MCSB PA-7"),
        types=(t.ROLE_DEFINITION,),
        check=_escalation,
        config={
            "actions": {
                "type": "array",
                "items": {"type": "string"},
                "default": [],
                "description": "Actions that custom roles may have all the same.",
            }
        },
    ),
    Policy(
        id="role-keys",
        title="No role assignment lets somebody read keys or run commands on machines",
        reason="A key stays valid after its reader has left, and does not show who used it.",
        fix="Assign a data role of the service, such as Storage Blob Data Contributor.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB IM-1", "MCSB PA-7"),
        types=(t.ROLE, *t.ELIGIBILITIES, *t.SCHEDULED_ROLES),
        check=_key_role,
    ),
    Policy(
        id="role-activation",
        title="The activation of a role needs a second factor and an approval, and ends",
        reason="Eligible is as good as assigned, if a stolen password suffices to activate the role.",
        fix="Require MultiFactorAuthentication, an approval and an expiration in the role management policy.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB PA-1", "MCSB IM-6"),
        types=(t.ACTIVATION,),
        check=_activation,
    ),
)
