"""Objects in the cluster: as strict as an API server, Argo's types included."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError, NotModelledError
from azsandbox.kubernetes.provider import Kubernetes
from azsandbox.pulumi.provider.backend import State, Subject
from azsandbox.schema.values import UNKNOWN, Secret

ARGO = "argoproj.io/v1alpha1"


class Cluster:
    """A cluster without AKS around it."""

    def __init__(self) -> None:
        self.provider = Kubernetes(Subscription.open(":memory:"))
        self.provider.configure({})

    def subject(self, token: str, identifier: str = "") -> Subject:
        return Subject(urn=f"urn:pulumi:t::t::{token}::it", token=token, id=identifier)

    def errors(self, token: str, **inputs: Any) -> list[str]:
        found = self.provider.check(self.subject(token), {}, inputs, b"seed").problems
        return [f"{one.path} {one.message}" for one in found if not one.warning]

    def make(self, token: str, **inputs: Any) -> State:
        checked = self.provider.check(self.subject(token), {}, inputs, b"seed")
        assert [one for one in checked.problems if not one.warning] == []
        return self.provider.create(self.subject(token), checked.inputs)


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


def named(name: str, namespace: str | None = None) -> dict[str, Any]:
    return {"metadata": {"name": name} | ({"namespace": namespace} if namespace else {})}


def test_a_field_that_kubernetes_does_not_have_is_named_with_a_suggestion(cluster: Cluster) -> None:
    spec = {"podSelecter": {}, "policyTypes": ["Ingress"]}
    found = cluster.errors("kubernetes:networking.k8s.io/v1:NetworkPolicy", **named("deny"), spec=spec)
    assert any("has no field 'podSelecter'; did you mean 'podSelector'?" in one for one in found)


def test_a_value_of_the_wrong_type_is_refused_by_path(cluster: Cluster) -> None:
    spec = {"hard": {"pods": ["ten"]}}
    found = cluster.errors("kubernetes:core/v1:ResourceQuota", **named("quota"), spec=spec)
    assert any(one.startswith("spec.hard.pods") for one in found)


def test_what_a_preview_does_not_know_is_no_problem(cluster: Cluster) -> None:
    metadata = {
        "name": "sa",
        "namespace": UNKNOWN,
        "annotations": {"azure.workload.identity/client-id": UNKNOWN},
    }
    assert cluster.errors("kubernetes:core/v1:ServiceAccount", metadata=metadata) == []


def test_a_namespace_comes_first(cluster: Cluster) -> None:
    with pytest.raises(ArmError, match='namespaces "jobs" not found'):
        cluster.make("kubernetes:core/v1:ServiceAccount", **named("sa", "jobs"))
    cluster.make("kubernetes:core/v1:Namespace", **named("jobs"))
    assert cluster.make("kubernetes:core/v1:ServiceAccount", **named("sa", "jobs")).id == "jobs/sa"


def test_a_namespace_takes_everything_in_it_along(cluster: Cluster) -> None:
    token = "kubernetes:core/v1:Namespace"
    space = cluster.make(token, **named("jobs"))
    cluster.make("kubernetes:core/v1:ServiceAccount", **named("sa", "jobs"))
    cluster.provider.delete(cluster.subject(token, space.id), space.inputs)
    assert cluster.provider.subscription.all() == []


def test_names_that_an_api_server_refuses(cluster: Cluster) -> None:
    (found,) = cluster.errors("kubernetes:core/v1:Namespace", **named("Jobs_1"))
    assert "is no valid name" in found


def release(chart: str = "argo-workflows", **more: Any) -> dict[str, Any]:
    return {"name": chart, "chart": chart, "version": "1.0.0", "namespace": "default", **more}


def template(**spec: Any) -> dict[str, Any]:
    whole = {
        "entrypoint": "main",
        "templates": [{"name": "main", "container": {"image": "registry/image@sha256:0"}}],
    }
    return {"metadata": {"name": "wf", "namespace": "default"}, "spec": {**whole, **spec}}


def test_custom_types_come_with_their_release(cluster: Cluster) -> None:
    token = f"kubernetes:{ARGO}:WorkflowTemplate"
    with pytest.raises(ArmError, match=r'no matches for kind "WorkflowTemplate"'):
        cluster.make(token, **template())
    cluster.make("kubernetes:helm.sh/v3:Release", **release())
    cluster.make(token, **template())


def test_a_release_without_its_types_installs_none(cluster: Cluster) -> None:
    cluster.make("kubernetes:helm.sh/v3:Release", **release(values={"crds": {"install": False}}))
    with pytest.raises(ArmError, match="no matches for kind"):
        cluster.make(f"kubernetes:{ARGO}:WorkflowTemplate", **template())


def test_charts_and_values_that_are_not_known_are_named(cluster: Cluster) -> None:
    (found,) = cluster.errors("kubernetes:helm.sh/v3:Release", **release(values={"controler": {}}))
    assert "values.controler chart argo-workflows has no such value; did you mean 'controller'?" in found
    with pytest.raises(NotModelledError, match="does not model the Helm chart 'grafana'"):
        cluster.errors("kubernetes:helm.sh/v3:Release", **release("grafana"))
    assert cluster.errors("kubernetes:helm.sh/v3:Release", **release(chrt="x"))[0].startswith(
        "chrt a Release has no"
    )


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"entrypiont": "main"}, "spec.entrypiont is no field of Argo's; did you mean 'entrypoint'?"),
        ({"entrypoint": "mian"}, "'mian' is no template here; did you mean 'main'?"),
        ({"parallelism": "many"}, "spec.parallelism"),
        (
            {"templates": [{"name": "main", "dag": {"tasks": [{"name": "a", "template": "none"}]}}]},
            "template 'none' does not exist",
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
            "depends on 'b', which is no task",
        ),
    ],
)
def test_workflows_that_argo_refuses(cluster: Cluster, spec: dict[str, Any], words: str) -> None:
    found = cluster.errors(f"kubernetes:{ARGO}:WorkflowTemplate", **template(**spec))
    assert any(words in one for one in found), found


def test_a_sensor_is_checked_with_argo_events_own_model(cluster: Cluster) -> None:
    spec = {"dependencies": [{"name": "d", "eventSourceName": "s", "eventNme": "e"}], "triggers": []}
    found = cluster.errors(f"kubernetes:{ARGO}:Sensor", **named("sensor", "default"), spec=spec)
    assert any("eventNme" in one for one in found), found


def test_an_event_bus_has_one_kind(cluster: Cluster) -> None:
    place = named("default", "default")
    assert (
        cluster.errors(f"kubernetes:{ARGO}:EventBus", **place, spec={"jetstream": {"version": "2.10.10"}})
        == []
    )
    assert cluster.errors(f"kubernetes:{ARGO}:EventBus", **place, spec={}) != []


def test_an_unknown_custom_type_is_named(cluster: Cluster) -> None:
    with pytest.raises(NotModelledError, match=r"knows no Dashboard of grafana\.com/v1"):
        cluster.errors("kubernetes:grafana.com/v1:Dashboard", **named("d"))


def test_components_that_need_a_real_provider_are_named(cluster: Cluster) -> None:
    with pytest.raises(NotModelledError, match="declare its objects one by one"):
        cluster.errors("kubernetes:yaml/v2:ConfigFile", file="x")


def test_an_api_server_that_no_modelled_cluster_has_can_not_be_reached(cluster: Cluster) -> None:
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


def test_a_secrets_content_is_kept_as_a_fingerprint(cluster: Cluster) -> None:
    token = "kubernetes:core/v1:Secret"
    state = cluster.make(token, **named("s", "default"), stringData={"password": "hunter2"})
    stored = "".join(str(one.inputs) + str(one.outputs) for one in cluster.provider.subscription.all())
    assert "hunter2" not in stored
    read = cluster.provider.read(cluster.subject(token, state.id), state.inputs, state.outputs)
    assert read.inputs["stringData"] in ({"password": "hunter2"}, Secret({"password": "hunter2"}))
