"""The keys that Azure ML hands out: derived from the sandbox's own secret on every call, never stored."""

from __future__ import annotations

import base64

from azsandbox.arm import ids
from azsandbox.arm.model import Values
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError
from azsandbox.services.lookup import resource_in_group


def _resource(subscription: Subscription, arguments: Values, scope: str, below_workspace: str) -> Resource:
    path = f"Microsoft.MachineLearningServices/workspaces/{arguments['workspaceName']}{below_workspace}"
    return resource_in_group(subscription, arguments, scope, path)


def _key(subscription: Subscription, resource: Resource, purpose: str) -> str:
    return base64.b64encode(subscription.redactor.derive(f"{ids.key(resource.id)}:{purpose}", 32)).decode()


def workspace_keys(subscription: Subscription, arguments: Values, scope: str) -> Values:
    workspace = _resource(subscription, arguments, scope, "")
    return {
        "userStorageKey": _key(subscription, workspace, "storage"),
        "userStorageResourceId": workspace.inputs.get("storageAccount"),
        "appInsightsInstrumentationKey": _key(subscription, workspace, "insights"),
        "containerRegistryCredentials": {
            "location": workspace.inputs.get("location"),
            "passwords": [],
            "username": "",
        },
        "notebookAccessKeys": {
            "primaryAccessKey": _key(subscription, workspace, "1"),
            "secondaryAccessKey": _key(subscription, workspace, "2"),
        },
        "userStorageArmId": workspace.inputs.get("storageAccount"),
    }


def endpoint_keys(subscription: Subscription, arguments: Values, scope: str) -> Values:
    endpoint = _resource(subscription, arguments, scope, f"/onlineEndpoints/{arguments['endpointName']}")
    if (endpoint.inputs.get("properties") or {}).get("authMode") != "Key":
        raise ArmError(400, "BadArgument", f"Endpoint '{endpoint.name}' does not authenticate with keys.")
    return {
        "primaryKey": _key(subscription, endpoint, "1"),
        "secondaryKey": _key(subscription, endpoint, "2"),
    }


def datastore_secrets(subscription: Subscription, arguments: Values, scope: str) -> Values:
    datastore = _resource(subscription, arguments, scope, f"/datastores/{arguments['name']}")
    kind = ((datastore.inputs.get("properties") or {}).get("credentials") or {}).get("credentialsType")
    if kind in {None, "None"}:
        raise ArmError(
            400, "UserError", f"Datastore '{datastore.name}' authenticates by identity and has no secrets."
        )
    return {"secretsType": kind, "key": _key(subscription, datastore, "secret")}
