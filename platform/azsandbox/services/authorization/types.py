"""Roles, locks, policy assignments: extension resources on any scope."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import GROUP, Invoke, NameRule, ResourceType, Service
from azsandbox.services.authorization import custom_roles, defaults, functions, outputs, policies, rules

_LOCK_NAME = NameRule(r"[\w.()-]{1,90}", "1 to 90 letters, digits, _ . ( ) -")
_LOCK_CLAIMS = (
    documented("CanNotDelete refuses every delete at and below its scope; ReadOnly refuses writes as well"),
    specified("the level is CanNotDelete or ReadOnly"),
)
_ROLE_ASSIGNMENTS = "Role assignments REST specification"
_GUID = NameRule(rules.GUID, "a GUID")
_LOCK_NOTES = laws.Matches(
    path="notes",
    pattern=r"[\s\S]{0,512}",
    description="a text of at most 512 characters",
    source="management locks REST API",
)

SERVICE = Service(
    name="authorization",
    types=(
        ResourceType(
            token="azure-native:authorization:RoleAssignment",
            path="/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
            name=_GUID,
            autoname="uuid",
            immutable=True,
            laws=(
                laws.Needs(when="condition", needs=("conditionVersion",), source=_ROLE_ASSIGNMENTS),
                laws.Needs(
                    when="conditionVersion", needs=("condition",), source="Azure CLI, role assignment"
                ),
                laws.Matches(
                    path="conditionVersion",
                    pattern=r"2\.0",
                    description="2.0, the only version",
                    source=_ROLE_ASSIGNMENTS,
                ),
            ),
            early=(
                rules.principal_is_an_object_id,
                rules.principal_type_is_set,
                rules.role_is_named_by_guid,
                rules.scope_is_an_id,
                rules.condition_is_balanced,
            ),
            rules=(
                rules.role_definition_exists,
                rules.principal_is_known_everywhere,
                rules.principal_is_of_its_type,
                rules.assignment_is_not_a_duplicate,
            ),
            outputs=outputs.role_assignment,
            claims=(
                specified("scope, principal and role can't change; the name is a GUID"),
                documented("the scope exists; a duplicate assignment is refused"),
                documented("the role is one of all built-in roles, or a custom role of the subscription"),
                documented(
                    "an identity of the subscription is a ServicePrincipal, named by its principal id"
                ),
                documented("the scope is an id, and brackets of a condition are closed"),
                documented("a missing principalType is a warning: Azure may not find a new principal yet"),
                documented("whoever deploys needs a role that allows each action, at the scope or above"),
                documented("whoever assigns an identity to a resource needs a role on the identity"),
            ),
            deviations=("people and groups are not checked: the directory is not modelled",),
        ),
        ResourceType(
            token="azure-native:authorization:RoleDefinition",
            defaults=defaults.ROLE_DEFINITION,
            path="/{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
            name=_GUID,
            autoname="uuid",
            early=(
                custom_roles.role_has_a_name,
                custom_roles.actions_are_operations,
                custom_roles.actions_are_of_their_kind,
                custom_roles.scopes_are_assignable,
            ),
            rules=(custom_roles.role_name_is_unique,),
            claims=(
                specified("the name is a GUID"),
                documented("has a role name, which no other role has"),
                documented("operations on data are dataActions; providers are known"),
                documented("actions are operations of providers"),
                documented(
                    "is assignable somewhere, its own scope included, and its data actions not at groups"
                ),
            ),
        ),
        ResourceType(
            token="azure-native:authorization:ManagementLockByScope",
            path="/{scope}/providers/Microsoft.Authorization/locks/{lockName}",
            name=_LOCK_NAME,
            laws=(_LOCK_NOTES,),
            early=(rules.lock_level_is_known,),
            claims=_LOCK_CLAIMS,
        ),
        ResourceType(
            token="azure-native:authorization:ManagementLockAtResourceGroupLevel",
            path=GROUP + "/providers/Microsoft.Authorization/locks/{lockName}",
            name=_LOCK_NAME,
            laws=(_LOCK_NOTES,),
            early=(rules.lock_level_is_known,),
            claims=_LOCK_CLAIMS,
        ),
        ResourceType(
            token="azure-native:authorization:PolicyAssignment",
            defaults=defaults.POLICY_ASSIGNMENT,
            path="/{scope}/providers/Microsoft.Authorization/policyAssignments/{policyAssignmentName}",
            name=NameRule(
                r"[^<>*%&:\\?.+/]{0,63}[^<>*%&:\\?.+/ ]",
                "1 to 64 characters without < > * % & : ? . + / and \\",
            ),
            laws=(
                laws.Needs(
                    when="identity.type",
                    values=("SystemAssigned", "UserAssigned"),
                    needs=("location",),
                    source="Policy REST specification",
                ),
                laws.AtMost(
                    path="identity.userAssignedIdentities", most=1, source="Policy REST specification"
                ),
            ),
            early=(
                policies.definition_is_an_id,
                policies.names_are_short,
                policies.exclusions_are_below,
            ),
            claims=(
                documented("the scope exists"),
                documented("assigns a policy or an initiative by its id"),
                documented("names have at most 64 characters, at management groups 24"),
                documented("excludes scopes below its own only"),
            ),
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
