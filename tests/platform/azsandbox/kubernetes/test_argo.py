"""Argo's types are checked with Argo's own models."""

from __future__ import annotations

from typing import Any

import pytest

ARGO = "argoproj.io/v1alpha1"


def named(name: str, namespace: str | None = None) -> dict[str, Any]:
    return {"metadata": {"name": name} | ({"namespace": namespace} if namespace else {})}


def template(**spec: Any) -> dict[str, Any]:
    whole = {
        "entrypoint": "main",
        "templates": [{"name": "main", "container": {"image": "registry/image@sha256:0"}}],
    }
    return {"metadata": {"name": "wf", "namespace": "default"}, "spec": {**whole, **spec}}


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"entrypiont": "main"}, "spec.entrypiont is an unknown field; did you mean 'entrypoint'?"),
        ({"entrypoint": "mian"}, "template 'mian' is not defined; did you mean 'main'?"),
        ({"parallelism": "many"}, "spec.parallelism"),
        (
            {"templates": [{"name": "main", "dag": {"tasks": [{"name": "a", "template": "none"}]}}]},
            "template 'none' is not defined",
        ),
        (
            {
                "templates": [
                    {
                        "name": "main",
                        "dag": {"tasks": [{"name": "a", "template": "main", "dependencies": ["b"]}]},
                    }
                ]
            },
            "depends on 'b', which is not a task",
        ),
    ],
)
def test_workflows_that_argo_refuses(cluster: Any, spec: dict[str, Any], words: str) -> None:
    errors = cluster.errors(f"kubernetes:{ARGO}:WorkflowTemplate", **template(**spec))
    assert any(words in error for error in errors), errors


def test_a_sensor_is_checked_with_the_model_of_argo_events(cluster: Any) -> None:
    spec = {"dependencies": [{"name": "d", "eventSourceName": "s", "eventNme": "e"}], "triggers": []}
    errors = cluster.errors(f"kubernetes:{ARGO}:Sensor", **named("sensor", "default"), spec=spec)
    assert any("eventNme" in error for error in errors), errors


def test_an_event_bus_has_one_kind(cluster: Any) -> None:
    metadata = named("default", "default")
    assert (
        cluster.errors(f"kubernetes:{ARGO}:EventBus", **metadata, spec={"jetstream": {"version": "2.10.10"}})
        == []
    )
    assert cluster.errors(f"kubernetes:{ARGO}:EventBus", **metadata, spec={}) != []
