"""The functions that hand out keys."""

from __future__ import annotations

from collections.abc import Callable

from azsandbox.arm.evidence import documented
from azsandbox.arm.model import Invoke, Values
from azsandbox.arm.subscription import Subscription
from azsandbox.services.machinelearningservices import functions


def _invoke(
    name: str, answer: Callable[[Subscription, Values, str], Values], *below_workspace: str
) -> Invoke:
    arguments = ("resourceGroupName", "workspaceName", *below_workspace)
    return Invoke(
        token=f"azure-native:machinelearningservices:{name}",
        arguments=arguments,
        required=arguments,
        answer=answer,
        claims=(documented("refused where the resource authenticates in another way"),),
    )


INVOKES = (
    _invoke("listWorkspaceKeys", functions.workspace_keys),
    _invoke("listOnlineEndpointKeys", functions.endpoint_keys, "endpointName"),
    _invoke("listDatastoreSecrets", functions.datastore_secrets, "name"),
)
