"""Pods that a controller would make of our objects: nothing runs here, but pod security can be asked.

The namespace of the workflows admits only restricted pods, and a controller that is refused its pods says so
nowhere but in its own log. So the pods are put to the server in a dry run, as their controller builds them.
"""

from __future__ import annotations

from typing import Any

Values = dict[str, Any]


def made_of(one: Values) -> list[Values]:
    """The workloads that Argo's controllers derive from an object; none for what runs nothing by itself."""
    jetstream: Any = one["spec"].get("jetstream") if one["kind"] == "EventBus" else None
    return [_jetstream(one["metadata"], jetstream)] if jetstream else []


def _jetstream(metadata: Values, spec: Values) -> Values:
    """As argo-events 1.9.7 does (pkg/reconciler/eventbus/installer/jetstream.go, buildStatefulSetSpec)."""
    labels = {"eventbus-name": metadata["name"]}
    templates = {
        "main": "containerTemplate",
        "reloader": "reloaderContainerTemplate",
        "metrics": "metricsContainerTemplate",
    }
    containers = [
        {"name": name, "image": "image", "securityContext": (spec.get(template) or {}).get("securityContext")}
        for name, template in templates.items()
    ]
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
                    "securityContext": spec.get("securityContext"),
                    "shareProcessNamespace": True,
                    "containers": containers,
                },
            },
        },
    }
