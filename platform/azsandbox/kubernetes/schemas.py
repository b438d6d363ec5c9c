"""Checks manifests against Kubernetes' strict schemas, Argo's models, and two types of Azure's add-ons."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import kubernetes_validate.utils as published
import referencing
from kubernetes_validate import SchemaNotFoundError

from azsandbox.errors import NotModelledError
from azsandbox.kubernetes import argo, semantics
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.schema.values import UNKNOWN

DEFAULT_VERSION = "1.34"
_UNKNOWN_TEXT = "\u0000unknown"  # in place of a value that a preview does not know yet
_STRUCTURE = frozenset({"required", "additionalProperties", "unevaluatedProperties"})

INSTANCE_TYPE = ("amlarc.azureml.com/v1alpha1", "InstanceType")
SECRETS_PROVIDER = ("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass")
_CUSTOM: dict[tuple[str, str], dict[str, Any]] = {
    # learn.microsoft.com/azure/machine-learning/how-to-manage-kubernetes-instance-types
    INSTANCE_TYPE: {
        "type": "object",
        "required": ["spec"],
        "properties": {
            "spec": {
                "type": "object",
                "required": ["resources"],
                "additionalProperties": False,
                "properties": {
                    "nodeSelector": {"type": "object", "additionalProperties": {"type": "string"}},
                    "resources": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["limits", "requests"],
                        "properties": {
                            "requests": {
                                "type": "object",
                                "additionalProperties": {"type": ["string", "number"]},
                            },
                            "limits": {
                                "type": "object",
                                "additionalProperties": {"type": ["string", "number", "null"]},
                            },
                        },
                    },
                },
            }
        },
    },
    SECRETS_PROVIDER: {
        "type": "object",
        "required": ["spec"],
        "properties": {
            "spec": {
                "type": "object",
                "required": ["provider"],
                "properties": {"provider": {"const": "azure"}},
            }
        },
    },
}


def check(manifest: dict[str, Any], version: str = DEFAULT_VERSION) -> list[Problem]:
    """Every problem of an object, as the API server's strict field validation would report it.

    Args:
        manifest: the object, with `apiVersion` and `kind`.
        version: the Kubernetes version of the cluster, such as 1.34.

    Raises:
        NotModelledError: there is no schema for the object's type, or none for the version.
    """
    kind = (str(manifest["apiVersion"]), str(manifest["kind"]))
    filled = _fill(manifest)
    semantic_problems = list(semantics.check(filled))
    if argo.knows(*kind):
        problems = [problem for problem in argo.check(filled) if _UNKNOWN_TEXT not in problem.message]
    else:
        problems = list(_schema_problems(_validator(*kind, version), filled))
    return [*problems, *semantic_problems]


def _schema_problems(validator: Any, manifest: dict[str, Any]) -> Iterator[Problem]:
    for error in validator.iter_errors(manifest):
        leaf = (
            max(error.context, key=lambda suberror: len(suberror.absolute_path)) if error.context else error
        )
        if leaf.validator not in _STRUCTURE and _UNKNOWN_TEXT in repr(leaf.instance):
            continue
        path = re.sub(
            r"\.\[",
            "[",
            ".".join(f"[{part}]" if isinstance(part, int) else str(part) for part in leaf.absolute_path),
        )
        yield Problem(path, _message(leaf), code=str(leaf.validator))


def _message(error: Any) -> str:
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        allowed = error.schema.get("properties", {})
        extra = [name for name in error.instance if name not in allowed]
        if extra and error.schema.get("additionalProperties") is False:
            return f"has unknown field {extra[0]!r}{suggestion(extra[0], allowed)}"
    return str(error.message)


@functools.lru_cache(maxsize=256)
def _validator(api: str, kind: str, version: str) -> Any:
    if (api, kind) in _CUSTOM:
        return jsonschema.Draft202012Validator(_CUSTOM[api, kind])
    name = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api)
    folder = f"kubernetes-json-schema/v{_release(version)}-local-strict"
    try:
        schema = published.schema_contents(f"{folder}/{kind.lower()}-{name}.json", version)
    except (FileNotFoundError, SchemaNotFoundError):
        raise NotModelledError(
            f"the sandbox does not model {kind} of {api} in Kubernetes {version}: it is neither a core type "
            "nor one of Argo, the Azure ML extension or the Secrets Store CSI driver"
        ) from None
    registry: Any = referencing.Resource.from_contents(schema) @ referencing.Registry()
    registry = _definitions(folder, version) @ registry
    return jsonschema.Draft202012Validator(schema, registry=registry)


@functools.lru_cache(maxsize=4)
def _definitions(folder: str, version: str) -> Any:
    return referencing.Resource.from_contents(
        published.schema_contents(f"{folder}/_definitions.json", version)
    )


@functools.lru_cache(maxsize=4)
def _release(version: str) -> str:
    """The newest bundled schemas that are not newer than the cluster's version."""
    cluster = tuple(int(part) for part in version.split(".")[:2])
    older = [
        release
        for release in published.all_versions()
        if tuple(int(part) for part in release.split(".")[:2]) <= cluster
    ]
    if not older:
        raise NotModelledError(
            f"there are no schemas for Kubernetes {version}: the oldest are for {published.all_versions()[0]}"
        )
    return str(older[-1])


def _fill(value: Any) -> Any:
    if value is UNKNOWN:
        return _UNKNOWN_TEXT
    if isinstance(value, dict):
        return {key: _fill(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_fill(item) for item in value]
    return value
