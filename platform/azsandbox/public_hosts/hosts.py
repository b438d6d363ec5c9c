"""Which public hosts a session reaches, and what answers there."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from azsandbox.arm.conditions import Conditions
from azsandbox.arm.subscription import Subscription
from azsandbox.arm_api import names
from azsandbox.arm_api.tokens import Tokens
from azsandbox.arm_api.wire import Answer, Call
from azsandbox.errors import ArmError
from azsandbox.public_hosts.devops import DevOps
from azsandbox.registry_api.service import RegistryService
from azsandbox.vault_api.service import VaultService

_VAULTS = "Microsoft.KeyVault/vaults"


class PublicHosts:
    """A host is reached if what answers there exists, and no condition says that it does not answer."""

    def __init__(
        self,
        subscription: Subscription,
        tokens: Tokens,
        conditions: Callable[[], Iterable[Conditions]],
        *,
        registries: RegistryService,
        vaults: VaultService,
    ) -> None:
        self._subscription = subscription
        self._conditions = conditions
        self._registries = registries
        self._vaults = vaults
        self._devops = DevOps(tokens, conditions)

    def reachable(self, host: str) -> bool:
        if any(host == other.lower() for some in self._conditions() for other in some.unreachable):
            return False
        if not names.is_public(host):
            return True
        if host.endswith(names.REGISTRY):
            return self._registries.exists(host)
        if host.endswith(names.VAULT):
            wanted = host.removesuffix(names.VAULT)
            return any(vault.name.lower() == wanted for vault in self._subscription.of_kind(_VAULTS))
        return True

    def check_forbidden(self, host: str) -> None:
        """Refuse the caller, where a condition says so.

        Raises:
            ArmError: 403, as the blob service words a missing data role.
        """
        if any(host == other.lower() for some in self._conditions() for other in some.forbidden):
            raise ArmError(
                403,
                "AuthorizationPermissionMismatch",
                "This request is not authorized to perform this operation using this permission.",
            )

    def serve(self, call: Call) -> Answer:
        """The answer of one of `names.PUBLIC`; of Snowflake it shows only that it answers."""
        if call.host.endswith(names.REGISTRY):
            return self._registries.serve(call)
        if call.host == names.DEVOPS:
            return self._devops.serve(call)
        if call.method in {"GET", "HEAD"} and call.path == "/":
            return Answer(404 if call.host.endswith(names.VAULT) else 200)
        if call.host.endswith(names.VAULT):
            return self._vaults.serve(call)
        return Answer(
            501, {"message": f"the sandbox does not model {call.method} https://{call.host}{call.path}"}
        )
