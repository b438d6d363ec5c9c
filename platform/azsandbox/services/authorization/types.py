"""Roles, locks, policy assignments: extension resources on any scope."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import GROUP, Invoke, NameRule, ResourceType, Service
from azsandbox.services.authorization import functions, outputs, rules

_LOCK_NAME = NameRule(r"[\w.()-]{1,90}", "1 to 90 letters, digits, _ . ( ) -")
_LOCK_CLAIMS = (
    documented("CanNotDelete refuses every delete at and below its scope; ReadOnly refuses writes as well"),
    specified("the level is CanNotDelete or ReadOnly"),
)
_GUID = NameRule(rules.GUID, "a GUID")

SERVICE = Service(
    name="authorization",
    types=(
        ResourceType(
            token="azure-native:authorization:RoleAssignment",
            path="/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
            name=_GUID,
            autoname="uuid",
            immutable=True,
            early=(
                rules.principal_is_an_object_id,
                rules.principal_type_is_set,
                rules.role_is_named_by_guid,
            ),
            rules=(rules.role_definition_exists, rules.assignment_is_not_a_duplicate),
            outputs=outputs.role_assignment,
            claims=(
                specified("scope, principal and role can't change; the name is a GUID"),
                documented("the scope exists; a duplicate assignment is refused"),
                documented("the role is one of all built-in roles, or a custom role of the subscription"),
                documented("a missing principalType is a warning: Azure may not find a new principal yet"),
            ),
            deviations=("principals are not checked: the directory is not modelled",),
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
            name=_LOCK_NAME,
            early=(rules.lock_level_is_known,),
            claims=_LOCK_CLAIMS,
        ),
        ResourceType(
            token="azure-native:authorization:ManagementLockAtResourceGroupLevel",
            path=GROUP + "/providers/Microsoft.Authorization/locks/{lockName}",
            name=_LOCK_NAME,
            early=(rules.lock_level_is_known,),
            claims=_LOCK_CLAIMS,
        ),
        ResourceType(
            token="azure-native:authorization:PolicyAssignment",
            path="/{scope}/providers/Microsoft.Authorization/policyAssignments/{policyAssignmentName}",
            name=NameRule(r"[^<>*%&:\\?.+/]{1,24}", "1 to 24 characters"),
            claims=(documented("the scope exists"),),
            deviations=("policy definitions are neither checked nor evaluated",),
        ),
    ),
    invokes=(
        Invoke(
            token="azure-native:authorization:getClientConfig",
            arguments=(),
            answer=functions.client_config,
            claims=(specified("the configured subscription and tenant, a made-up client"),),
        ),
        Invoke(
            token="azure-native:authorization:getClientToken",
            arguments=("endpoint",),
            answer=functions.client_token,
            claims=(specified("a made-up token that no service accepts"),),
        ),
    ),
)
