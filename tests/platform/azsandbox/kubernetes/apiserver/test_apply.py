"""What is told about a server's answers; `make apiserver` has the server itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from azsandbox.kubernetes.apiserver.apply import apply_all
from azsandbox.kubernetes.apiserver.client import Answer, Api, warnings
from azsandbox.kubernetes.apiserver.pods import made_of

Values = dict[str, Any]
TYPES = {
    "/api/v1": [("namespaces", "Namespace", False), ("resourcequotas", "ResourceQuota", True)],
    "/apis/apps/v1": [("statefulsets", "StatefulSet", True)],
    "/apis/argoproj.io/v1alpha1": [("eventbus", "EventBus", True)],
}


class Scripted(Api):
    """The server's side of the wire, by script: it keeps what it is sent and answers as told."""

    def __init__(self, answers: dict[str, Answer] | None = None, *, restless: bool = False) -> None:
        self._paths = {}
        self.answers = answers or {}
        self.restless = restless
        self.sent: list[str] = []

    def request(
        self, method: str, path: str, body: Values | None = None, *, content: str = "application/json"
    ) -> Answer:
        del content
        if method == "GET":
            held = [{"name": n, "kind": k, "namespaced": s} for n, k, s in TYPES.get(path, [])]
            return Answer(status=200, body={"resources": held})
        assert body is not None
        self.sent.append(path)
        version = str(len(self.sent)) if self.restless else "1"
        good = Answer(status=201, body={"metadata": {"resourceVersion": version}})
        return self.answers.get(body["kind"], good)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    def write(name: str, *objects: Values) -> None:
        (tmp_path / name).write_text(yaml.safe_dump_all(objects))

    write(
        "1-one.yaml",
        thing("ResourceQuota", "q", "v1", "one"),
        thing("EventBus", "b", "argoproj.io/v1alpha1", "one"),
    )
    write(
        "0-cluster.yaml",
        thing("Namespace", "one", "v1"),
        thing("InstanceType", "i", "amlarc.azureml.com/v1alpha1"),
    )
    return tmp_path


def thing(kind: str, name: str, api: str, namespace: str | None = None) -> Values:
    spec = {"jetstream": {"securityContext": {"runAsNonRoot": True}}} if kind == "EventBus" else {}
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec}


def test_objects_go_in_the_order_of_the_files_and_twice(folder: Path) -> None:
    api = Scripted()
    report = apply_all(api, folder)
    assert report.good
    assert report.accepted == ["Namespace one", "ResourceQuota one/q", "EventBus one/b"]
    assert [one.partition("?")[0] for one in api.sent] == [
        "/api/v1/namespaces/one",
        "/api/v1/namespaces/one/resourcequotas/q",
        "/apis/argoproj.io/v1alpha1/namespaces/one/eventbus/b",
        "/apis/apps/v1/namespaces/one/statefulsets/eventbus-b-js",
        "/api/v1/namespaces/one",
        "/api/v1/namespaces/one/resourcequotas/q",
        "/apis/argoproj.io/v1alpha1/namespaces/one/eventbus/b",
    ]
    assert [("dryRun=All" in one) for one in api.sent] == [False, False, False, True, False, False, False]
    assert all("fieldValidation=Strict" in one for one in api.sent)


def test_an_object_whose_type_nobody_has_is_left_out_with_the_reason(folder: Path) -> None:
    report = apply_all(Scripted(), folder)
    assert report.left_out == {
        "InstanceType i": "the Azure ML extension installs its type in Azure; no package carries it"
    }


def test_refusals_warnings_and_restless_objects_are_no_success(folder: Path) -> None:
    refused = apply_all(
        Scripted({"ResourceQuota": Answer(status=422, body={"message": "no such quantity"})}), folder
    )
    assert (refused.good, refused.refused) == (False, {"ResourceQuota one/q": "422 no such quantity"})

    warned = Answer(status=201, body={"metadata": {}}, warnings=("would violate PodSecurity",))
    report = apply_all(Scripted({"StatefulSet": warned}), folder)
    assert (report.good, report.warned) == (
        False,
        {"StatefulSet one/eventbus-b-js of EventBus one/b": ["would violate PodSecurity"]},
    )

    restless = apply_all(Scripted(restless=True), folder)
    assert (restless.good, restless.changed_again) == (False, restless.accepted)


def test_a_type_that_the_server_does_not_have_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(thing("Sensor", "s", "argoproj.io/v1alpha1", "one")))
    report = apply_all(Scripted(), tmp_path)
    assert report.refused == {"Sensor one/s": "the server has no type Sensor in argoproj.io/v1alpha1"}


def test_the_bus_hands_its_security_and_its_bounds_to_the_pods() -> None:
    mine = {"securityContext": {"runAsNonRoot": True}, "resources": {"limits": {"cpu": "1"}}}
    spec = {"jetstream": {"securityContext": {"fsGroup": 1}, "reloaderContainerTemplate": mine}}
    (made,) = made_of({"kind": "EventBus", "metadata": {"name": "b", "namespace": "one"}, "spec": spec})
    pod = made["spec"]["template"]["spec"]
    main, reloader, metrics = pod["containers"]
    assert pod["securityContext"] == {"fsGroup": 1}
    assert reloader == {"name": "reloader", "image": "image", **mine}
    assert metrics == {"name": "metrics", "image": "image"}
    assert {"livenessProbe", "readinessProbe"} <= set(main)


def test_a_step_of_a_workflow_is_asked_for_with_the_security_that_argo_gives_it() -> None:
    steps = [
        {"name": "dag", "dag": {"tasks": []}},
        {"name": "own", "container": {"image": "i"}, "securityContext": {"runAsUser": 1}},
        {"name": "common", "container": {"image": "i"}},
    ]
    spec = {"templates": steps, "securityContext": {"runAsUser": 2}}
    own, common = made_of({"kind": "WorkflowTemplate", "metadata": {"name": "w"}, "spec": spec})
    assert [one["metadata"]["name"] for one in (own, common)] == ["w-own", "w-common"]
    assert own["spec"]["template"]["spec"]["securityContext"] == {"runAsUser": 1}
    assert common["spec"]["template"]["spec"]["securityContext"] == {"runAsUser": 2}


def test_a_listener_is_asked_for_with_the_security_of_its_template() -> None:
    template = {"securityContext": {"runAsUser": 1}, "container": {"securityContext": {"privileged": True}}}
    source = {"kind": "EventSource", "metadata": {"name": "s"}, "spec": {"template": template}}
    (made,) = made_of(source)
    pod = made["spec"]["template"]["spec"]
    assert (pod["securityContext"], pod["containers"][0]["securityContext"]) == (
        {"runAsUser": 1},
        {"privileged": True},
    )


def test_warnings_are_taken_from_their_headers() -> None:
    headers = ['299 - "one \\"quoted\\"", 299 - "two"', '299 - "three, four"']
    assert warnings(headers) == ['one "quoted"', "two", "three, four"]
