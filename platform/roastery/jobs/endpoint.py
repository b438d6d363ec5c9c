"""An endpoint and its deployments, read and changed through the SDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from roastery.jobs.client import WorkspaceClient, silence_sdk
from roastery.jobs.errors import AuthorizationError, JobsError, TransientError, translate_errors
from roastery.jobs.models import ModelVersion, deployed_version
from roastery.jobs.traffic import format_traffic

PROMOTED = "roast-promoted-at"
OUTCOME = "roast-outcome"
BEFORE = "roast-in-service-before"
FORCED = "roast-forced"
_LINES = 40
_TAG_LENGTH = 256  # characters of a tag's value: Azure Resource Manager's limit


@dataclass(frozen=True, kw_only=True)
class EndpointState:
    """An endpoint at one moment."""

    name: str
    url: str
    traffic: Mapping[str, int]
    deployments: Mapping[str, Any]

    def model(self, workspace: WorkspaceClient, deployment: str | None) -> ModelVersion | None:
        """The model that a deployment runs; None if there is none yet."""
        return deployed_version(workspace, self.deployments[deployment].model) if deployment else None

    def ready(self, deployment: str) -> bool:
        """Whether Azure ML says that it is provisioned."""
        return provisioning_state(self.deployments[deployment]).lower() == "succeeded"


def provisioning_state(deployment: Any) -> str:
    """Its provisioning state as Azure ML writes it."""
    state = deployment.provisioning_state
    return str(getattr(state, "value", state) or "unknown")


def read_endpoint(workspace: WorkspaceClient) -> EndpointState:
    """The endpoint of the stack.

    Raises:
        JobsError: there is none.
    """
    name = workspace.reference.endpoint or _only_endpoint(workspace)
    with translate_errors(f"endpoint {name} can't be read"):
        endpoint = workspace.ml.online_endpoints.get(name)
        deployments = {
            deployment.name: deployment for deployment in workspace.ml.online_deployments.list(name)
        }
    return EndpointState(
        name=name,
        url=endpoint.scoring_uri or "",
        traffic={key: int(value) for key, value in (endpoint.traffic or {}).items()},
        deployments=deployments,
    )


def _only_endpoint(workspace: WorkspaceClient) -> str:
    with translate_errors("the endpoints can't be listed"):
        names = [endpoint.name for endpoint in workspace.ml.online_endpoints.list()]
    if len(names) > 1:
        raise JobsError(f"the workspace has several endpoints: {', '.join(names)}", "choose one: --endpoint")
    return names[0] if names else workspace.reference.require_endpoint()


def set_traffic(workspace: WorkspaceClient, endpoint: EndpointState, shares: Mapping[str, int]) -> None:
    """Sets the traffic.

    Raises:
        JobsError: Azure ML refuses it.
        TransientError: it does not answer.
    """
    action = f"the traffic of {endpoint.name} could not be set to {format_traffic(shares)}"
    with translate_errors(action), silence_sdk():
        current = workspace.ml.online_endpoints.get(endpoint.name)
        current.traffic = dict(shares)
        workspace.ml.online_endpoints.begin_create_or_update(current).result()


def deploy_model(
    workspace: WorkspaceClient,
    endpoint: EndpointState,
    name: str,
    *,
    model: ModelVersion,
    tags: Mapping[str, str],
    seconds: float,
) -> None:
    """Gives a deployment that model and waits until it is ready.

    Raises:
        JobsError: it never gets ready. Traffic is as it was.
        TransientError: Azure ML does not answer, or does not finish in time.
    """
    action = f"deployment {name} did not get ready with {model}"
    try:
        with translate_errors(action), silence_sdk():
            deployment = workspace.ml.online_deployments.get(name, endpoint.name)
            deployment.model = model.id
            deployment.tags = {**(deployment.tags or {}), **_truncated(tags)}
            poller = workspace.ml.online_deployments.begin_create_or_update(deployment)
            poller.wait(seconds)
            finished = poller.done()
            if finished:
                poller.result()
    except (TransientError, AuthorizationError):
        raise
    except JobsError as error:
        raise JobsError(error.message, "traffic is as it was; the log stands above") from None
    if not finished:
        raise TransientError(f"{action} in {seconds:.0f} s", "traffic is as it was; see roast job status")


def deployment_log(workspace: WorkspaceClient, endpoint: EndpointState, name: str) -> list[str]:
    """The last lines that a deployment printed."""
    try:
        with translate_errors(f"the log of {name} can't be read"):
            text = str(workspace.ml.online_deployments.get_logs(name, endpoint.name, lines=_LINES))
    except JobsError as error:  # the user must see why the deployment failed, whatever its log does
        return [str(error)]
    return [line for line in text.splitlines() if line.strip()] or ["no output"]


def tag_deployment(
    workspace: WorkspaceClient, endpoint: EndpointState, name: str, tags: Mapping[str, str]
) -> None:
    """Writes tags on a deployment."""
    with translate_errors(f"the tags of deployment {name} could not be written"), silence_sdk():
        deployment = workspace.ml.online_deployments.get(name, endpoint.name)
        deployment.tags = {**(deployment.tags or {}), **_truncated(tags)}
        workspace.ml.online_deployments.begin_create_or_update(deployment).result()


def _truncated(tags: Mapping[str, str]) -> dict[str, str]:
    return {name: value[:_TAG_LENGTH] for name, value in tags.items()}
