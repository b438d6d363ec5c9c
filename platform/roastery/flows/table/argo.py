"""Argo Workflows and Argo Events: controllers, server, event sources, bus and sensors."""

from __future__ import annotations

from roastery.flows.model import Access, ApiServer, Flow, KubernetesAccess, Pods, Present, Resource
from roastery.flows.table import pods
from roastery.flows.table.lookups import lookups
from roastery.policies import tokens as t

_WORKFLOWS = "argo-workflows.readthedocs.io/en/latest/security"
_EXECUTOR = "argo-workflows.readthedocs.io/en/latest/workflow-rbac"
_ARTEFACTS = "argo-workflows.readthedocs.io/en/latest/configure-artifact-repository"
_EVENTS = "argoproj.github.io/argo-events/service-accounts"
_BUS = "argoproj.github.io/argo-events/eventbus/jetstream"
_WEBHOOK = "argoproj.github.io/argo-events/eventsources/setup/webhook"
_SECRETS = "learn.microsoft.com/azure/aks/csi-secrets-store-identity-access"
_GROUP = "argoproj.io"
_NAMESPACE = "roastery"
_QUEUE = "Microsoft.Storage/storageAccounts/queueServices/queues"
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
_CONTAINER = "storage/blobServices/default/containers/argo-artefacts"
_BUS_KIND = Present(what="the event bus", type=t.EVENT_BUS, where={"metadata.name": "default"})


def _api(
    id_: str, source: Pods, why: str, page: str, *rules: tuple[str, str, str], namespace: str = _NAMESPACE
) -> Flow:
    """A flow to the API server with rules: API group, resources and verbs, separated by blanks."""
    return Flow(
        id=id_,
        source=source,
        destination=ApiServer(),
        kubernetes=tuple(
            KubernetesAccess(
                group=group,
                resources=tuple(resources.split()),
                verbs=tuple(verbs.split()),
                namespace=namespace,
            )
            for group, resources, verbs in rules
        ),
        why=why,
        page=page,
        needs=("bus",),
    )


def _bus(id_: str, client: Pods, port: int, why: str, need: str = "bus") -> Flow:
    """The bus's ports: 4222 for clients, 6222 among its pods; 8222 is for probes of the own node only."""
    return Flow(
        id=id_,
        source=client,
        destination=pods.BUS,
        ports=(port,),
        present=(_BUS_KIND,),
        why=why,
        page=_BUS,
        needs=(need,),
    )


_CONTROLLERS = (
    *lookups("argo-system", pods.CONTROLLER, "bus"),
    _api(
        "argo-controller",
        pods.CONTROLLER,
        "The controller turns workflows into pods",
        _WORKFLOWS,
        ("", "pods", "create get list watch delete"),
        (_GROUP, "workflows", "get list watch update patch delete create"),
        (_GROUP, "workflowtemplates", "get list watch"),
        (_GROUP, "cronworkflows", "get list watch update patch"),
        (_GROUP, "workflowtaskresults", "list watch deletecollection"),
        (_GROUP, "workflowartifactgctasks", "create get list watch delete"),
        ("", "configmaps", "get watch list"),
        ("", "events", "create patch"),
    ),
    _api(
        "argo-server",
        pods.SERVER,
        "The server shows workflows and the logs of running pods",
        _WORKFLOWS,
        (_GROUP, "workflows workflowtemplates cronworkflows", "get list watch"),
        ("", "pods/log", "get list"),
    ),
    Flow(
        id="argo-server-archive",
        source=pods.SERVER,
        destination=Resource(key="storage", group="blob"),
        identity="argo-server",
        access=(Access(identity="argo-server", scope=_CONTAINER, data_actions=(f"{_BLOBS}/read",)),),
        present=(
            Present(
                what="the container of artefacts", type=t.CONTAINER, where={"containerName": "argo-artefacts"}
            ),
        ),
        why="The server shows archived logs, which it reads as its own identity",
        page=_ARTEFACTS,
        needs=("bus", "argo-server"),
    ),
    _api(
        "argo-events-controller",
        pods.EVENTS_CONTROLLER,
        "The controller turns event sources, sensors and the bus into deployments",
        _EVENTS,
        (_GROUP, "sensors eventsources eventbus", "get list watch update patch"),
        ("apps", "deployments statefulsets", "create get list watch update patch delete"),
        ("", "services configmaps secrets", "create get list update patch delete"),
    ),
)

_SOURCES = (
    *lookups("bus", pods.BUS, "bus"),
    *lookups("source-landing", pods.source("landing"), "source:landing"),
    *lookups("source-drift", pods.source("drift"), "source:drift"),
    *lookups("source-git", pods.source("git"), "source:git"),
    _bus("bus-cluster", pods.BUS, 6222, "The bus's pods agree on what is stored"),
    _bus("bus-sensors", pods.SENSOR, 4222, "Sensors read events"),
    *(
        _bus(f"bus-{name}", pods.source(name), 4222, "The source publishes events", f"source:{name}")
        for name in ("landing", "drift", "git")
    ),
    _api(
        "argo-sensors",
        pods.SENSOR,
        "Sensors create workflows from templates, and can do nothing else",
        _EVENTS,
        (_GROUP, "workflows", "create"),
    ),
    Flow(
        id="landing-queue",
        source=pods.source("landing"),
        destination=Resource(key="storage", group="queue"),
        identity="argo",
        access=(
            Access(identity="argo", scope="storage", data_actions=(f"{_QUEUE}/messages/process/action",)),
        ),
        present=(
            Present(
                what="the event source of new data",
                type=t.EVENT_SOURCE,
                where={"spec.azureQueueStorage.event.queueName": "landing"},
            ),
        ),
        why="The event source takes Event Grid's reports out of the queue",
        page="argoproj.github.io/argo-events/eventsources/setup/azure-queue-storage",
        needs=("source:landing", "queue"),
    ),
    Flow(
        id="drift-webhook",
        source=pods.WORKFLOW,
        destination=pods.source("drift"),
        ports=(12000,),
        present=(
            Present(
                what="the listener of drift reports",
                type=t.EVENT_SOURCE,
                where={
                    "spec.webhook.event.port": "12000",
                    "spec.webhook.event.endpoint": "/drift",
                    "spec.webhook.event.authSecret.name": "triggers",
                },
            ),
            Present(
                what="the secret of its token",
                type="kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass",
                where={"spec.secretObjects.secretName": "triggers", "spec.secretObjects.data.key": "drift"},
            ),
        ),
        why="The daily check reports drift, which starts a retrain",
        page=_WEBHOOK,
        needs=("source:drift",),
    ),
    # The namespace is that of AKS's application routing add-on, the default of workflows.ingress_namespace.
    Flow(
        id="push-webhook",
        source=Pods(namespace="app-routing-system"),
        destination=pods.source("git"),
        ports=(12000,),
        present=(
            Present(
                what="the listener of pushes",
                type=t.EVENT_SOURCE,
                where={"spec.webhook.event.port": "12000", "spec.webhook.event.endpoint": "/git/push"},
            ),
        ),
        why="The ingress hands pushes that the repository's host reports to the event source",
        page=_WEBHOOK,
        needs=("source:git",),
    ),
    Flow(
        id="triggers-secrets",
        source=pods.mounting(pods.source("drift")),
        destination=Resource(key="vault", group="vault"),
        identity="argo",
        access=(
            Access(
                identity="argo",
                scope="secrets:triggers",
                data_actions=("Microsoft.KeyVault/vaults/secrets/getSecret/action",),
            ),
        ),
        why="The tokens that webhooks demand become a secret of the cluster",
        page=_SECRETS,
        needs=("secrets:triggers",),
    ),
)

FLOWS = (*_CONTROLLERS, *_SOURCES)
