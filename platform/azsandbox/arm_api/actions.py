"""POST requests of ARM: keys and credentials, as azure-native's functions answer them, and free names."""

from __future__ import annotations

from collections.abc import Mapping

from azsandbox.arm import ids
from azsandbox.arm_api.paths import kind_of
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Answer, Call, not_modelled

_FUNCTIONS: Mapping[str, str] = {
    "microsoft.storage/storageaccounts/listkeys": "storage:listStorageAccountKeys",
    "microsoft.containerregistry/registries/listcredentials": "containerregistry:listRegistryCredentials",
    "microsoft.containerservice/managedclusters/listclusterusercredential": (
        "containerservice:listManagedClusterUserCredentials"
    ),
    "microsoft.containerservice/managedclusters/listclusteradmincredential": (
        "containerservice:listManagedClusterAdminCredentials"
    ),
    "microsoft.operationalinsights/workspaces/sharedkeys": "operationalinsights:getSharedKeys",
    "microsoft.machinelearningservices/workspaces/listkeys": "machinelearningservices:listWorkspaceKeys",
    "microsoft.machinelearningservices/workspaces/datastores/listsecrets": (
        "machinelearningservices:listDatastoreSecrets"
    ),
}
"""Action in lower case → the function of azure-native with the same answer."""

_FREE_NAMES: Mapping[str, str] = {
    "microsoft.storage/checknameavailability": "Microsoft.Storage/storageAccounts",
    "microsoft.keyvault/checknameavailability": "Microsoft.KeyVault/vaults",
    "microsoft.containerregistry/checknameavailability": "Microsoft.ContainerRegistry/registries",
    "microsoft.eventhub/checknameavailability": "Microsoft.EventHub/namespaces",
}
"""`checkNameAvailability` → the type whose names are unique in all of Azure."""


class Actions:
    """The actions that another operation of the model answers already."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    def post(self, call: Call) -> Answer:
        kind = kind_of(call.path).lower()
        if kind in _FREE_NAMES:
            return self._check_name(call, _FREE_NAMES[kind])
        function = _FUNCTIONS.get(kind)
        spec = self._resources.type_of(call.path.rstrip("/").rpartition("/")[0])
        if function is None or spec is None:
            return not_modelled(call)
        identifier = call.path.rstrip("/").rpartition("/")[0]
        self._resources.require(identifier)
        parameters = self._resources.paths.parameters(spec, identifier)
        return Answer(200, self._resources.provider.invoke(f"azure-native:{function}", parameters))

    def _check_name(self, call: Call, kind: str) -> Answer:
        """Whether a globally unique name is free: no such resource, and none in soft deletion."""
        name = str(call.json().get("name", ""))
        subscription = self._resources.subscription
        taken = [resource.id for resource in subscription.of_kind(kind)] + subscription.soft_deleted(kind)
        if name.lower() in {ids.parse(identifier).name.lower() for identifier in taken}:
            message = f"The name '{name}' is already in use."
            return Answer(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": message})
        spec = self._resources.provider.types.of_kind(kind)
        if spec and spec.name and not spec.name.allows(name):
            message = f"'{name}' is not a valid name: {spec.name.description}"
            return Answer(200, {"nameAvailable": False, "reason": "AccountNameInvalid", "message": message})
        return Answer(200, {"nameAvailable": True})
