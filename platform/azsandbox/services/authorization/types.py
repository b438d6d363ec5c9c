"""Roles, locks, policy assignments: extension resources on any scope."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import GROUP, Invoke, NameRule, ResourceType, Service
from azsandbox.services.authorization import rules

_LOCK = NameRule(r"[\w.()-]{1,90}", "1 to 90 letters, digits, _ . ( ) -")
_LOCK_CLAIMS = (
    documented("CanNotDelete refuses deletes of all at and below its scope, ReadOnly also writes"),
    specified("the level is CanNotDelete or ReadOnly"),
)
_GUID = NameRule(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "a GUID")

SERVICE = Service(
    name="authorization",
    types=(
        ResourceType(
            token="azure-native:authorization:RoleAssignment",
            path="/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
            name=_GUID,
            autoname="uuid",
            immutable=True,
            early=(rules.principal_is_guid,),
            rules=(rules.role_exists, rules.not_twice),
            outputs=lambda request: {
                "scope": request.inputs.get("scope"),
                "principalType": request.inputs.get("principalType", "ServicePrincipal"),
            },
            claims=(
                specified("scope, principal and role can't change; the name is a GUID"),
                documented("the scope and the role exist; the same assignment twice is refused"),
                documented("a new principal without principalType may not be found yet: a warning"),
            ),
            deviations=("principals are taken on trust: the directory is not modelled",),
        ),
        ResourceType(
            token="azure-native:authorization:RoleDefinition",
            path="/{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
            name=_GUID,
            autoname="uuid",
            claims=(specified("the name is a GUID"),),
        ),
        ResourceType(
            token="azure-native:authorization:ManagementLockByScope",
            path="/{scope}/providers/Microsoft.Authorization/locks/{lockName}",
            name=_LOCK,
            early=(rules.level_is_known,),
            claims=_LOCK_CLAIMS,
        ),
        ResourceType(
            token="azure-native:authorization:ManagementLockAtResourceGroupLevel",
            path=GROUP + "/providers/Microsoft.Authorization/locks/{lockName}",
            name=_LOCK,
            early=(rules.level_is_known,),
            claims=_LOCK_CLAIMS,
        ),
        ResourceType(
            token="azure-native:authorization:PolicyAssignment",
            path="/{scope}/providers/Microsoft.Authorization/policyAssignments/{policyAssignmentName}",
            name=NameRule(r"[^<>*%&:\\?.+/]{1,24}", "1 to 24 characters"),
            claims=(documented("the scope exists"),),
            deviations=("policy definitions are taken on trust, nothing evaluates them",),
        ),
    ),
    invokes=(
        Invoke(
            token="azure-native:authorization:getClientConfig",
            arguments=(),
            answer=rules.client_config,
            claims=(specified("the configured subscription and tenant, a made-up client"),),
        ),
        Invoke(
            token="azure-native:authorization:getClientToken",
            arguments=("endpoint",),
            answer=rules.client_token,
            claims=(specified("a made-up token, good for nothing"),),
        ),
    ),
)
