"""What comes with a workspace: its default datastores, its addresses, its discovery document."""

from __future__ import annotations

from azsandbox.arm import ids
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api import names
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Answer, Call, Values
from azsandbox.storage_api.addresses import ARTIFACTS, DEFAULT

KIND = "microsoft.machinelearningservices/workspaces"
_DATASTORE = "azure-native:machinelearningservices:Datastore"


class Workspaces:
    """Adds to each workspace, when it is first spoken to, what Azure ML makes with it."""

    def __init__(self, resources: Resources, base: str) -> None:
        self._resources = resources
        self._base = base
        self._seen: set[str] = set()
        resources.rewrites[KIND] = self._address
        resources.rewrites[f"{KIND}/datastores"] = _datastore

    def settle(self, path: str) -> None:
        """Make the default datastores of the workspace that the path lies in."""
        identifier = workspace_of(path)
        if identifier is None or ids.key(identifier) in self._seen:
            return
        found = self._resources.subscription.get(identifier)
        account = str(found.inputs.get("storageAccount") or "") if found else ""
        if found is None or not account:
            return
        self._seen.add(ids.key(identifier))
        for name, container in (
            (DEFAULT, f"azureml-blobstore-{found.outputs.get('workspaceId', '')}"),
            (ARTIFACTS, "azureml"),
        ):
            self._make(found, name, ids.parse(account).name, container)

    def _make(self, workspace: Resource, name: str, account: str, container: str) -> None:
        identifier = f"{workspace.id}/datastores/{name}"
        if self._resources.subscription.get(identifier) is None:
            properties: Values = {
                "datastoreType": "AzureBlob",
                "accountName": account,
                "containerName": container,
                "endpoint": names.STORAGE,
                "protocol": "https",
                "credentials": {"credentialsType": "None"},
                "serviceDataAccessAuthIdentity": "WorkspaceSystemAssignedIdentity",
            }
            spec = self._resources.provider.types.get(_DATASTORE)
            self._resources.put(spec, identifier, {"properties": properties})

    def _address(self, body: Values) -> None:
        """Where this session answers, in place of the addresses in Azure that the model makes up."""
        body["properties"] |= {
            "discoveryUrl": f"{self._base}/discovery",
            "mlFlowTrackingUri": f"azureml://{self._base.removeprefix('https://')}/mlflow/v1.0{body['id']}",
        }

    def discovery(self, _: Call) -> Answer:
        """One address for all of Azure ML's services."""
        keys = ("api", "history", "experimentation", "catalog", "discovery", "modelmanagement", "mlflow")
        return Answer(200, {**dict.fromkeys(keys, self._base), "studio": names.ML})


def _datastore(body: Values) -> None:
    body["properties"]["isDefault"] = body["name"] == DEFAULT


def workspace_of(path: str) -> str | None:
    """The workspace's id that a path starts with."""
    head, found, tail = path.partition("/workspaces/")
    return f"{head}{found}{tail.split('/')[0]}" if found and tail else None
