"""POST requests of ARM: keys and credentials, as azure-native's functions answer them."""

from __future__ import annotations

from collections.abc import Mapping

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


class Actions:
    """The actions that another operation of the model answers already."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    def post(self, call: Call) -> Answer:
        kind = kind_of(call.path).lower()
        function = _FUNCTIONS.get(kind)
        spec = self._resources.type_of(call.path.rstrip("/").rpartition("/")[0])
        if function is None or spec is None:
            return not_modelled(call)
        identifier = call.path.rstrip("/").rpartition("/")[0]
        self._resources.require(identifier)
        parameters = self._resources.paths.parameters(spec, identifier)
        subscription = identifier.strip("/").split("/")[1]
        answer = self._resources.provider.invoke(f"azure-native:{function}", parameters, subscription)
        return Answer(200, answer)
