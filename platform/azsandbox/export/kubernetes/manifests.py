"""Objects as YAML, one file per namespace; Helm releases as values files and an index."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from azsandbox.export.contents import Held
from azsandbox.export.redaction import PLACEHOLDER
from azsandbox.kubernetes import charts
from azsandbox.kubernetes.cluster import namespaced
from azsandbox.kubernetes.provider import RELEASE

Values = dict[str, Any]
# `kubectl apply -f FOLDER` goes by file name: what a namespace's objects stand on comes first.
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
_HEAD = ("apiVersion", "kind", "metadata", "spec")


@dataclass(kw_only=True)
class Manifests:
    """Files by name, and what they hold."""

    files: dict[str, str] = field(default_factory=dict)
    objects: list[dict[str, str]] = field(default_factory=list)
    releases: list[dict[str, str]] = field(default_factory=list)


def manifests(resources: Sequence[Held]) -> Manifests:
    """Every object in a file of its namespace, every release as what Helm needs to install it."""
    made = Manifests()
    by_file: dict[str, list[Values]] = {}
    for held in sorted(resources, key=_order):
        if held.token == RELEASE:
            _release(made, held.inputs)
            continue
        one = _object(held.inputs)
        namespace = str(one["metadata"].get("namespace") or "default") if namespaced(one["kind"]) else ""
        file = f"manifests/1-{namespace}.yaml" if namespace else CLUSTER_FILE
        by_file.setdefault(file, []).append(one)
        made.objects.append(
            {
                "apiVersion": one["apiVersion"],
                "kind": one["kind"],
                "namespace": namespace,
                "name": one["metadata"]["name"],
                "file": file,
            }
        )
    for file, held_objects in by_file.items():
        made.files[file] = "---\n".join(_yaml(one) for one in held_objects)
    return made


def _order(held: Held) -> tuple[int, str, str]:
    kind = str(held.inputs.get("kind"))
    place = _KINDS_FIRST.index(kind) if kind in _KINDS_FIRST else len(_KINDS_FIRST)
    return place, kind, held.id


def _object(inputs: Values) -> Values:
    one = {**{name: inputs[name] for name in _HEAD if name in inputs}, **inputs}
    if one["kind"] == "Secret" and one.get("data") is not None:
        one["data"] = _encoded(one["data"])
    if one["kind"] == "Secret" and isinstance(one.get("stringData"), str):
        one["stringData"] = {"redacted": PLACEHOLDER}
    return one


def _encoded(data: Any) -> Values:
    """The content of a Secret: the API server takes only base64 there."""
    placeholder = base64.b64encode(PLACEHOLDER.encode()).decode()
    if not isinstance(data, dict):  # redacted as a whole: its keys are not known
        return {"redacted": placeholder}
    return {key: placeholder if item == PLACEHOLDER else item for key, item in data.items()}


def _release(made: Manifests, inputs: Values) -> None:
    namespace, name = str(inputs["namespace"]), str(inputs["name"])
    file = f"releases/{namespace}-{name}.values.yaml"
    made.files[file] = _yaml(inputs.get("values") or {})
    options: Any = inputs.get("repositoryOpts")
    repository = str(options.get("repo") or "") if isinstance(options, dict) else ""
    made.releases.append(
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
