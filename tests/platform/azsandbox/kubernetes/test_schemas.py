"""Manifests are checked against Kubernetes' strict schemas."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import NotModelledError
from azsandbox.schema.values import UNKNOWN


def named(name: str, namespace: str | None = None) -> dict[str, Any]:
    return {"metadata": {"name": name} | ({"namespace": namespace} if namespace else {})}


def test_a_field_that_kubernetes_does_not_have_is_named_with_a_suggestion(cluster: Any) -> None:
    spec = {"podSelecter": {}, "policyTypes": ["Ingress"]}
    errors = cluster.errors("kubernetes:networking.k8s.io/v1:NetworkPolicy", **named("deny"), spec=spec)
    assert any("has unknown field 'podSelecter'; did you mean 'podSelector'?" in error for error in errors)


def test_a_value_of_the_wrong_type_is_refused_by_path(cluster: Any) -> None:
    spec = {"hard": {"pods": ["ten"]}}
    errors = cluster.errors("kubernetes:core/v1:ResourceQuota", **named("quota"), spec=spec)
    assert any(error.startswith("spec.hard.pods") for error in errors)


def test_a_value_that_a_preview_does_not_know_is_not_a_problem(cluster: Any) -> None:
    metadata = {
        "name": "sa",
        "namespace": UNKNOWN,
        "annotations": {"azure.workload.identity/client-id": UNKNOWN},
    }
    assert cluster.errors("kubernetes:core/v1:ServiceAccount", metadata=metadata) == []


def test_a_custom_type_without_a_schema_is_named(cluster: Any) -> None:
    with pytest.raises(NotModelledError, match=r"does not model Dashboard of grafana\.com/v1"):
        cluster.errors("kubernetes:grafana.com/v1:Dashboard", **named("d"))
