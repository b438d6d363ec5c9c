"""The report on what an API server accepts and refuses; `make apiserver` runs the real server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from azsandbox.kubernetes.apiserver.apply import apply_all
from azsandbox.kubernetes.apiserver.client import Api, ApiResponse

Values = dict[str, Any]


TYPES = {
    "/api/v1": [("namespaces", "Namespace", False), ("resourcequotas", "ResourceQuota", True)],
    "/apis/apps/v1": [("statefulsets", "StatefulSet", True)],
    "/apis/argoproj.io/v1alpha1": [("eventbus", "EventBus", True)],
}


class ScriptedApi(Api):
    """An API server with scripted responses by kind; it records the paths of the requests."""

    def __init__(self, responses: dict[str, ApiResponse] | None = None, *, unstable: bool = False) -> None:
        self._paths = {}
        self.responses = responses or {}
        self.unstable = unstable
        self.sent: list[str] = []

    def request(
        self, method: str, path: str, body: Values | None = None, *, content: str = "application/json"
    ) -> ApiResponse:
        del content
        if method == "GET":
            resources = [{"name": n, "kind": k, "namespaced": s} for n, k, s in TYPES.get(path, [])]
            return ApiResponse(status=200, body={"resources": resources})
        assert body is not None
        self.sent.append(path)
        version = str(len(self.sent)) if self.unstable else "1"
        success = ApiResponse(status=201, body={"metadata": {"resourceVersion": version}})
        return self.responses.get(body["kind"], success)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    def write(name: str, *objects: Values) -> None:
        (tmp_path / name).write_text(yaml.safe_dump_all(objects))

    write(
        "1-one.yaml",
        manifest("ResourceQuota", "q", "v1", "one"),
        manifest("EventBus", "b", "argoproj.io/v1alpha1", "one"),
    )
    write(
        "0-cluster.yaml",
        manifest("Namespace", "one", "v1"),
    )
    return tmp_path


def manifest(kind: str, name: str, api: str, namespace: str | None = None) -> Values:
    spec = {"jetstream": {"securityContext": {"runAsNonRoot": True}}} if kind == "EventBus" else {}
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec}


def test_objects_are_applied_twice_in_the_order_of_the_files(folder: Path) -> None:
    api = ScriptedApi()
    report = apply_all(api, folder)
    assert report.good
    assert report.accepted == ["Namespace one", "ResourceQuota one/q", "EventBus one/b"]
    assert [path.partition("?")[0] for path in api.sent] == [
        "/api/v1/namespaces/one",
        "/api/v1/namespaces/one/resourcequotas/q",
        "/apis/argoproj.io/v1alpha1/namespaces/one/eventbus/b",
        "/apis/apps/v1/namespaces/one/statefulsets/eventbus-b-js",
        "/api/v1/namespaces/one",
        "/api/v1/namespaces/one/resourcequotas/q",
        "/apis/argoproj.io/v1alpha1/namespaces/one/eventbus/b",
    ]
    assert [("dryRun=All" in path) for path in api.sent] == [False, False, False, True, False, False, False]
    assert all("fieldValidation=Strict" in path for path in api.sent)


def test_refusals_warnings_and_changes_by_the_second_apply_are_a_failure(folder: Path) -> None:
    refused = apply_all(
        ScriptedApi({"ResourceQuota": ApiResponse(status=422, body={"message": "no such quantity"})}), folder
    )
    assert (refused.good, refused.refused) == (False, {"ResourceQuota one/q": "422 no such quantity"})

    warned = ApiResponse(status=201, body={"metadata": {}}, warnings=("would violate PodSecurity",))
    report = apply_all(ScriptedApi({"StatefulSet": warned}), folder)
    assert (report.good, report.warned) == (
        False,
        {"StatefulSet one/eventbus-b-js of EventBus one/b": ["would violate PodSecurity"]},
    )

    unstable = apply_all(ScriptedApi(unstable=True), folder)
    assert (unstable.good, unstable.changed_again) == (False, unstable.accepted)


def test_a_type_that_the_server_does_not_have_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(manifest("Sensor", "s", "argoproj.io/v1alpha1", "one")))
    report = apply_all(ScriptedApi(), tmp_path)
    assert report.refused == {"Sensor one/s": "the server has no type Sensor in argoproj.io/v1alpha1"}
