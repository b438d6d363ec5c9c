"""The pods of the platform, by the labels that their manifests or operators give them."""

from __future__ import annotations

from dataclasses import replace

from roastery.flows.model import Pods

# azure.workload.identity/use is a label of pods: learn.microsoft.com/azure/aks/workload-identity-overview.
_ACTS = {"azure.workload.identity/use": "true"}
_OURS = {"app.kubernetes.io/part-of": "roastery", "app.kubernetes.io/managed-by": "pulumi"}

DNS = Pods(namespace="kube-system", labels={"k8s-app": "kube-dns"}, account="coredns")
TUNNEL = Pods(namespace="kube-system", labels={"app": "konnectivity-agent"}, account="konnectivity-agent")

# Azure ML documents no labels: of its own pods, of jobs and of models the namespace alone is known.
AZURE_ML = Pods(namespace="azureml")
ROUTER_TLS = Pods(namespace="azureml", labels={"app": "router-tls", **_ACTS}, account="sa-router-tls")
JOBS = Pods(namespace="azureml-jobs")

# Charts argo-workflows and argo-events, templates/_helpers.tpl, with releases of the charts' names.
CONTROLLER = Pods(
    namespace="argo",
    labels={"app.kubernetes.io/name": "argo-workflows-workflow-controller", "app": "workflow-controller"},
    account="argo-workflows-workflow-controller",
)
SERVER = Pods(
    namespace="argo",
    labels={"app.kubernetes.io/name": "argo-workflows-server", "app": "server", **_ACTS},
    account="sa-argo-server",
)
EVENTS_CONTROLLER = Pods(
    namespace="argo",
    labels={
        "app.kubernetes.io/name": "argo-events-controller-manager",
        "app.kubernetes.io/instance": "argo-events",
    },
    account="argo-events-controller-manager",
)

WORKFLOW = Pods(
    namespace="roastery",
    labels={**_OURS, **_ACTS, "workflows.argoproj.io/workflow": "any"},
    account="sa-argo-workflow",
)
INFRA = replace(WORKFLOW, account="sa-argo-infra")
SENSOR = Pods(
    namespace="roastery",
    labels={**_OURS, "controller": "sensor-controller", "sensor-name": "any"},
    account="sa-argo-events",
)
BUS = Pods(
    namespace="roastery",
    labels={"controller": "eventbus-controller", "eventbus-name": "default"},
    account="sa-argo-bus",
)


def source(name: str) -> Pods:
    """The pod of an event source."""
    labels = {**_OURS, **_ACTS, "controller": "eventsource-controller", "eventsource-name": name}
    return Pods(namespace="roastery", labels=labels, account="sa-argo-sources")


def mounting(pods: Pods) -> Pods:
    """The secrets driver on the node of these pods, which reads the vault with their account's token."""
    return replace(pods, labels={**pods.labels, **_ACTS}, host_network=True)
