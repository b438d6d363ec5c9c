"""Objects as files that kubectl applies in order; secrets are left out."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import yaml

from azsandbox.export.contents import select
from azsandbox.export.kubernetes.manifests import CLUSTER_FILE, Manifests, manifests
from azsandbox.export.redaction import PLACEHOLDER

SIGNED = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}


def resource(kind: str, name: str, namespace: str = "", api: str = "v1", **inputs: Any) -> dict[str, Any]:
    """A resource as Pulumi's state has it."""
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {
        "urn": f"urn:{kind}:{namespace}:{name}",
        "custom": True,
        "type": f"kubernetes:{api if '/' in api else f'core/{api}'}:{kind}",
        "id": f"{namespace}/{name}" if namespace else name,
        "inputs": {**inputs, "metadata": metadata, "kind": kind, "apiVersion": api},
    }


def export(*state: dict[str, Any]) -> Manifests:
    return manifests(select(state, "kubernetes").resources)


def objects(result: Manifests, file: str) -> list[Any]:
    return list(yaml.safe_load_all(result.files[file]))


def test_namespaces_come_first_and_service_accounts_before_role_bindings() -> None:
    result = export(
        resource("RoleBinding", "a", "one", "rbac.authorization.k8s.io/v1", roleRef={}, subjects=[]),
        resource("ServiceAccount", "b", "one"),
        resource("ClusterWorkflowTemplate", "a", api="argoproj.io/v1alpha1", spec={}),
        resource("Namespace", "one"),
    )
    assert sorted(result.files) == [CLUSTER_FILE, "manifests/1-one.yaml"]
    assert [manifest["kind"] for manifest in objects(result, CLUSTER_FILE)] == [
        "Namespace",
        "ClusterWorkflowTemplate",
    ]
    assert [manifest["kind"] for manifest in objects(result, "manifests/1-one.yaml")] == [
        "ServiceAccount",
        "RoleBinding",
    ]


def test_every_object_starts_with_its_type_and_metadata() -> None:
    result = export(resource("ConfigMap", "c", "one", data={"on": "yes", "text": "a\nb\n"}))
    (manifest,) = objects(result, "manifests/1-one.yaml")
    assert list(manifest) == ["apiVersion", "kind", "metadata", "data"]
    assert manifest["data"] == {"on": "yes", "text": "a\nb\n"}


@pytest.mark.parametrize("content", [{"key": "aHVzaA=="}, SIGNED])
def test_a_secret_has_placeholders_that_the_api_server_accepts(
    content: dict[str, str],
) -> None:
    result = export(resource("Secret", "s", "one", data=content, stringData=content))
    (manifest,) = objects(result, "manifests/1-one.yaml")
    key = "redacted" if content is SIGNED else "key"
    assert base64.b64decode(manifest["data"][key]).decode() == PLACEHOLDER
    assert set(manifest["stringData"].values()) == {PLACEHOLDER}
    assert "aHVzaA==" not in "".join(result.files.values())


def test_a_release_is_a_values_file_and_an_entry_of_the_index() -> None:
    release = resource("Release", "r", "one", "helm.sh/v3")
    release["inputs"] = {
        "chart": "oci://mirror.example/helm/argo-events",
        "version": "2.4.22",
        "namespace": "one",
        "name": "events",
        "values": {"controller": {"replicas": 2}},
        "__defaults": [],
    }
    result = export(release)
    assert result.files == {"releases/one-events.values.yaml": "controller:\n  replicas: 2\n"}
    assert result.releases[0]["chartName"] == "argo-events"
    assert result.objects == []
