"""Settings of event sources and sensors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from roastery.components.argo.errors import ArgoError

PORT = 12000
GIT, DRIFT, LANDING = "git", "drift", "landing"
PUSH_PATH, DRIFT_PATH = "/git/push", "/drift"
EVENT = "event"  # each source has one kind of event


@dataclass(frozen=True, kw_only=True)
class Token:
    """A bearer token in a Kubernetes secret, which the sync of Key Vault fills."""

    secret: str
    key: str

    def __post_init__(self) -> None:
        for value in (self.secret, self.key):
            if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", value):
                raise ArgoError(f"{value!r} is not a valid name of a Kubernetes secret or of its key")


@dataclass(frozen=True, kw_only=True)
class GitPush:
    """Pushes that start a deployment.

    Args:
        repository: address as the sender writes it; pushes to others are ignored.
        branch: pushes to others are ignored.
        token: bearer token of the sender.
        repository_path, ref_path, commit_path: fields of the event; by default those of Azure DevOps.
    """

    repository: str
    branch: str
    token: Token
    repository_path: str = "body.resource.repository.remoteUrl"
    ref_path: str = "body.resource.refUpdates.0.name"
    commit_path: str = "body.resource.refUpdates.0.newObjectId"


@dataclass(frozen=True, kw_only=True)
class LandingEventSource:
    """Event Grid's events about new data, and how they are read.

    Args:
        transport: what carries the event. Argo Events 1.9 crashes on messages of Event Grid in an event hub
            (they have no id: argo-events issue 3595), so only the queue works.
        host: the storage account's name, or the host of the Event Hubs namespace.
        name: of the queue or the event hub.
        encoded: whether the queue's messages are base64, as Event Grid writes them.
    """

    transport: Literal["queue", "event_hub"]
    host: str
    name: str
    encoded: bool = True


@dataclass(frozen=True, kw_only=True)
class Triggers:
    """All triggers of workflows in a namespace.

    Args:
        namespace: of sources, sensors and workflows.
        source_account: of the event sources' pods; it has no right in the cluster.
        sensor_account: of the sensors' pods; it may create workflows and nothing else.
        secrets: SecretProviderClass that fills the secrets of the tokens while a source mounts it.
        push: starts a deployment; None where a schedule compares the branch with what is deployed.
        landing: starts a retrain because there is new data.
        drift_token: bearer token of whoever reports drift.
        ingress_namespace: the only one that may reach the webhook of pushes.
    """

    namespace: str
    source_account: str
    sensor_account: str
    secrets: str
    push: GitPush | None
    landing: LandingEventSource
    drift_token: Token
    ingress_namespace: str


def service_url(namespace: str, source: str, path: str) -> str:
    """Address of an event source's webhook inside the cluster; Argo Events names the service."""
    return f"http://{source}-eventsource-svc.{namespace}.svc:{PORT}{path}"
