"""Writes objects as YAML, one file per namespace, and Helm releases as values files with an index."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from azsandbox.export.contents import ExportedResource
from azsandbox.export.redaction import PLACEHOLDER
from azsandbox.kubernetes import charts
from azsandbox.kubernetes.cluster import namespaced
from azsandbox.kubernetes.provider import RELEASE

Values = dict[str, Any]
# `kubectl apply -f FOLDER` reads the files by name: the objects that others depend on come first.
CLUSTER_FILE = "manifests/0-cluster.yaml"
_KINDS_FIRST = (
    "Namespace",
    "CustomResourceDefinition",
    "PriorityClass",
    "StorageClass",
    "ResourceQuota",
    "LimitRange",
    "NetworkPolicy",
    "ServiceAccount",
    "Secret",
    "ConfigMap",
    "ClusterRole",
    "Role",
    "ClusterRoleBinding",
    "RoleBinding",
)
_FIRST_FIELDS = ("apiVersion", "kind", "metadata", "spec")


@dataclass(kw_only=True)
class Manifests:
    """The files by name, and the objects and releases in them."""

    files: dict[str, str] = field(default_factory=dict)
    objects: list[dict[str, str]] = field(default_factory=list)
    releases: list[dict[str, str]] = field(default_factory=list)


def manifests(resources: Sequence[ExportedResource]) -> Manifests:
    """Each object in the file of its namespace, each release as a values file for Helm."""
    result = Manifests()
    by_file: dict[str, list[Values]] = {}
    for resource in sorted(resources, key=_order):
        if resource.token == RELEASE:
            _add_release(result, resource.inputs)
            continue
        manifest = _manifest(resource.inputs)
        namespace = (
            str(manifest["metadata"].get("namespace") or "default") if namespaced(manifest["kind"]) else ""
        )
        file = f"manifests/1-{namespace}.yaml" if namespace else CLUSTER_FILE
        by_file.setdefault(file, []).append(manifest)
        result.objects.append(
            {
                "apiVersion": manifest["apiVersion"],
                "kind": manifest["kind"],
                "namespace": namespace,
                "name": manifest["metadata"]["name"],
                "file": file,
            }
        )
    for file, objects in by_file.items():
        result.files[file] = "---\n".join(_yaml(manifest) for manifest in objects)
    return result


def _order(resource: ExportedResource) -> tuple[int, str, str]:
    kind = str(resource.inputs.get("kind"))
    rank = _KINDS_FIRST.index(kind) if kind in _KINDS_FIRST else len(_KINDS_FIRST)
    return rank, kind, resource.id


def _manifest(inputs: Values) -> Values:
    manifest = {**{name: inputs[name] for name in _FIRST_FIELDS if name in inputs}, **inputs}
    if manifest["kind"] == "Secret" and manifest.get("data") is not None:
        manifest["data"] = _encoded_placeholders(manifest["data"])
    if manifest["kind"] == "Secret" and isinstance(manifest.get("stringData"), str):
        manifest["stringData"] = {"redacted": PLACEHOLDER}
    return manifest


def _encoded_placeholders(data: Any) -> Values:
    """The `data` of a Secret with its placeholders in base64, the only format that the API server accepts."""
    placeholder = base64.b64encode(PLACEHOLDER.encode()).decode()
    if not isinstance(data, dict):  # redacted as a whole: its keys are unknown
        return {"redacted": placeholder}
    return {key: placeholder if item == PLACEHOLDER else item for key, item in data.items()}


def _add_release(result: Manifests, inputs: Values) -> None:
    namespace, name = str(inputs["namespace"]), str(inputs["name"])
    file = f"releases/{namespace}-{name}.values.yaml"
    result.files[file] = _yaml(inputs.get("values") or {})
    options: Any = inputs.get("repositoryOpts")
    repository = str(options.get("repo") or "") if isinstance(options, dict) else ""
    result.releases.append(
        {
            "name": name,
            "namespace": namespace,
            "chart": str(inputs["chart"]),
            "chartName": charts.name_of(str(inputs["chart"])),
            "version": str(inputs.get("version") or ""),
            "repository": repository,
            "values": file,
        }
    )


def _yaml(value: Values) -> str:
    return yaml.safe_dump(value, sort_keys=False, width=110, allow_unicode=True)
