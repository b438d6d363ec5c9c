"""Helm releases bring custom resource definitions; charts and values are checked."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError, NotModelledError

ARGO = "argoproj.io/v1alpha1"


def release(chart: str = "argo-workflows", **more: Any) -> dict[str, Any]:
    return {"name": chart, "chart": chart, "version": "1.0.0", "namespace": "default", **more}


WORKFLOW: dict[str, Any] = {
    "metadata": {"name": "wf", "namespace": "default"},
    "spec": {
        "entrypoint": "main",
        "templates": [{"name": "main", "container": {"image": "registry/image@sha256:0"}}],
    },
}


def test_a_release_installs_its_custom_resource_definitions(cluster: Any) -> None:
    token = f"kubernetes:{ARGO}:WorkflowTemplate"
    with pytest.raises(ArmError, match=r'no matches for kind "WorkflowTemplate"'):
        cluster.make(token, **WORKFLOW)
    cluster.make("kubernetes:helm.sh/v3:Release", **release())
    cluster.make(token, **WORKFLOW)


def test_a_release_can_leave_its_custom_resource_definitions_out(cluster: Any) -> None:
    cluster.make("kubernetes:helm.sh/v3:Release", **release(values={"crds": {"install": False}}))
    with pytest.raises(ArmError, match="no matches for kind"):
        cluster.make(f"kubernetes:{ARGO}:WorkflowTemplate", **WORKFLOW)


def test_unknown_charts_and_values_are_named(cluster: Any) -> None:
    (error,) = cluster.errors("kubernetes:helm.sh/v3:Release", **release(values={"controler": {}}))
    assert "values.controler is not a value of chart argo-workflows; did you mean 'controller'?" in error
    with pytest.raises(NotModelledError, match="does not model the Helm chart 'grafana'"):
        cluster.errors("kubernetes:helm.sh/v3:Release", **release("grafana"))
    assert cluster.errors("kubernetes:helm.sh/v3:Release", **release(chrt="x"))[0].startswith(
        "chrt is not a property of a Release"
    )
