"""What Azure ML creates with a workspace: default datastores, service URLs and the discovery document."""

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
    """Adds the default datastores and the service URLs to each workspace."""

    def __init__(self, resources: Resources, base: str) -> None:
        self._resources = resources
        self._base = base
        resources.rewrites[KIND] = self._set_service_urls
        resources.rewrites[f"{KIND}/datastores"] = _set_default

    def ensure_datastores(self, path: str) -> None:
        """Create the default datastores of the workspace in the request's path, where they are missing."""
        identifier = workspace_of(path)
        if identifier is None:
            return
        workspace = self._resources.subscription.get(identifier)
        account = str(workspace.inputs.get("storageAccount") or "") if workspace else ""
        if workspace is None or not account:
            return
        for name, container in (
            (DEFAULT, f"azureml-blobstore-{workspace.outputs.get('workspaceId', '')}"),
            (ARTIFACTS, "azureml"),
        ):
            self._create_datastore(workspace, name, ids.parse(account).name, container)

    def _create_datastore(self, workspace: Resource, name: str, account: str, container: str) -> None:
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

    def _set_service_urls(self, body: Values) -> None:
        """Replace the URLs in Azure, which the model generates, by those of this session's API server."""
        body["properties"] |= {
            "discoveryUrl": f"{self._base}/discovery",
            "mlFlowTrackingUri": f"azureml://{self._base.removeprefix('https://')}/mlflow/v1.0{body['id']}",
        }

    def discovery(self, _: Call) -> Answer:
        """The discovery document: all Azure ML services are at this session's API server."""
        keys = ("api", "history", "experimentation", "catalog", "discovery", "modelmanagement", "mlflow")
        return Answer(200, {**dict.fromkeys(keys, self._base), "studio": names.ML})


def _set_default(body: Values) -> None:
    body["properties"]["isDefault"] = body["name"] == DEFAULT


def workspace_of(path: str) -> str | None:
    """The id of the workspace that a path starts with; None if it does not contain one."""
    head, separator, tail = path.partition("/workspaces/")
    return f"{head}{separator}{tail.split('/')[0]}" if separator and tail else None
