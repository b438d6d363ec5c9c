"""Objects in a cluster: namespaces, names, secrets, unreachable API servers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azsandbox.errors import ArmError, NotModelledError
from azsandbox.schema.values import Secret


def named(name: str, namespace: str | None = None) -> dict[str, Any]:
    return {"metadata": {"name": name} | ({"namespace": namespace} if namespace else {})}


def test_a_namespace_must_exist_before_its_objects(cluster: Any) -> None:
    with pytest.raises(ArmError, match='namespaces "jobs" not found'):
        cluster.make("kubernetes:core/v1:ServiceAccount", **named("sa", "jobs"))
    cluster.make("kubernetes:core/v1:Namespace", **named("jobs"))
    assert cluster.make("kubernetes:core/v1:ServiceAccount", **named("sa", "jobs")).id == "jobs/sa"


def test_deleting_a_namespace_deletes_the_objects_in_it(cluster: Any) -> None:
    token = "kubernetes:core/v1:Namespace"
    namespace = cluster.make(token, **named("jobs"))
    cluster.make("kubernetes:core/v1:ServiceAccount", **named("sa", "jobs"))
    cluster.provider.delete(cluster.subject(token, namespace.id), namespace.inputs)
    assert cluster.provider.subscription.all() == []


def test_a_name_that_the_api_server_refuses(cluster: Any) -> None:
    (error,) = cluster.errors("kubernetes:core/v1:Namespace", **named("Jobs_1"))
    assert "is not a valid name" in error


def test_component_resources_that_are_not_modelled_are_named(cluster: Any) -> None:
    with pytest.raises(NotModelledError, match="declare its objects individually"):
        cluster.errors("kubernetes:yaml/v2:ConfigFile", file="x")


def test_an_api_server_that_no_cluster_in_the_sandbox_has_can_not_be_reached(cluster: Any) -> None:
    config = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c"}}],
        "clusters": [
            {"name": "c", "cluster": {"server": "https://gone.privatelink.westeurope.azmk8s.io:443"}}
        ],
    }
    cluster.provider.configure({"kubeconfig": json.dumps(config)})
    with pytest.raises(ArmError, match="no such host"):
        cluster.make("kubernetes:core/v1:Namespace", **named("jobs"))


def test_the_content_of_a_secret_is_stored_as_a_fingerprint(cluster: Any) -> None:
    token = "kubernetes:core/v1:Secret"
    state = cluster.make(token, **named("s", "default"), stringData={"password": "hunter2"})
    stored = "".join(
        str(resource.inputs) + str(resource.outputs) for resource in cluster.provider.subscription.all()
    )
    assert "hunter2" not in stored
    read = cluster.provider.read(cluster.subject(token, state.id), state.inputs, state.outputs)
    assert read.inputs["stringData"] in ({"password": "hunter2"}, Secret({"password": "hunter2"}))
