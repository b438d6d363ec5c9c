"""Role assignments and definitions: least privilege, with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roastery import roles
from roastery.policies import tokens as t
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.rules.role_actions import role_of

# learn.microsoft.com/azure/role-based-access-control/built-in-roles: those that can grant roles.
PRIVILEGED: dict[str, str] = {
    role: roles.NAMES[role]
    for role in (
        roles.OWNER,
        roles.USER_ACCESS_ADMINISTRATOR,
        roles.RBAC_ADMINISTRATOR,
        roles.KEY_VAULT_DATA_ACCESS_ADMINISTRATOR,
    )
}
_BROAD = re.compile(r"/?(subscriptions/[^/]+|providers/microsoft\.management/managementgroups/[^/]+)?/?")


_ASSIGNED = (t.ROLE, *t.SCHEDULED_ROLES, *t.ELIGIBILITIES)


def _privileged(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    name = PRIVILEGED.get(role_of(resource))
    if name:
        how = "makes somebody eligible for" if resource.type in t.ELIGIBILITIES else "assigns"
        yield Violation("roleDefinitionId", f"{how} {name}, which can grant every other role")


def _broad(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    role = role_of(resource)
    if role == roles.CONTRIBUTOR:
        yield Violation("roleDefinitionId", "assigns Contributor, which can change everything in its scope")
    if role in settings["roles"]:
        return
    scope = resource.lower_text("scope") or resource.lower_text("properties.scope")
    if _BROAD.fullmatch(scope):
        yield Violation("scope", f"{scope or '/'} is a whole subscription or a management group")


def _wildcard(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    for permission in resource.each("permissions"):
        for kind in ("actions", "dataActions"):
            for action in permission.each(kind):
                text = str(action.known)
                settings_only = kind == "actions" and text.lower().endswith("/read")
                if "*" in text and not settings_only:
                    yield Violation(action.path, f"allows {text}")


def _reason(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    least = settings["characters"]
    if len(str(resource.get("description", "")).strip()) < least:
        yield Violation("description", "does not explain what the role is for")


POLICIES = (
    Policy(
        id="role-privileged",
        title="No role assignment, and no eligibility, grants the right to assign roles",
        reason="An identity that can assign roles can give itself every right.",
        fix="Assign a narrower role; administrators are made outside of this stack, by people.",
        severity=Severity.CRITICAL,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB PA-1",),
        types=_ASSIGNED,
        check=_privileged,
    ),
    Policy(
        id="role-scope",
        title="Roles are narrow and assigned on a resource or a resource group",
        reason="A broad role or scope also covers resources that are created later.",
        fix="Assign a role of the service, on the resource or its group.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB PA-7",),
        types=_ASSIGNED,
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
        title="Custom roles have no wildcards, except to read settings",
        reason="A wildcard also allows operations that Azure adds later.",
        fix="List the actions that are used.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_39", "CIS Azure 3.0.0: 2.23", "MCSB PA-7"),
        types=(t.ROLE_DEFINITION,),
        check=_wildcard,
    ),
    Policy(
        id="role-reason",
        title="Every role assignment has a description",
        reason="A right without a known purpose is never revoked.",
        fix="Set description to one sentence; docs/security.md shows it.",
        severity=Severity.LOW,
        dev=EnforcementLevel.ADVISORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB PA-7",),
        types=(t.ROLE,),
        check=_reason,
        config={"characters": {"type": "integer", "minimum": 1, "default": 10}},
    ),
)
