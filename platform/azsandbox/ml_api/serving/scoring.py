"""Scoring requests to an endpoint: authenticated, routed by traffic, answered by a deployment's server."""

from __future__ import annotations

import hmac
import threading

import requests

from azsandbox.arm import ids
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api import names
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.tokens import Tokens
from azsandbox.arm_api.wire import Answer, Call, Values
from azsandbox.errors import ArmError
from azsandbox.ml_api.serving.deployments import KIND, Endpoints, audience_of
from azsandbox.ml_api.serving.servers import Servers

DEPLOYMENT = "azureml-model-deployment"
_SECONDS = 60.0
_NOT_FORWARDED = frozenset(
    {"host", "authorization", "content-length", "connection", "accept-encoding", DEPLOYMENT}
)
_RETURNED = ("content-type", "x-ms-request-id", "x-ms-client-request-id", "x-request-id", "allow")


class Scoring:
    """The router of all endpoints."""

    def __init__(self, resources: Resources, endpoints: Endpoints, servers: Servers, tokens: Tokens) -> None:
        self._resources = resources
        self._endpoints = endpoints
        self._servers = servers
        self._tokens = tokens
        self._credit: dict[str, dict[str, float]] = {}
        self._lock = threading.Lock()

    def serve(self, call: Call) -> Answer:
        endpoint = self._find(call)
        self._authenticate(call, endpoint)
        deployment = self._choose(call, endpoint)
        self._resources.inject("read", f"{deployment.id}/score")
        server = self._servers.ensure(deployment)
        headers = {name: value for name, value in call.headers.items() if name not in _NOT_FORWARDED}
        with requests.Session() as session:
            session.trust_env = False
            try:
                response = session.request(
                    call.method,
                    f"{server.url}/{call.path_parameters['rest']}",
                    params=dict(call.query),
                    data=call.body,
                    headers=headers,
                    timeout=_SECONDS,
                )
            except requests.Timeout:
                raise ArmError(504, "UpstreamTimeout", "The request timed out in the deployment.") from None
            except requests.RequestException as error:
                raise ArmError(
                    502, "UpstreamFailed", f"The request to deployment '{deployment.name}' failed: {error}"
                ) from None
        returned = {name: response.headers[name] for name in _RETURNED if name in response.headers}
        media = returned.pop("content-type", "application/json")
        returned[DEPLOYMENT] = deployment.name
        if not response.ok:
            returned["ms-azureml-model-error-statuscode"] = str(response.status_code)
        return Answer(response.status_code, response.content, returned, media)

    def _find(self, call: Call) -> Resource:
        for endpoint in self._resources.subscription.of_kind(KIND):
            workspace = self._resources.subscription.get(ids.parent_of(endpoint.id) or "")
            if (
                workspace
                and workspace.outputs.get("workspaceId") == call.path_parameters["guid"]
                and endpoint.name.lower() == call.path_parameters["endpoint"].lower()
            ):
                return endpoint
        raise ArmError(
            404, "EndpointNotFound", f"Endpoint '{call.path_parameters['endpoint']}' does not exist."
        )

    def _authenticate(self, call: Call, endpoint: Resource) -> None:
        mode = str((endpoint.inputs.get("properties") or {}).get("authMode"))
        header = call.headers.get("authorization", "")
        if mode != "Key":
            audiences = {audience_of(endpoint)} if mode == "AMLToken" else {names.ML, names.PUBLIC_ML}
            self._tokens.check(header, audiences)
            return
        key = header.partition(" ")[2]
        known: Values = self._endpoints.keys_of(endpoint.id)
        if not any(
            hmac.compare_digest(key.encode(), str(known[name]).encode())
            for name in ("primaryKey", "secondaryKey")
        ):
            raise ArmError(401, "key_auth_access_denied", "Access denied due to an invalid endpoint key.")

    def _choose(self, call: Call, endpoint: Resource) -> Resource:
        """The deployment named in the request's header, or the next one by the shares of the traffic."""
        named = call.headers.get(DEPLOYMENT)
        if named:
            deployment = self._resources.subscription.get(f"{endpoint.id}/deployments/{named}")
            if deployment is None:
                raise ArmError(
                    404, "DeploymentNotFound", f"Endpoint '{endpoint.name}' has no deployment '{named}'."
                )
            return deployment
        shares = {
            name: float(share)
            for name, share in ((endpoint.inputs.get("properties") or {}).get("traffic") or {}).items()
            if share
        }
        deployments = {
            deployment.name.lower(): deployment
            for deployment in self._resources.children(f"{endpoint.id}/deployments")
            if _ready(deployment)
        }
        shares = {name: share for name, share in shares.items() if name.lower() in deployments}
        if not shares:
            raise ArmError(
                404,
                "NoDeployment",
                f"Endpoint '{endpoint.name}' does not have any valid deployment with positive weight.",
            )
        return deployments[self._next_deployment(ids.key(endpoint.id), shares).lower()]

    def _next_deployment(self, endpoint: str, shares: dict[str, float]) -> str:
        """Smooth weighted round robin: exact shares over any hundred requests."""
        with self._lock:
            credit = self._credit.setdefault(endpoint, {})
            for name in [deployment for deployment in credit if deployment not in shares]:
                del credit[name]
            for name, share in shares.items():
                credit[name] = credit.get(name, 0.0) + share
            chosen = max(shares, key=lambda name: credit[name])
            credit[chosen] -= sum(shares.values())
            return chosen


def _ready(deployment: Resource) -> bool:
    return (deployment.outputs.get("properties") or {}).get("provisioningState", "Succeeded") == "Succeeded"
