"""Names that are global in Azure: whether one is free, and the soft-deleted vaults that keep theirs."""

from __future__ import annotations

from collections.abc import Mapping

from azsandbox.arm import ids
from azsandbox.arm.registrations import ConditionsOf
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Answer, Call, Values
from azsandbox.errors import ArmError

_VAULT = "Microsoft.KeyVault/vaults"
_KINDS: Mapping[str, str] = {
    "microsoft.storage": "Microsoft.Storage/storageAccounts",
    "microsoft.keyvault": _VAULT,
    "microsoft.containerregistry": "Microsoft.ContainerRegistry/registries",
    "microsoft.eventhub": "Microsoft.EventHub/namespaces",
}
"""Namespace of `checkNameAvailability` → the type whose names are unique in all of Azure."""


class FreeNames:
    """Global names, and those that soft deletion keeps."""

    def __init__(self, resources: Resources, conditions_of: ConditionsOf) -> None:
        self._resources = resources
        self._conditions_of = conditions_of

    def check(self, call: Call) -> Answer:
        """Whether a name is free: no such resource, none in soft deletion, none of somebody else."""
        self._resources.inject("read", call.path)
        kind = _KINDS.get(call.path_parameters["namespace"].lower())
        if kind is None:
            raise ArmError(
                404,
                "InvalidResourceType",
                f"The resource type 'checkNameAvailability' could not be found in the namespace "
                f"'{call.path_parameters['namespace']}'.",
            )
        name = str(call.json().get("name", ""))
        subscription = self._resources.subscription
        existing = [resource.id for resource in subscription.of_kind(kind)] + subscription.soft_deleted(kind)
        conditions = self._conditions_of(call.path_parameters["subscription"])
        taken = {ids.parse(identifier).name.lower() for identifier in existing}
        taken |= {other.lower() for other in conditions.taken_names}
        if kind == _VAULT:
            taken |= {other.lower() for other in conditions.deleted_vaults}
        if name.lower() in taken:
            message = f"The name '{name}' is already in use."
            return Answer(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": message})
        spec = self._resources.provider.types.of_kind(kind)
        if spec and spec.name and not spec.name.allows(name):
            message = f"'{name}' is not a valid name: {spec.name.description}"
            return Answer(200, {"nameAvailable": False, "reason": "AccountNameInvalid", "message": message})
        return Answer(200, {"nameAvailable": True})

    def deleted_vaults(self, call: Call) -> Answer:
        """The soft-deleted vaults of the subscription."""
        self._resources.inject("read", call.path)
        subscription_id = call.path_parameters["subscription"]
        own = f"/subscriptions/{subscription_id}".lower()
        deleted = [
            identifier
            for identifier in self._resources.subscription.soft_deleted(_VAULT)
            if ids.subscription_of(identifier).lower() == own
        ]
        deleted += [
            f"/subscriptions/{subscription_id}/resourceGroups/rg-deleted/providers/{_VAULT}/{name}"
            for name in self._conditions_of(subscription_id).deleted_vaults
        ]
        return Answer(200, {"value": [_deleted_vault(subscription_id, item) for item in deleted]})


def _deleted_vault(subscription_id: str, vault: str) -> Values:
    name = ids.parse(vault).name
    return {
        "id": f"/subscriptions/{subscription_id}/providers/Microsoft.KeyVault/locations/any"
        f"/deletedVaults/{name}",
        "name": name,
        "type": "Microsoft.KeyVault/deletedVaults",
        "properties": {"vaultId": vault, "tags": {}},
    }
