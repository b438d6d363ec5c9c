"""Which clusters are on a server, and what is left of one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azsandbox.arm.subscription import Resource
from azsandbox.errors import OptionError, SandboxError
from azsandbox.kubernetes import backends
from azsandbox.kubernetes.apiserver import control_planes
from azsandbox.kubernetes.apiserver.control_planes import remove_unused
from azsandbox.kubernetes.cluster import Cluster

KUBECONFIG = """
current-context: c
contexts: [{name: c, context: {cluster: c}}]
clusters: [{name: c, cluster: {server: "https://one.example.com"}}]
"""


def test_a_cluster_stays_with_what_it_was_created_with(planes: Callable[[str | None], Any]) -> None:
    wanted, unset, model = planes("apiserver"), planes(None), planes("model")
    cluster = Cluster(wanted.subscription, KUBECONFIG)
    assert unset.instance(cluster, create=True) is None
    instance = wanted.instance(cluster, create=True)
    assert instance
    assert unset.instance(cluster, create=True) == instance
    with pytest.raises(SandboxError, match=r"--kubernetes model: .* are on an API server, and are not moved"):
        model.instance(cluster, create=True)


def test_a_cluster_with_objects_in_the_model_is_not_moved(planes: Callable[[str | None], Any]) -> None:
    wanted = planes("apiserver")
    cluster = Cluster(wanted.subscription, KUBECONFIG)
    space = cluster.id("v1", "Namespace", "", "jobs")
    wanted.subscription.put(
        Resource(id=space, token="kubernetes:core/v1:Namespace", kind="kubernetes/Namespace")
    )
    assert wanted.instance(cluster, create=False) is None
    with pytest.raises(SandboxError, match="are in the sandbox's model, and are not moved"):
        wanted.instance(cluster, create=True)


def test_two_clusters_have_two_servers(planes: Callable[[str | None], Any]) -> None:
    wanted = planes("apiserver")
    clusters = [Cluster(wanted.subscription, KUBECONFIG.replace("one", name)) for name in ("one", "two")]
    assert len({wanted.instance(cluster, create=True) for cluster in clusters}) == 2


def test_the_data_of_a_cluster_is_removed_with_it(
    planes: Callable[[str | None], Any], tmp_path: Path
) -> None:
    wanted = planes("apiserver")
    cluster = Cluster(wanted.subscription, KUBECONFIG)
    data = tmp_path / control_planes.FOLDER / wanted.instance(cluster, create=True)
    data.mkdir(parents=True)
    remove_unused(wanted.subscription, tmp_path)
    assert data.is_dir()
    wanted.subscription.remove(f"{cluster.root}/server")
    remove_unused(wanted.subscription, tmp_path)
    assert not data.exists()


def test_only_known_backends_can_be_chosen() -> None:
    assert backends.chosen(None, {}) is None
    assert backends.chosen(None, {backends.VARIABLE: "apiserver"}) == "apiserver"
    assert backends.chosen("model", {backends.VARIABLE: "apiserver"}) == "model"
    with pytest.raises(OptionError, match=r"AZSANDBOX_KUBERNETES 'kind' .* choose one of model, apiserver"):
        backends.chosen(None, {backends.VARIABLE: "kind"})


@pytest.mark.slow
@pytest.mark.xdist_group("apiserver")
def test_more_clusters_than_may_run_take_turns(
    new_cluster: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_planes, "LIMIT", 1)
    cluster = new_cluster()
    token = "kubernetes:core/v1:ConfigMap"
    for name in ("one", "two", "one"):
        cluster.provider.configure({"kubeconfig": KUBECONFIG.replace("one", name)})
        state = cluster.make(token, metadata={"name": "c"}, data={"a": name})
        assert cluster.read(token, state).outputs["data"] == {"a": name}
        assert len(cluster.planes._connections) == 1
    cluster.planes.close()


_OWNER = """
import sys
from pathlib import Path
from azsandbox.arm.subscription import Subscription
from azsandbox.kubernetes.apiserver.control_planes import ControlPlanes
folder = Path(sys.argv[1])
(folder / "other").mkdir()
subscription = Subscription.open(folder / "subscription.sqlite")
planes = ControlPlanes(subscription, folder, folder / "other", "apiserver")
with planes.lease("shared", "it", "10.0.0.0/16"):
    (connection,) = planes._connections.values()
    print(*[child.pid for child in connection.server._running], flush=True)
    sys.stdin.read()
planes.close()
"""


@pytest.mark.slow
@pytest.mark.xdist_group("apiserver")
def test_a_second_session_uses_the_server_of_the_first_and_takes_over_when_that_is_killed(
    new_cluster: Callable[[], Any],
) -> None:
    planes = new_cluster().planes
    command = [sys.executable, "-c", _OWNER, str(planes._folder.parent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        started = [int(text) for text in owner.stdout.readline().split()]
        with planes.lease("shared", "it", "10.0.0.0/16") as api:
            assert api.request("GET", "/readyz").status == 200
        assert planes._connections["shared"].owner == owner.pid
        owner.kill()
        owner.wait()
        deadline = time.monotonic() + 10
        while any(_runs(pid) for pid in started):  # without its session, no server is left
            assert time.monotonic() < deadline
            time.sleep(0.1)
        with planes.lease("shared", "it", "10.0.0.0/16") as api:
            assert api.request("GET", "/readyz").status == 200
        assert planes._connections["shared"].server is not None


def _runs(pid: int) -> bool:
    state = subprocess.run(
        ["/bin/ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state.strip()) and not state.startswith("Z") and pid != os.getpid()
