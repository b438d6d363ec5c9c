"""Pods that a controller would make of our objects: nothing runs here, but pod security can be asked.

The namespace of the workflows admits only restricted pods, and a controller that is refused its pods says so
nowhere but in its own log. So the pods are put to the server in a dry run, as their controller builds them.
"""

from __future__ import annotations

from typing import Any

Values = dict[str, Any]


def made_of(one: Values) -> list[Values]:
    """The workloads that Argo's controllers derive from an object; none for what runs nothing by itself."""
    metadata: Values = one["metadata"]
    spec: Values = one.get("spec") or {}
    match one["kind"]:
        case "EventBus":
            jetstream: Any = spec.get("jetstream")
            return [_jetstream(metadata, jetstream)] if jetstream else []
        case "WorkflowTemplate":
            return [_step(metadata, spec, part) for part in spec["templates"] if "container" in part]
        case "EventSource" | "Sensor":
            return [_listener(metadata, spec.get("template") or {})]
        case _:
            return []


def _step(metadata: Values, spec: Values, part: Values) -> Values:
    """The pod of one step, as a job; the executor's own containers are the chart's to restrict.

    As argo-workflows 3.7.4 does (workflow/controller/workflowpod.go): a template's pod security context goes
    before the workflow's.
    """
    name = f"{metadata['name']}-{part['name']}"
    pod = {
        "restartPolicy": "Never",
        "serviceAccountName": spec.get("serviceAccountName"),
        "securityContext": part.get("securityContext") or spec.get("securityContext"),
        "containers": [{"name": "main", **part["container"]}],
        "volumes": [*(spec.get("volumes") or []), *(part.get("volumes") or [])],
    }
    return _workload("batch/v1", "Job", {"name": name, "namespace": metadata.get("namespace")}, pod, {})


def _listener(metadata: Values, template: Values) -> Values:
    """The pod of an event source or sensor.

    As argo-events 1.9.10 does (pkg/reconciler/eventsource/resource.go, buildDeploymentSpec).
    """
    labels = {"owner-name": metadata["name"]}
    pod = {
        "serviceAccountName": template.get("serviceAccountName"),
        "securityContext": template.get("securityContext"),
        "containers": [{"name": "main", "image": "image", **(template.get("container") or {})}],
        "volumes": template.get("volumes") or [],
    }
    place = {"name": metadata["name"], "namespace": metadata.get("namespace")}
    return _workload("apps/v1", "Deployment", place, pod, labels)


def _workload(api: str, kind: str, metadata: Values, pod: Values, labels: Values) -> Values:
    selector = {"selector": {"matchLabels": labels}} if labels else {}
    template = {"metadata": {"labels": labels}, "spec": pod}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": {**selector, "template": template}}


def _jetstream(metadata: Values, spec: Values) -> Values:
    """As argo-events 1.9.7 does (pkg/reconciler/eventbus/installer/jetstream.go, buildStatefulSetSpec).

    The images stand in the controller's own configuration, so a placeholder stands here.
    """
    labels = {"eventbus-name": metadata["name"]}
    templates = {
        "main": "containerTemplate",
        "reloader": "reloaderContainerTemplate",
        "metrics": "metricsContainerTemplate",
    }
    containers = [_of_bus(name, spec.get(template) or {}) for name, template in templates.items()]
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


def _of_bus(name: str, template: Values) -> Values:
    given = {key: template[key] for key in ("resources", "securityContext") if template.get(key)}
    return {"name": name, "image": "image", **given}
