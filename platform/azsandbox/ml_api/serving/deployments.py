"""Endpoints and deployments in Azure Resource Manager: a deployment succeeds when its server is ready."""

from __future__ import annotations

import time
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.model import Invoke
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api import names
from azsandbox.arm_api.crud import Arm, location
from azsandbox.arm_api.operations import Operations
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.tokens import ENDPOINT_LIFETIME, Tokens
from azsandbox.arm_api.wire import Answer, Call, Values
from azsandbox.errors import ArmError, SandboxError
from azsandbox.ml_api.identities import Identities
from azsandbox.ml_api.secrets import mark_secrets
from azsandbox.ml_api.serving.servers import Servers, tail

KIND = "microsoft.machinelearningservices/workspaces/onlineendpoints"
_KEYS = "azure-native:machinelearningservices:listOnlineEndpointKeys"
_LINES = 200


class Endpoints:
    """The operations on endpoints and deployments that do more than read or write the resource."""

    def __init__(
        self,
        *,
        resources: Resources,
        arm: Arm,
        operations: Operations,
        servers: Servers,
        tokens: Tokens,
        base: str,
        identities: Identities,
    ) -> None:
        self._resources = resources
        self._arm = arm
        self._operations = operations
        self._servers = servers
        self._tokens = tokens
        self._base = base
        self._identities = identities
        resources.rewrites[KIND] = self._set_scoring_urls

    def _set_scoring_urls(self, body: Values) -> None:
        workspace = self._resources.subscription.get(ids.parent_of(body["id"]) or "")
        guid = workspace.outputs.get("workspaceId") if workspace else ""
        address = f"{self._base}/endpoints/{guid}/{body['name']}"
        body["properties"] |= {"scoringUri": f"{address}/score", "swaggerUri": f"{address}/swagger.json"}

    # deployments

    def put(self, call: Call) -> Answer:
        """Store the deployment and start its server as a long-running operation."""
        spec = self._resources.type_of(call.path)
        if spec is None:
            raise ArmError(404, "ResourceNotFound", call.path)
        exists = self._resources.subscription.get(call.path) is not None
        fault = self._resources.inject("update" if exists else "create", call.path)
        body = call.json()
        deployment, new = self._resources.put(spec, call.path, mark_secrets(body))
        variables: Values = (body.get("properties") or {}).get("environmentVariables") or {}
        self._servers.remember(deployment.id, variables)
        deployment = self._set_state(deployment, "Updating" if exists else "Creating")

        def work() -> None:
            try:
                if fault.init_fails:
                    raise ArmError(
                        500, "OperationFailed", f"The operation on '{deployment.id}' ended in state Failed."
                    )
                self._identities.require_deployment(deployment)
                self._servers.ensure(deployment)
            except (SandboxError, OSError):
                self._set_final_state(deployment, "Failed")
                raise
            self._set_final_state(deployment, "Succeeded")

        subscription = ids.subscription_of(deployment.id).rpartition("/")[2]
        headers = self._operations.start(subscription, location(deployment), work)
        return Answer(201 if new else 200, self._resources.show(deployment), headers)

    def _set_state(self, deployment: Resource, state: str) -> Resource:
        properties: Values = {**(deployment.outputs.get("properties") or {}), "provisioningState": state}
        return self._resources.annotate(deployment, properties=properties)

    def _set_final_state(self, deployment: Resource, state: str) -> None:
        """Set the state, unless the deployment was deleted in the meantime."""
        current = self._resources.subscription.get(deployment.id)
        if current is not None:
            self._set_state(current, state)

    def delete(self, call: Call) -> Answer:
        """Delete a deployment; one that still receives traffic is refused."""
        endpoint = self._resources.subscription.get(ids.parent_of(call.path) or "")
        traffic: Values = ((endpoint.inputs.get("properties") or {}) if endpoint else {}).get("traffic") or {}
        name = ids.parse(call.path).name
        share = next((value for key, value in traffic.items() if key.lower() == name.lower()), 0)
        if share and self._resources.subscription.get(call.path) is not None:
            raise ArmError(
                400,
                "BadArgument",
                f"Deployment '{name}' receives {share} % of the endpoint's traffic: set it to 0 before "
                "deleting the deployment.",
            )
        answer = self._arm.delete(call)
        self._servers.remove(call.path)
        return answer

    def delete_endpoint(self, call: Call) -> Answer:
        answer = self._arm.delete(call)
        self._servers.remove(call.path)
        return answer

    def logs(self, call: Call) -> Answer:
        identifier = call.path.rpartition("/")[0]
        self._resources.inject("read", identifier)
        deployment = self._resources.require(identifier)
        options = call.json()
        if str(options.get("containerType", "")).lower() == "storageinitializer":
            model = (deployment.inputs.get("properties") or {}).get("model")
            return Answer(200, {"content": f"the model {model} is mounted from the workspace's storage\n"})
        lines = options.get("tail") or _LINES
        if not isinstance(lines, int) or lines < 1:
            raise ArmError(400, "BadArgument", "'tail' is not a number of lines.")
        return Answer(200, {"content": tail(self._servers.log(deployment.id), lines)})

    # credentials

    def keys(self, call: Call) -> Answer:
        """The same keys as the Pulumi function listOnlineEndpointKeys returns."""
        identifier = call.path.rpartition("/")[0]
        self._resources.inject("read", identifier)
        self._resources.require(identifier)
        return Answer(200, self.keys_of(identifier))

    def keys_of(self, identifier: str) -> Values:
        invoke = self._resources.provider.types.invoke(_KEYS)
        if not isinstance(invoke, Invoke):
            raise TypeError(_KEYS)
        parts = ids.parse(identifier).names
        arguments: dict[str, Any] = {
            "resourceGroupName": ids.parse(ids.group_of(identifier) or "").name,
            "workspaceName": parts[0],
            "endpointName": parts[1],
        }
        return invoke.answer(self._resources.subscription, arguments, ids.subscription_of(identifier))

    def token(self, call: Call) -> Answer:
        identifier = call.path.rpartition("/")[0]
        self._resources.inject("read", identifier)
        endpoint = self._resources.require(identifier)
        if (endpoint.inputs.get("properties") or {}).get("authMode") != "AMLToken":
            raise ArmError(
                400, "BadArgument", f"Endpoint '{endpoint.name}' does not use token authentication."
            )
        expires = int(time.time()) + ENDPOINT_LIFETIME
        return Answer(
            200,
            {
                "accessToken": self._tokens.access(audience_of(endpoint), ENDPOINT_LIFETIME),
                "expiryTimeUtc": expires,
                "refreshAfterTimeUtc": expires - ENDPOINT_LIFETIME // 2,
                "tokenType": "Bearer",
            },
        )


def audience_of(endpoint: Resource) -> str:
    return f"{names.ML}{ids.key(endpoint.id)}"
