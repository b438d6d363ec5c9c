"""What a real API server refuses, takes, stores and deletes, through the provider's calls."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.schema.values import UNKNOWN, Secret, reveal

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("apiserver")]
NAMESPACE, CONFIG, SECRET = (f"kubernetes:core/v1:{kind}" for kind in ("Namespace", "ConfigMap", "Secret"))
POD, SERVICE, CLAIM = (f"kubernetes:core/v1:{kind}" for kind in ("Pod", "Service", "PersistentVolumeClaim"))
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
DEFINITION = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
RELEASE = "kubernetes:helm.sh/v3:Release"
CONTAINERS = {"containers": [{"name": "c", "image": "i"}]}


def named(name: str, namespace: str | None = None, **more: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, **({"namespace": namespace} if namespace else {}), **more}}


def deployment(**more: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": CONTAINERS}
    return {"selector": {"matchLabels": {"a": "b"}}, "template": template, **more}


@pytest.mark.parametrize(
    ("token", "inputs", "words"),
    [
        (DEPLOYMENT, {"spec": deployment(replicas=-1)}, "spec.replicas: Invalid value: -1"),
        (DEPLOYMENT, {"spec": deployment(replica=1)}, 'unknown field "spec.replica"'),
        (DEPLOYMENT, {"spec": {**deployment(), "selector": {"matchLabels": {"a": "x"}}}}, "does not match"),
        (
            POD,
            {"spec": {"containers": [{"name": "c", "image": "i", "env": [{"name": "A"}, {"name": "A"}]}]}},
            "duplicate entries for key",
        ),
        (SERVICE, {"spec": {"ports": [{"port": 0}]}}, "must be between 1 and 65535"),
        (CONFIG, {"data": {"no spaces": "x"}}, "a valid config key must consist of"),
    ],
)
@pytest.mark.parametrize("namespace", ["default", "not-there-yet"])
def test_a_check_refuses_in_the_words_of_the_server(
    served: Any, token: str, inputs: dict[str, Any], words: str, namespace: str
) -> None:
    (problem,) = served.check(token, {**named("wrong", namespace), **inputs})
    assert words in problem


def test_what_depends_on_an_object_that_does_not_exist_yet_is_refused_at_the_create_only(served: Any) -> None:
    inputs = {**named("early", "default"), "spec": {**CONTAINERS, "serviceAccountName": "later"}}
    assert served.check(POD, inputs) == []
    with pytest.raises(ArmError, match='serviceaccount "later" not found'):
        served.make(POD, **inputs)
    with pytest.raises(ArmError, match='namespaces "nowhere" not found'):
        served.make(CONFIG, **named("c", "nowhere"))


def test_a_preview_that_does_not_know_a_value_is_left_to_the_model(served: Any) -> None:
    assert served.check(CONFIG, {**named("c", "default"), "data": {"a": UNKNOWN}}) == []
    assert any("unknown field" in text for text in served.check(CONFIG, {**named("c"), "dat": UNKNOWN}))


def test_pod_security_refuses_a_pod_and_a_plain_namespace_takes_it(served: Any) -> None:
    served.make(NAMESPACE, **named("strict", labels={"pod-security.kubernetes.io/enforce": "restricted"}))
    (problem,) = served.check(POD, {**named("p", "strict"), "spec": CONTAINERS})
    assert 'violates PodSecurity "restricted:latest"' in problem
    privileged = {"containers": [{"name": "c", "image": "i", "securityContext": {"privileged": True}}]}
    served.make(POD, **named("p", "default"), spec=privileged)


def test_a_read_returns_the_written_inputs_although_the_server_stores_them_in_another_form(
    served: Any,
) -> None:
    hard = {"cpu": "1000m", "memory": "1024Mi"}
    quota = "kubernetes:core/v1:ResourceQuota"
    state = served.make(quota, **named("q", "default"), spec={"hard": hard})
    assert state.outputs["spec"]["hard"] == {"cpu": "1", "memory": "1Gi"}
    assert served.read(quota, state).inputs["spec"] == {"hard": hard}
    served.delete(quota, state)


def test_a_read_shows_what_somebody_else_has_changed(served: Any) -> None:
    state = served.make(CONFIG, **named("drifts", "default"), data={"a": "1", "b": "1"})
    served.update(CONFIG, state, data={"a": "2", "b": "1"})
    assert served.read(CONFIG, state).inputs["data"] == {"a": "2", "b": "1"}


def test_no_secret_is_in_the_files_of_the_server(served: Any) -> None:
    state = served.make(SECRET, **named("s", "default"), stringData={"password": "fjord-and-kettle"})
    assert state.outputs["data"] == Secret({"password": "ZmpvcmQtYW5kLWtldHRsZQ=="})
    assert served.read(SECRET, state).inputs == state.inputs
    folder = str(served.planes._folder.parent)
    for text in ("fjord-and-kettle", "ZmpvcmQtYW5kLWtldHRsZQ"):
        assert subprocess.run(["/bin/grep", "-rq", text, folder], check=False).returncode == 1


def test_a_definition_brings_a_type_and_takes_it_away(served: Any) -> None:
    token = "kubernetes:example.com/v1:Widget"
    size = {"type": "object", "properties": {"size": {"type": "integer", "maximum": 3}}}
    spec = {
        "group": "example.com",
        "scope": "Cluster",
        "names": {"kind": "Widget", "plural": "widgets", "singular": "widget"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": size}}},
            }
        ],
    }
    assert served.check(token, {**named("w"), "spec": {"size": 4}}) == []  # nothing knows it yet
    definition = served.make(DEFINITION, **named("widgets.example.com"), spec=spec)
    (problem,) = served.check(token, {**named("w"), "spec": {"size": 4}})
    assert "should be less than or equal to 3" in problem
    assert served.make(token, **named("w"), spec={"size": 3}).id == "w"
    served.delete(DEFINITION, definition)
    assert served.read(DEFINITION, definition).id == ""


def test_a_release_brings_argos_types(served: Any) -> None:
    token = "kubernetes:argoproj.io/v1alpha1:WorkflowTemplate"
    spec = {"entrypoint": "main", "templates": [{"name": "main", "container": {"image": "i"}}]}
    inputs = {**named("wf", "argo"), "spec": spec}
    with pytest.raises(ArmError, match='no matches for kind "WorkflowTemplate"'):
        served.make(token, **inputs)
    release = {"name": "argo", "chart": "argo-workflows", "version": "1", "namespace": "argo"}
    served.make(RELEASE, **release, createNamespace=True)
    served.make(token, **inputs)
    wrong = [{"name": "main", "container": {"imag": "i"}}]
    (problem,) = served.check(token, {**inputs, "spec": {**spec, "templates": wrong}})
    assert 'unknown field "spec.templates[0].container.imag"' in problem
    (problem,) = served.check(token, {**inputs, "spec": {**spec, "entrypoint": "mian"}})
    assert "template 'mian' is not defined" in problem  # by the model: no definition says so


def test_a_name_that_the_server_generates_is_the_id(served: Any) -> None:
    state = served.make(CONFIG, metadata={"generateName": "run-", "namespace": "default"})
    assert state.id.startswith("default/run-")
    assert served.read(CONFIG, state).inputs == state.inputs
    served.delete(CONFIG, state)
    assert served.read(CONFIG, state).id == ""


def test_what_controllers_hold_back_is_deleted_too(served: Any) -> None:
    namespace = served.make(NAMESPACE, **named("full"))
    inside = served.make(CONFIG, **named("c", "full"))
    request = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    claim = served.make(CLAIM, **named("claim", "full"), spec=request)
    served.delete(CLAIM, claim)
    assert served.read(CLAIM, claim).id == ""
    served.make(CLAIM, **named("claim", "full"), spec=request)
    served.delete(NAMESPACE, namespace)
    assert [served.read(NAMESPACE, namespace).id, served.read(CONFIG, inside).id] == ["", ""]
    served.make(NAMESPACE, **named("full"))


def test_a_change_that_replaces_is_judged_as_a_new_object(served: Any) -> None:
    state = served.make(DEPLOYMENT, **named("web", "default"), spec=deployment())
    other = deployment()
    other["selector"] = {"matchLabels": {"a": "c"}}
    (problem,) = served.check(DEPLOYMENT, {**state.inputs, "spec": other}, state.inputs)
    assert "does not match template `labels`" in problem
    other["template"] = {"metadata": {"labels": {"a": "c"}}, "spec": CONTAINERS}
    assert served.check(DEPLOYMENT, {**state.inputs, "spec": other}, state.inputs) == []


@pytest.mark.parametrize("process", [0, 1], ids=["etcd", "kube-apiserver"])
def test_a_server_that_was_killed_is_started_again_with_its_objects(
    new_cluster: Callable[[], Any], process: int, capfd: pytest.CaptureFixture[str]
) -> None:
    cluster = new_cluster()
    state = cluster.make(CONFIG, **named("c", "default"), data={"a": "1"})
    (connection,) = cluster.planes._connections.values()
    pids = [child.pid for child in connection.server._running]
    os.kill(pids[process], signal.SIGKILL)
    assert cluster.read(CONFIG, state).outputs["data"] == {"a": "1"}
    assert reveal(cluster.update(CONFIG, state, data={"a": "2"}).outputs)["data"] == {"a": "2"}
    assert "it is started again" in capfd.readouterr().err
    cluster.planes.close()
