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


def test_a_type_that_kubernetes_does_not_have_is_named(cluster: Any) -> None:
    with pytest.raises(NotModelledError, match=r"does not model Daemon of apps/v1"):
        cluster.errors("kubernetes:apps/v1:Daemon", **named("d"))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"replicas": 2**40}, "spec.replicas"),
        ({"replicas": "2"}, "spec.replicas"),
        ({"revisionHistoryLimit": True}, "spec.revisionHistoryLimit"),
    ],
)
def test_a_number_that_the_server_can_not_decode_is_refused(
    cluster: Any, spec: dict[str, Any], words: str
) -> None:
    errors = cluster.errors("kubernetes:apps/v1:Deployment", **named("d"), spec=spec)
    assert any(error.startswith(words) for error in errors), errors


def test_two_elements_with_the_same_key_are_refused(cluster: Any) -> None:
    secrets = [{"name": "registry"}, {"name": "registry"}]
    (error,) = cluster.errors("kubernetes:core/v1:ServiceAccount", **named("sa"), secrets=secrets)
    assert error == 'secrets[1] Duplicate value: {"name": "registry"}'
