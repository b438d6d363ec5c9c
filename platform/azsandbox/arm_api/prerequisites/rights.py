"""What the caller may do on a subscription or a group, and which tenant the subscription trusts."""

from __future__ import annotations

from collections.abc import Callable

from azsandbox.access.decisions import permissions
from azsandbox.access.principals import Principal
from azsandbox.arm.registrations import ConditionsOf
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Answer, Call
from azsandbox.errors import ArmError


class Rights:
    """The rights of whoever signs in to a session: the deployer's."""

    def __init__(
        self,
        resources: Resources,
        conditions_of: ConditionsOf,
        tenant: str,
        deployer_of: Callable[[str], Principal],
    ) -> None:
        self._resources = resources
        self._conditions_of = conditions_of
        self._tenant = tenant
        self._deployer_of = deployer_of

    def permissions(self, call: Call) -> Answer:
        """The permissions of the caller's roles, those of a subscription in its groups too."""
        self._resources.inject("read", call.path)
        caller = self._deployer_of(call.path_parameters["subscription"])
        scope = call.path.lower().partition("/providers/")[0]
        return Answer(
            200,
            {
                "value": [
                    {
                        "actions": list(permission.actions),
                        "notActions": list(permission.not_actions),
                        "dataActions": list(permission.data_actions),
                        "notDataActions": list(permission.not_data_actions),
                    }
                    for permission in permissions(self._resources.subscription, caller, scope)
                ]
            },
        )

    def check_tenant(self, path: str) -> None:
        """Refuse a token of a tenant other than the one that the subscription trusts.

        Raises:
            ArmError: as ARM answers.
        """
        parts = path.strip("/").split("/")
        if len(parts) < 2 or parts[0].lower() != "subscriptions":  # noqa: PLR2004 - and its id
            return
        trusted = self._conditions_of(parts[1]).tenant
        if trusted and trusted.lower() != self._tenant.lower():
            raise ArmError(
                401,
                "InvalidAuthenticationTokenTenant",
                f"The access token is from the wrong issuer 'https://sts.windows.net/{self._tenant}/'. "
                f"It must match the tenant 'https://sts.windows.net/{trusted}/' associated with this "
                "subscription. Please use the authority (URL) "
                f"'https://login.windows.net/{trusted}' to get the token.",
            )
