"""What starts workflows, and what its pods run as."""

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
                raise ArgoError(f"{value!r} is no name of a secret or of its key")


@dataclass(frozen=True, kw_only=True)
class GitPush:
    """A push that deploys.

    Args:
        repository: address as the sender writes it; others are ignored.
        branch: the one that deploys.
        token: what the sender must present.
        repository_path, ref_path, commit_path: where the body says so; as Azure DevOps sends `git.push`.
    """

    repository: str
    branch: str
    token: Token
    repository_path: str = "body.resource.repository.remoteUrl"
    ref_path: str = "body.resource.refUpdates.0.name"
    commit_path: str = "body.resource.refUpdates.0.newObjectId"


@dataclass(frozen=True, kw_only=True)
class Landing:
    """New data, as Event Grid reports it.

    Args:
        transport: what carries the event. Argo Events 1.9 dies on what Event Grid puts into an event hub (its
            message has no id: argo-events issue 3595), so the queue is the one that works.
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
    """All triggers of a namespace.

    Args:
        namespace: where sources, sensors and workflows live.
        source_account: of the pods that listen; it may do nothing in the cluster.
        sensor_account: of the pods that create workflows; it may do nothing else.
        secrets: SecretProviderClass that fills the secrets of the tokens while a source mounts it.
        push: what deploys.
        landing: what retrains because there is new data.
        drift_token: what a report of drift must present.
        ingress_namespace: the only one that may reach the listener of pushes from outside.
    """

    namespace: str
    source_account: str
    sensor_account: str
    secrets: str
    push: GitPush
    landing: Landing
    drift_token: Token
    ingress_namespace: str


def service_url(namespace: str, source: str, path: str) -> str:
    """Where a webhook of ours listens inside the cluster: Argo Events names its service so."""
    return f"http://{source}-eventsource-svc.{namespace}.svc:{PORT}{path}"
