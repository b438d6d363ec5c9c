"""What Azure ML adds to workspaces, connections, compute, endpoints and jobs."""

from __future__ import annotations

from azsandbox.arm import identities, ids, regions
from azsandbox.arm.model import Request, Values
from azsandbox.arm.redaction import without_secrets


def workspace(request: Request) -> Values:
    region = regions.canonical(str(request.inputs.get("location", "")))
    identifier = identities.made_up("workspace", request.id)
    return {
        "workspaceId": identifier,
        "discoveryUrl": f"https://{region}.api.azureml.ms/discovery",
        "mlFlowTrackingUri": f"azureml://{region}.api.azureml.ms/mlflow/v1.0{request.id}",
        "notebookInfo": {
            "fqdn": f"ml-{request.name}-{region}-{identifier}.{region}.notebooks.azure.net",
            "resourceId": identifier,
        },
        "tenantId": request.tenant,
        "storageHnsEnabled": False,
        "privateLinkCount": 0,
        "privateEndpointConnections": [],
        "serviceProvisionedResourceGroup": f"{identifier}.workspace.{region}.api.azureml.ms",
    }


def connection(request: Request) -> Values:
    return {
        "properties": {
            **_properties_without(request, "credentials"),
            "group": "Azure",
            "createdByWorkspaceArmId": ids.parent_of(request.id),
        }
    }


def compute(request: Request) -> Values:
    """What exists already is an attached compute; the account of a machine does not come back."""
    properties: Values = without_secrets(request.inputs["properties"])
    settings = properties.get("properties")
    if isinstance(settings, dict):
        settings = {name: value for name, value in settings.items() if name != "administratorAccount"}
        properties = {**properties, "properties": settings}
    return {
        "properties": {
            **properties,
            "provisioningState": "Succeeded",
            "isAttachedCompute": properties.get("resourceId") is not None,
        }
    }


def online_endpoint(request: Request) -> Values:
    region = regions.canonical(str(request.inputs.get("location", "")))
    address = f"https://{request.name}.{region}.inference.ml.azure.com"
    return {
        "properties": {
            **_properties_without(request, "keys"),
            "scoringUri": f"{address}/score",
            "swaggerUri": f"{address}/swagger.json",
            "provisioningState": "Succeeded",
        }
    }


def job(request: Request) -> Values:
    return {"properties": {**request.inputs["properties"], "status": "NotStarted"}}


def _properties_without(request: Request, secret: str) -> Values:
    return {name: value for name, value in request.inputs["properties"].items() if name != secret}
