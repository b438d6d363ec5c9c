"""An endpoint and its deployments, read and changed through the SDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from roastery.jobs.client import Workspace, silently
from roastery.jobs.errors import JobsError, TransientError, explained
from roastery.jobs.models import Model, of_reference
from roastery.jobs.traffic import said

PROMOTED = "roast-promoted-at"
OUTCOME = "roast-outcome"
BEFORE = "roast-in-service-before"
FORCED = "roast-forced"
_LINES = 40
_LONGEST = 256  # characters of a tag's value: Azure Resource Manager's limit


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One moment of an endpoint."""

    name: str
    url: str
    traffic: Mapping[str, int]
    deployments: Mapping[str, Any]

    def model(self, workspace: Workspace, deployment: str | None) -> Model | None:
        """The model that a deployment runs; None if there is none yet."""
        return of_reference(workspace, self.deployments[deployment].model) if deployment else None

    def ready(self, deployment: str) -> bool:
        """Whether Azure ML says that it is provisioned."""
        return state(self.deployments[deployment]).lower() == "succeeded"


def state(deployment: Any) -> str:
    """Its provisioning state as Azure ML writes it."""
    found = deployment.provisioning_state
    return str(getattr(found, "value", found) or "unknown")


def read(workspace: Workspace) -> Endpoint:
    """The endpoint of the stack.

    Raises:
        JobsError: there is none.
    """
    name = workspace.reference.endpoint or _only(workspace)
    with explained(f"endpoint {name} can't be read"):
        found = workspace.ml.online_endpoints.get(name)
        deployments = {one.name: one for one in workspace.ml.online_deployments.list(name)}
    return Endpoint(
        name=name,
        url=found.scoring_uri or "",
        traffic={key: int(value) for key, value in (found.traffic or {}).items()},
        deployments=deployments,
    )


def _only(workspace: Workspace) -> str:
    with explained("the endpoints can't be listed"):
        found = [one.name for one in workspace.ml.online_endpoints.list()]
    if len(found) > 1:
        raise JobsError(f"the workspace has several endpoints: {', '.join(found)}", "choose one: --endpoint")
    return found[0] if found else workspace.reference.require_endpoint()


def direct(workspace: Workspace, endpoint: Endpoint, shares: Mapping[str, int]) -> None:
    """Sets the traffic.

    Raises:
        JobsError: Azure ML refuses it.
        TransientError: it does not answer.
    """
    with explained(f"the traffic of {endpoint.name} could not be set to {said(shares)}"), silently():
        fresh = workspace.ml.online_endpoints.get(endpoint.name)
        fresh.traffic = dict(shares)
        workspace.ml.online_endpoints.begin_create_or_update(fresh).result()


def deploy(
    workspace: Workspace,
    endpoint: Endpoint,
    name: str,
    *,
    model: Model,
    tags: Mapping[str, str],
    seconds: float,
) -> None:
    """Gives a deployment that model and waits until it is ready.

    Raises:
        JobsError: it never gets ready. Traffic is as it was.
        TransientError: Azure ML does not answer, or is not done in time.
    """
    what = f"deployment {name} did not get ready with {model}"
    try:
        with explained(what), silently():
            deployment = workspace.ml.online_deployments.get(name, endpoint.name)
            deployment.model = model.id
            deployment.tags = {**(deployment.tags or {}), **_short(tags)}
            poller = workspace.ml.online_deployments.begin_create_or_update(deployment)
            poller.wait(seconds)
            done = poller.done()
            if done:
                poller.result()
    except TransientError:
        raise
    except JobsError as error:
        raise JobsError(error.message, "traffic is as it was; the log stands above") from None
    if not done:
        raise TransientError(f"{what} in {seconds:.0f} s", "traffic is as it was; see roast status")


def log(workspace: Workspace, endpoint: Endpoint, name: str) -> list[str]:
    """The last lines that a deployment printed."""
    try:
        with explained(f"the log of {name} can't be read"):
            text = str(workspace.ml.online_deployments.get_logs(name, endpoint.name, lines=_LINES))
    except JobsError as error:  # the failure itself is what has to be told
        return [str(error)]
    return [line for line in text.splitlines() if line.strip()] or ["no output"]


def note(workspace: Workspace, endpoint: Endpoint, name: str, tags: Mapping[str, str]) -> None:
    """Writes tags on a deployment."""
    with explained(f"the tags of deployment {name} could not be written"), silently():
        deployment = workspace.ml.online_deployments.get(name, endpoint.name)
        deployment.tags = {**(deployment.tags or {}), **_short(tags)}
        workspace.ml.online_deployments.begin_create_or_update(deployment).result()


def _short(tags: Mapping[str, str]) -> dict[str, str]:
    return {name: value[:_LONGEST] for name, value in tags.items()}
