"""Role assignments and definitions: least privilege, with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.model import Level, Policy, Problem, Resource, Settings, Severity

# learn.microsoft.com/azure/role-based-access-control/built-in-roles: those that hand out rights.
PRIVILEGED = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
    "8b54135c-b56d-4d72-a534-26097cfdc8d8": "Key Vault Data Access Administrator",
}
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
_BROAD = re.compile(r"/?(subscriptions/[^/]+|providers/microsoft\.management/managementgroups/[^/]+)?/?")


def _role(resource: Resource) -> str:
    return resource.word("roleDefinitionId").rpartition("/")[2]


def _privileged(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    name = PRIVILEGED.get(_role(resource))
    if name:
        yield Problem("roleDefinitionId", f"assigns {name}, which can hand out every other right")


def _broad(resource: Resource, settings: Settings) -> Iterator[Problem]:
    role = _role(resource)
    if role == CONTRIBUTOR:
        yield Problem("roleDefinitionId", "assigns Contributor, which writes everything in its scope")
    if role in settings["roles"]:
        return
    scope = resource.word("scope")
    if _BROAD.fullmatch(scope):
        yield Problem("scope", f"{scope or '/'} is a whole subscription or more")


def _wildcard(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    for permission in resource.each("permissions"):
        for kind in ("actions", "dataActions"):
            for action in permission.each(kind):
                text = str(action.known)
                settings_only = kind == "actions" and text.lower().endswith("/read")
                if "*" in text and not settings_only:
                    yield Problem(action.path, f"allows {text}")


def _reason(resource: Resource, settings: Settings) -> Iterator[Problem]:
    least = settings["characters"]
    if len(str(resource.get("description", "")).strip()) < least:
        yield Problem("description", "does not say what the role is for")


POLICIES = (
    Policy(
        id="role-privileged",
        title="Nobody is assigned a role that hands out roles",
        reason="An identity that assigns roles can give itself everything.",
        fix="Assign the narrow role that the work needs; administrators use Privileged Identity Management.",
        severity=Severity.CRITICAL,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB PA-1",),
        types=(t.ROLE,),
        check=_privileged,
    ),
    Policy(
        id="role-scope",
        title="Roles are narrow and assigned on the resource that needs them",
        reason="A broad role or scope also covers everything that will be made later.",
        fix="Assign a role of the service, on the resource or its group.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB PA-7",),
        types=(t.ROLE,),
        check=_broad,
        config={
            "roles": {
                "type": "array",
                "items": {"type": "string"},
                "default": [],
                "description": "Ids of roles that may be assigned on a subscription.",
            }
        },
    ),
    Policy(
        id="role-wildcard",
        title="Custom roles have no wildcards, but for reading settings",
        reason="A wildcard grows with every new operation of Azure.",
        fix="List the actions that are used.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_AZURE_39", "CIS Azure 3.0.0: 2.23", "MCSB PA-7"),
        types=(t.ROLE_DEFINITION,),
        check=_wildcard,
    ),
    Policy(
        id="role-reason",
        title="Every role assignment says what it is for",
        reason="A right that nobody can explain is never taken back.",
        fix="Set description to one sentence; docs/security.md shows it.",
        severity=Severity.LOW,
        dev=Level.ADVISORY,
        prod=Level.MANDATORY,
        ids=("MCSB PA-7",),
        types=(t.ROLE,),
        check=_reason,
        config={"characters": {"type": "integer", "minimum": 1, "default": 10}},
    ),
)
