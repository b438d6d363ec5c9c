"""Keys that Azure ML hands out; all made up from the sandbox's own secret, none stored."""

from __future__ import annotations

import base64
from collections.abc import Callable

from azsandbox.arm import ids
from azsandbox.arm.evidence import documented
from azsandbox.arm.model import Invoke, Values
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError


def _find(subscription: Subscription, arguments: Values, scope: str, tail: str) -> Resource:
    identifier = (
        f"{scope}/resourceGroups/{arguments['resourceGroupName']}/providers/Microsoft.MachineLearningServices/workspaces/"
        f"{arguments['workspaceName']}{tail}"
    )
    found = subscription.get(identifier)
    if found is None:
        raise ArmError(404, "ResourceNotFound", f"The Resource '{identifier}' was not found.")
    return found


def _key(subscription: Subscription, resource: Resource, purpose: str) -> str:
    return base64.b64encode(subscription.redactor.derive(f"{ids.key(resource.id)}:{purpose}", 32)).decode()


def _workspace(subscription: Subscription, arguments: Values, scope: str) -> Values:
    found = _find(subscription, arguments, scope, "")
    return {
        "userStorageKey": _key(subscription, found, "storage"),
        "userStorageResourceId": found.inputs.get("storageAccount"),
        "appInsightsInstrumentationKey": _key(subscription, found, "insights"),
        "containerRegistryCredentials": {
            "location": found.inputs.get("location"),
            "passwords": [],
            "username": "",
        },
        "notebookAccessKeys": {
            "primaryAccessKey": _key(subscription, found, "1"),
            "secondaryAccessKey": _key(subscription, found, "2"),
        },
        "userStorageArmId": found.inputs.get("storageAccount"),
    }


def _endpoint(subscription: Subscription, arguments: Values, scope: str) -> Values:
    found = _find(subscription, arguments, scope, f"/onlineEndpoints/{arguments['endpointName']}")
    if (found.inputs.get("properties") or {}).get("authMode") != "Key":
        raise ArmError(400, "BadArgument", f"Endpoint '{found.name}' does not sign in by key.")
    return {"primaryKey": _key(subscription, found, "1"), "secondaryKey": _key(subscription, found, "2")}


def _datastore(subscription: Subscription, arguments: Values, scope: str) -> Values:
    found = _find(subscription, arguments, scope, f"/datastores/{arguments['name']}")
    kind = ((found.inputs.get("properties") or {}).get("credentials") or {}).get("credentialsType")
    if kind in {None, "None"}:
        raise ArmError(400, "UserError", f"Datastore '{found.name}' signs in by identity: it has no secrets.")
    return {"secretsType": kind, "key": _key(subscription, found, "secret")}


def _invoke(name: str, answer: Callable[[Subscription, Values, str], Values], *more: str) -> Invoke:
    arguments = ("resourceGroupName", "workspaceName", *more)
    return Invoke(
        token=f"azure-native:machinelearningservices:{name}",
        arguments=arguments,
        required=arguments,
        answer=answer,
        claims=(documented("refused where signing in works otherwise"),),
    )


INVOKES = (
    _invoke("listWorkspaceKeys", _workspace),
    _invoke("listOnlineEndpointKeys", _endpoint, "endpointName"),
    _invoke("listDatastoreSecrets", _datastore, "name"),
)
