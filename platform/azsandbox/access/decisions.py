"""Whether role assignments allow an action, and Azure's own words where they do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from azsandbox.access.principals import Principal
from azsandbox.arm import ids, rules
from azsandbox.arm.model import Values
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError
from azsandbox.facts import role_definitions
from azsandbox.facts.role_definitions import Permission
from azsandbox.services.authorization.assignments import missing_actions, permissions_on

_SUBNETS = "microsoft.network/virtualnetworks/subnets"
_IDENTITIES = "microsoft.managedidentity/userassignedidentities"
_NETWORKS = "microsoft.network/virtualnetworks"


@dataclass(frozen=True, kw_only=True)
class Need:
    """One action, or data action, on one scope."""

    action: str
    scope: str
    data: bool = False


def allows(subscription: Subscription, principal: Principal, need: Need) -> bool:
    """Whether a role assignment at or above the scope, or a role from outside, allows the action."""
    actions = (need.action,)
    for role in principal.roles:
        if role.covers(need.scope) and not role_definitions.missing(
            role.permissions, actions, data=need.data
        ):
            return True
    return not missing_actions(subscription, principal.ids, need.scope, actions, data=need.data)


def permissions(subscription: Subscription, principal: Principal, scope: str) -> list[Permission]:
    """What all roles of the principal allow at the scope."""
    outside = [item for role in principal.roles if role.covers(scope) for item in role.permissions]
    return [*outside, *permissions_on(subscription, principal.ids, scope)]


def require(subscription: Subscription, principal: Principal, needs: Iterable[Need]) -> None:
    """Refuse what ARM refuses.

    Raises:
        ArmError: 403 AuthorizationFailed, with action and scope.
    """
    for need in needs:
        if not allows(subscription, principal, need):
            raise ArmError(
                403,
                "AuthorizationFailed",
                f"The client '{principal.client}' with object id '{principal.object_id}' does not have "
                f"authorization to perform action '{need.action}' over scope '{need.scope}' or the scope is "
                "invalid. If access was recently granted, please refresh your credentials.",
            )


def require_linked(subscription: Subscription, principal: Principal, need: Need, inputs: Values) -> None:
    """Refuse a write that assigns an identity, joins a subnet or connects to a service without a role there.

    learn.microsoft.com/troubleshoot/azure/azure-kubernetes, LinkedAuthorizationFailed: the caller needs the
    action on the linked resource; the message is as in Azure/aad-pod-identity#613.

    Raises:
        ArmError: 403 LinkedAuthorizationFailed, with action and scope.
    """
    for linked in _links(need, inputs):
        if not allows(subscription, principal, linked):
            raise ArmError(
                403,
                "LinkedAuthorizationFailed",
                f"The client '{principal.client}' with object id '{principal.object_id}' has permission to "
                f"perform action '{need.action}' on scope '{need.scope}'; however, it does not have "
                f"permission to perform action(s) '{linked.action}' on the linked scope(s) '{linked.scope}' "
                "or the linked scope(s) are invalid.",
            )


def _links(need: Need, inputs: Values) -> Iterator[Need]:
    """The identities that the inputs assign, and the subnets of other resources that they join."""
    identity = inputs.get("identity")
    assigned = identity.get("userAssignedIdentities") if isinstance(identity, dict) else None
    for identifier in assigned or ():
        if isinstance(identifier, str) and ids.parse(identifier).kind.lower() == _IDENTITIES:
            yield Need(
                action="Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", scope=identifier
            )
    if need.action.lower().startswith(f"{_NETWORKS}/"):
        return  # a network's own subnets
    yield from _approvals(inputs)
    subnets = {item for _, item in rules.references(inputs) if ids.parse(item).kind.lower() == _SUBNETS}
    for subnet in sorted(subnets):
        yield Need(action="Microsoft.Network/virtualNetworks/subnets/join/action", scope=subnet)


def _approvals(inputs: Values) -> Iterator[Need]:
    """What a private endpoint leads to: whoever creates it approves the connection, if that is not manual.

    learn.microsoft.com/azure/private-link/rbac-permissions; the refusal: MicrosoftDocs/azure-docs#96892.
    """
    properties = inputs.get("properties")
    both = (inputs, properties if isinstance(properties, dict) else {})
    for connection in (item for values in both for item in values.get("privateLinkServiceConnections") or ()):
        flat: Values = connection if isinstance(connection, dict) else {}
        key = "privateLinkServiceId"
        target = flat.get(key) or (flat.get("properties") or {}).get(key)
        if isinstance(target, str):
            action = f"{ids.parse(target).kind}/PrivateEndpointConnectionsApproval/action"
            yield Need(action=action, scope=target)


def require_data(subscription: Subscription, principal: Principal, need: Need) -> None:
    """Refuse what blob storage refuses.

    learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory: 403, without the
    action or the scope. The sandbox appends both.

    Raises:
        ArmError: 403 AuthorizationPermissionMismatch.
    """
    if not allows(subscription, principal, need):
        raise ArmError(
            403,
            "AuthorizationPermissionMismatch",
            "This request is not authorized to perform this operation using this permission. In the sandbox, "
            f"the client '{principal.client}' with object id '{principal.object_id}' has no role that allows "
            f"the data action '{need.action}' on '{need.scope}'.",
        )
