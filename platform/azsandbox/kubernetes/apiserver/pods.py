"""The workloads that Argo's controllers create for an object, to check them against pod security.

A namespace may admit only restricted pods, and a controller whose pods are refused reports that only in its
own log. No controller runs here, so the workloads are applied in a dry run, as their controllers build them.
"""

from __future__ import annotations

from typing import Any

Values = dict[str, Any]


def workloads_of(manifest: Values) -> list[Values]:
    """The workloads that Argo's controllers create for an object; none for an object that runs nothing."""
    metadata: Values = manifest["metadata"]
    spec: Values = manifest.get("spec") or {}
    match manifest["kind"]:
        case "EventBus":
            jetstream: Any = spec.get("jetstream")
            return [_jetstream(metadata, jetstream)] if jetstream else []
        case "WorkflowTemplate":
            return [
                _step(metadata, spec, template) for template in spec["templates"] if "container" in template
            ]
        case "EventSource" | "Sensor":
            return [_event_listener(metadata, spec.get("template") or {})]
        case _:
            return []


def _step(metadata: Values, spec: Values, template: Values) -> Values:
    """The pod of one step, as a job; the executor's own containers are restricted in the Helm chart.

    As in argo-workflows 3.7.4 (workflow/controller/workflowpod.go): a template's pod security context takes
    precedence over the workflow's.
    """
    name = f"{metadata['name']}-{template['name']}"
    pod = {
        "restartPolicy": "Never",
        "serviceAccountName": spec.get("serviceAccountName"),
        "securityContext": template.get("securityContext") or spec.get("securityContext"),
        "containers": [{"name": "main", **template["container"]}],
        "volumes": [*(spec.get("volumes") or []), *(template.get("volumes") or [])],
    }
    return _workload("batch/v1", "Job", {"name": name, "namespace": metadata.get("namespace")}, pod, {})


def _event_listener(metadata: Values, template: Values) -> Values:
    """The deployment of an event source or sensor.

    As in argo-events 1.9.10 (pkg/reconciler/eventsource/resource.go, buildDeploymentSpec).
    """
    labels = {"owner-name": metadata["name"]}
    pod = {
        "serviceAccountName": template.get("serviceAccountName"),
        "securityContext": template.get("securityContext"),
        "containers": [{"name": "main", "image": "image", **(template.get("container") or {})}],
        "volumes": template.get("volumes") or [],
    }
    identity = {"name": metadata["name"], "namespace": metadata.get("namespace")}
    return _workload("apps/v1", "Deployment", identity, pod, labels)


def _workload(api: str, kind: str, metadata: Values, pod: Values, labels: Values) -> Values:
    selector = {"selector": {"matchLabels": labels}} if labels else {}
    template = {"metadata": {"labels": labels}, "spec": pod}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": {**selector, "template": template}}


def _jetstream(metadata: Values, spec: Values) -> Values:
    """The stateful set of an event bus.

    As in argo-events 1.9.7 (pkg/reconciler/eventbus/installer/jetstream.go, buildStatefulSetSpec). The images
    are in the controller's own configuration, so they are placeholders here.
    """
    labels = {"eventbus-name": metadata["name"]}
    templates = {
        "main": "containerTemplate",
        "reloader": "reloaderContainerTemplate",
        "metrics": "metricsContainerTemplate",
    }
    containers = [_bus_container(name, spec.get(template) or {}) for name, template in templates.items()]
    containers[0] |= {
        "startupProbe": {"httpGet": {"path": "/healthz", "port": 8222}, "failureThreshold": 30},
        "livenessProbe": {"httpGet": {"path": "/", "port": 8222}, "periodSeconds": 30},
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": 8222}, "periodSeconds": 5},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": f"eventbus-{metadata['name']}-js", "namespace": metadata.get("namespace")},
        "spec": {
            "serviceName": f"eventbus-{metadata['name']}-js-svc",
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "serviceAccountName": spec.get("serviceAccountName"),
                    "securityContext": spec.get("securityContext"),
                    "shareProcessNamespace": True,
                    "containers": containers,
                },
            },
        },
    }


def _bus_container(name: str, template: Values) -> Values:
    settings = {key: template[key] for key in ("resources", "securityContext") if template.get(key)}
    return {"name": name, "image": "image", **settings}
