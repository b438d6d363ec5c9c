"""Objects as files that kubectl takes in their order; secrets stay behind."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import yaml

from azsandbox.export.contents import select
from azsandbox.export.kubernetes.manifests import CLUSTER_FILE, Manifests, manifests
from azsandbox.export.redaction import PLACEHOLDER

SIGNED = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}


def held(kind: str, name: str, namespace: str = "", api: str = "v1", **inputs: Any) -> dict[str, Any]:
    """A resource as Pulumi's state has it."""
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {
        "urn": f"urn:{kind}:{namespace}:{name}",
        "custom": True,
        "type": f"kubernetes:{api if '/' in api else f'core/{api}'}:{kind}",
        "id": f"{namespace}/{name}" if namespace else name,
        "inputs": {**inputs, "metadata": metadata, "kind": kind, "apiVersion": api},
    }


def made(*state: dict[str, Any]) -> Manifests:
    return manifests(select(state, "kubernetes").resources)


def objects(found: Manifests, file: str) -> list[Any]:
    return list(yaml.safe_load_all(found.files[file]))


def test_namespaces_come_first_and_accounts_before_what_binds_them() -> None:
    found = made(
        held("RoleBinding", "a", "one", "rbac.authorization.k8s.io/v1", roleRef={}, subjects=[]),
        held("ServiceAccount", "b", "one"),
        held("ClusterWorkflowTemplate", "a", api="argoproj.io/v1alpha1", spec={}),
        held("Namespace", "one"),
    )
    assert sorted(found.files) == [CLUSTER_FILE, "manifests/1-one.yaml"]
    assert [one["kind"] for one in objects(found, CLUSTER_FILE)] == ["Namespace", "ClusterWorkflowTemplate"]
    assert [one["kind"] for one in objects(found, "manifests/1-one.yaml")] == [
        "ServiceAccount",
        "RoleBinding",
    ]


def test_every_object_starts_with_what_it_is() -> None:
    found = made(held("ConfigMap", "c", "one", data={"on": "yes", "text": "a\nb\n"}))
    (one,) = objects(found, "manifests/1-one.yaml")
    assert list(one) == ["apiVersion", "kind", "metadata", "data"]
    assert one["data"] == {"on": "yes", "text": "a\nb\n"}


@pytest.mark.parametrize("content", [{"key": "aHVzaA=="}, SIGNED])
def test_a_secret_keeps_nothing_of_its_content_and_stays_one_that_a_server_takes(
    content: dict[str, str],
) -> None:
    found = made(held("Secret", "s", "one", data=content, stringData=content))
    (one,) = objects(found, "manifests/1-one.yaml")
    key = "redacted" if content is SIGNED else "key"
    assert base64.b64decode(one["data"][key]).decode() == PLACEHOLDER
    assert set(one["stringData"].values()) == {PLACEHOLDER}
    assert "aHVzaA==" not in "".join(found.files.values())


def test_a_release_is_values_and_an_entry_of_the_index() -> None:
    release = held("Release", "r", "one", "helm.sh/v3")
    release["inputs"] = {
        "chart": "oci://mirror.example/helm/argo-events",
        "version": "2.4.22",
        "namespace": "one",
        "name": "events",
        "values": {"controller": {"replicas": 2}},
        "__defaults": [],
    }
    found = made(release)
    assert found.files == {"releases/one-events.values.yaml": "controller:\n  replicas: 2\n"}
    assert found.releases[0]["chartName"] == "argo-events"
    assert found.objects == []


def test_what_the_stack_does_not_manage_is_left_out_and_named() -> None:
    read = held("Namespace", "theirs") | {"external": True}
    old = held("Namespace", "old") | {"delete": True}
    chosen = select([read, old, held("Namespace", "ours")], "kubernetes")
    assert [one.id for one in chosen.resources] == ["ours"]
    assert [(one["id"], one["reason"]) for one in chosen.left_out] == [
        ("theirs", "only read by the program: another stack manages it"),
        ("old", "replaced, and waiting for its deletion"),
    ]
