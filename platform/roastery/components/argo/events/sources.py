"""Event sources: two webhooks that demand a token, and the reader of Event Grid's events."""

from __future__ import annotations

from roastery.components.argo.errors import ArgoError
from roastery.components.argo.events.settings import (
    DRIFT,
    DRIFT_PATH,
    EVENT,
    GIT,
    LANDING,
    PORT,
    PUSH_PATH,
    LandingEventSource,
    Token,
    Triggers,
)
from roastery.components.argo.manifest import LABELS, Manifest

CONTAINER: Manifest = {
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "privileged": False,
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    },
    "resources": {
        "requests": {"cpu": "50m", "memory": "64Mi"},
        "limits": {"cpu": "500m", "memory": "256Mi"},
    },
}
POD: Manifest = {"runAsNonRoot": True, "runAsUser": 9731, "seccompProfile": {"type": "RuntimeDefault"}}


def event_sources(triggers: Triggers) -> list[Manifest]:
    """The event sources."""
    push = [_webhook(triggers, GIT, PUSH_PATH, triggers.push.token)] if triggers.push else []
    return [
        *push,
        _webhook(triggers, DRIFT, DRIFT_PATH, triggers.drift_token),
        _landing(triggers),
    ]


def _webhook(triggers: Triggers, name: str, path: str, token: Token) -> Manifest:
    """A webhook that answers 401 to requests without the token.

    Its service is of type ClusterIP: Argo Events creates no other.
    """
    if not path.startswith("/") or path.rstrip("/") != path or path == "/health":
        raise ArgoError(f"webhook path {path!r} must start with /, not end in it, and not be /health")
    manifest = _source(
        triggers,
        name,
        "webhook",
        {
            "port": str(PORT),
            "endpoint": path,
            "method": "POST",
            "maxPayloadSize": "262144",
            "authSecret": {"name": token.secret, "key": token.key},
        },
    )
    spec = manifest["spec"]
    spec["service"] = {"ports": [{"name": "http", "port": PORT, "targetPort": PORT}]}
    # Mounted only so that the Kubernetes secret exists: the driver syncs it while a pod mounts the volume.
    attributes = {"secretProviderClass": triggers.secrets}
    csi = {"driver": "secrets-store.csi.k8s.io", "readOnly": True, "volumeAttributes": attributes}
    spec["template"]["volumes"] = [{"name": "secrets", "csi": csi}]
    mount = {"name": "secrets", "mountPath": "/mnt/secrets", "readOnly": True}
    spec["template"]["container"] = {**CONTAINER, "volumeMounts": [mount]}
    return manifest


def _landing(triggers: Triggers) -> Manifest:
    """Reads as a managed identity: without a key Argo Events requests a token for the pod's identity."""
    landing: LandingEventSource = triggers.landing
    if landing.transport == "queue":
        return _source(
            triggers,
            LANDING,
            "azureQueueStorage",
            {
                "storageAccountName": landing.host,
                "queueName": landing.name,
                "decodeMessage": landing.encoded,
                "jsonBody": True,
                "waitTimeInSeconds": 30,
            },
        )
    # Argo Events always reads consumer group $Default from the newest event on.
    return _source(triggers, LANDING, "azureEventsHub", {"fqdn": landing.host, "hubName": landing.name})


def _source(triggers: Triggers, name: str, kind: str, content: Manifest) -> Manifest:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "EventSource",
        "metadata": {"name": name, "namespace": triggers.namespace, "labels": LABELS},
        "spec": {
            "eventBusName": "default",
            "template": {
                "metadata": {"labels": {**LABELS, "azure.workload.identity/use": "true"}},
                "serviceAccountName": triggers.source_account,
                "securityContext": POD,
                "container": CONTAINER,
            },
            kind: {EVENT: content},
        },
    }
