"""Who may start pods in the namespace of jobs, judged by a real API server."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from azsandbox.arm.subscription import Subscription
from azsandbox.kubernetes.apiserver import build
from azsandbox.kubernetes.apiserver.client import Api
from azsandbox.kubernetes.apiserver.control_planes import ControlPlanes
from azsandbox.kubernetes.backends import APISERVER
from azsandbox.kubernetes.cluster import Cluster

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("apiserver")]
CREATED, FORBIDDEN = 201, 403
PODS = "/api/v1/namespaces/jobs/pods"
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "spec": {
        "containers": [{"name": "c", "image": "cr.example.com/i:1"}],
        "automountServiceAccountToken": False,
    },
}
EVERYBODY = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "everybody"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
    "subjects": [
        {"kind": "Group", "name": "system:serviceaccounts", "apiGroup": "rbac.authorization.k8s.io"}
    ],
}


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """An administrator's client of an API server with namespace `jobs`."""
    if build.find() is None:
        if "CI" in os.environ:
            pytest.fail(build.MISSING, pytrace=False)
        pytest.skip(build.MISSING)
    (tmp_path / "session").mkdir()
    subscription = Subscription.open(tmp_path / "subscription.sqlite")
    planes = ControlPlanes(subscription, tmp_path, tmp_path / "session", APISERVER)
    instance = planes.instance(Cluster(subscription, None), create=True)
    assert instance is not None
    with planes.lease(instance, "test", "10.60.0.0/16") as client:
        for name in ("jobs", "azureml", "roastery"):
            space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
            assert client.request("POST", "/api/v1/namespaces", space).status == CREATED
            account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}
            client.request("POST", f"/api/v1/namespaces/{name}/serviceaccounts", account)
        bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
        assert client.request("POST", bindings, EVERYBODY).status == CREATED
        yield client
    planes.close()
    subscription.close()


def create(api: Api, name: str, user: str | None = None) -> tuple[int, str]:
    """Creates a pod as an administrator, or as a service account `namespace:name`; status and message."""
    body = json.dumps({**POD, "metadata": {"name": name}})
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}
    if user is not None:
        headers |= {"Impersonate-User": f"system:serviceaccount:{user}"}
    host = urllib.parse.urlsplit(api.address)
    context = ssl.create_default_context(cafile=str(api.certificate))
    connection = http.client.HTTPSConnection(host.hostname or "", host.port, context=context, timeout=60)
    connection.request("POST", PODS, body, headers)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, str(answer.get("message", ""))


def test_only_azure_ml_and_the_clusters_controllers_start_pods_there(attached: Any, api: Api) -> None:
    group = "/apis/admissionregistration.k8s.io/v1"
    for registration in attached:
        if registration.name == "jobs-creators":
            kind = registration.inputs["kind"]
            path = "policies" if kind == "ValidatingAdmissionPolicy" else "policybindings"
            answer = api.request("POST", f"{group}/validatingadmission{path}", registration.inputs)
            assert answer.status == CREATED, answer.message

    deadline = time.monotonic() + 60
    while (refusal := create(api, f"first-{time.monotonic_ns()}"))[0] == CREATED:
        assert time.monotonic() < deadline, "the policy takes no effect"
        time.sleep(0.2)

    assert refusal[0] in {FORBIDDEN, 422}
    assert "only Azure ML's extension starts pods in jobs" in refusal[1]
    assert create(api, "foreign", "roastery:default")[0] == refusal[0]
    assert create(api, "own", "jobs:default")[0] == refusal[0]
    assert create(api, "model", "azureml:default") == (CREATED, "")
    assert create(api, "replica", "kube-system:replicaset-controller") == (CREATED, "")
